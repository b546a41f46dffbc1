"""Finds keys, tokens and passwords: by the forms their issuers publish, and by randomness beside a telling word."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Literal

from steep.kinds import Check
from steep.values import Finding
from steep_plugins.guardrails.rewriting import settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import GuardRequest

__all__ = ["Secrets"]

_START, _END = r"(?<![A-Za-z0-9_])", r"(?![A-Za-z0-9_])"
_ISSUED = tuple(
    (name, re.compile(_START + form + _END))
    for name, form in (
        ("aws-access-key", r"(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}"),
        ("github-token", r"(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})"),
        ("gitlab-token", r"gl(?:pat|dt|rt|cbt|ptt|soat)-[A-Za-z0-9_-]{20,64}"),
        ("slack-token", r"xox[abeoprs]-[A-Za-z0-9-]{10,250}"),
        ("slack-webhook", r"https://hooks\.slack\.com/services/T[A-Z0-9]{6,12}/B[A-Z0-9]{6,12}/[A-Za-z0-9]{16,32}"),
        ("stripe-key", r"[sr]k_(?:live|test)_[A-Za-z0-9]{16,250}"),
        ("google-key", r"AIza[0-9A-Za-z_-]{35}"),
        ("google-oauth", r"(?:ya29\.[0-9A-Za-z_-]{20,300}|GOCSPX-[0-9A-Za-z_-]{28})"),
        ("model-api-key", r"sk-(?:ant-|proj-|or-|svcacct-)?[A-Za-z0-9_-]{20,250}"),
        ("model-hub-token", r"hf_[A-Za-z0-9]{30,64}"),
        ("package-token", r"(?:npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,300}|dckr_pat_[A-Za-z0-9_-]{20,64})"),
        ("mail-service-key", r"(?:SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}|"
         r"key-[0-9a-f]{32}|[0-9a-f]{32}-us\d{1,2})"),
        ("telegram-token", r"\d{8,10}:AA[A-Za-z0-9_-]{33}"),
        ("azure-key", r"AccountKey=[A-Za-z0-9+/]{60,100}={0,2}"),
        ("json-web-token", r"eyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,4000}"),
        ("age-or-ssh-secret", r"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
    )
)  # fmt: skip
_BEGIN = re.compile(r"-----BEGIN (?:[A-Z]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}://[^\s:/@]{1,100}:(?P<value>[^\s:/@]{3,200})@")
_NAMED = re.compile(
    r"(?:password|passwd|passphrase|pwd|secret|token|api[_ -]?key|apikey|access[_ -]?key|auth[_ -]?key"
    r"|private[_ -]?key|"
    r"client[_ -]?secret|credentials?)[\"']?(?: is| was)?\s{0,3}(?:[:=]|=>|is)?\s{0,3}[\"'`]?"
    r"(?P<value>[^\s\"'`,;()<>{}\[\]]{8,200})",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"example|sample|placeholder|your|change|dummy|redacted|secret|password|passw|token|xxx|\*\*\*|\.\.\.|abc"
    r"|1234567|test|"
    r"[/\\]|^\$|::|->|\w\(|[.]\w{2,4}$|^https?|^-+|__",
    re.IGNORECASE,
)


class Secrets:
    """Passes a text without secrets; ``rewritten`` has [SECRET] in their place."""

    stages: tuple[str, ...] = ("input", "passages", "output")
    on_fail: Literal["allow", "rewrite", "refuse", "escalate"] = "rewrite"

    def __init__(self, *, entropy: float = 3.5) -> None:
        self._entropy = entropy

    def check(self, request: GuardRequest) -> Check:
        if request.stage == "passages":
            findings = [each for hit in request.hits for each in self._in(hit.passage.text, hit.passage.id)]
            rewritten = None
        else:
            findings = self._in(request.text)
            rewritten = settled(request.text, findings, self._in, lambda found: "[SECRET]") if findings else None
        if not findings:
            return Check(passed=True)
        rules = ", ".join(sorted({each.rule for each in findings}))
        return Check(passed=False, reason=f"secrets: {rules}", findings=tuple(findings), rewritten=rewritten)

    def _in(self, text: str, passage: str | None = None) -> list[Finding]:
        spans: dict[tuple[int, int], str] = {}
        for rule, start, end in (*_issued(text), *_private_keys(text), *self._named(text)):
            if not any(first < end and start < last for first, last in spans):
                spans[start, end] = rule
        return [
            Finding(rule=rule, start=start, end=end, passage=passage) for (start, end), rule in sorted(spans.items())
        ]

    def _named(self, text: str) -> Iterator[tuple[str, int, int]]:
        for found in _URL.finditer(text):
            if not _PLACEHOLDER.search(found["value"]):
                yield "password-in-url", *found.span("value")
        for found in _NAMED.finditer(text):
            value = found["value"].rstrip(".:!?")
            if _is_random(value, self._entropy):
                yield "named-secret", found.start("value"), found.start("value") + len(value)


def _issued(text: str) -> Iterator[tuple[str, int, int]]:
    for rule, pattern in _ISSUED:
        for found in pattern.finditer(text):
            if "EXAMPLE" not in found[0].upper() and len(set(found[0])) > 8:
                yield rule, *found.span()


def _private_keys(text: str) -> Iterator[tuple[str, int, int]]:
    """From each first BEGIN line to the END line after it, or to the end of the text where it was cut off."""
    position = 0
    while found := _BEGIN.search(text, position):
        closing = text.find("-----END", found.end())
        line = text.find("\n", closing) if closing >= 0 else -1
        position = line if line >= 0 else len(text)
        yield "private-key", found.start(), position


def _is_random(value: str, least: float) -> bool:
    """Digits and letters mixed, with many different ones: a word beside "password" is no password."""
    mixed = any(each.isdigit() for each in value) and any(each.isalpha() for each in value)
    if not mixed or len(value) < 8 or _PLACEHOLDER.search(value):
        return False
    # the entropy that a value can have grows with its length; short ones are asked for less
    return _entropy(value) >= min(least, 0.85 * math.log2(len(value)))


def _entropy(value: str) -> float:
    """Shannon entropy in bits a character."""
    return -sum(count / len(value) * math.log2(count / len(value)) for count in Counter(value).values())
