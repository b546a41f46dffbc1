"""Finds keys, tokens and passwords: by the forms their issuers publish, and by randomness beside a telling word."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from steep.kinds import Check
from steep.values import Finding
from steep_plugins.guardrails.recalling import recalled
from steep_plugins.guardrails.rewriting import settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import GuardRequest

__all__ = ["Secrets"]

_START, _END = r"(?<![A-Za-z0-9_])", r"(?![A-Za-z0-9_])"
# issuers that detect-secrets does not know, or knows by patterns whose time is not bounded; each with a sign of it,
# which is looked for first
_ISSUED = tuple(
    (name, sign, re.compile(_START + form + _END))
    for name, sign, form in (
        ("github-token", "_", r"(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})"),
        ("slack-token", "xox", r"xox[abeoprs]-[A-Za-z0-9-]{10,250}"),
        ("stripe-key", "k_", r"[sr]k_(?:live|test)_[A-Za-z0-9]{16,250}"),
        ("google-key", "AIza", r"AIza[0-9A-Za-z_-]{35}"),
        ("google-oauth", "ya29.", r"ya29\.[0-9A-Za-z_-]{20,300}"),
        ("google-oauth", "GOCSPX-", r"GOCSPX-[0-9A-Za-z_-]{28}"),
        ("model-api-key", "sk-", r"sk-(?:ant-|proj-|or-|svcacct-)?[A-Za-z0-9_-]{20,250}"),
        ("model-hub-token", "hf_", r"hf_[A-Za-z0-9]{30,64}"),
        ("package-token", "npm_", r"npm_[A-Za-z0-9]{36}"),
        ("package-token", "dckr_pat_", r"dckr_pat_[A-Za-z0-9_-]{20,64}"),
        ("mail-service-key", "key-", r"key-[0-9a-f]{32}"),
        ("json-web-token", "eyJ", r"eyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,4000}"),
        ("age-or-ssh-secret", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
    )
)
# detectors of detect-secrets for the forms that issuers publish; its rules for source code (assignments, entropy,
# basic authentication) find too much in prose, and the ones below take the passwords and private keys whole
_DETECTORS = (
    "artifactory.ArtifactoryDetector",
    "aws.AWSKeyDetector",
    "azure_storage_key.AzureStorageKeyDetector",
    "cloudant.CloudantDetector",
    "discord.DiscordBotTokenDetector",
    "gitlab_token.GitLabTokenDetector",
    "ibm_cloud_iam.IbmCloudIamDetector",
    "ibm_cos_hmac.IbmCosHmacDetector",
    "mailchimp.MailchimpDetector",
    "openai.OpenAIDetector",
    "pypi_token.PypiTokenDetector",
    "sendgrid.SendGridDetector",
    "slack.SlackDetector",
    "softlayer.SoftlayerDetector",
    "square_oauth.SquareOAuthDetector",
    "telegram_token.TelegramBotTokenDetector",
    "twilio.TwilioKeyDetector",
)
# they are given a text in pieces of so many characters, with an overlap: some of their patterns take quadratic time
_PIECE, _OVERLAP = 1200, 300
# a group of a pattern with fewer characters is not the key but a part of it
_KEY = 16
# what any of the detectors, or a telling word, can give away has so many characters without a space, a digit among them
_SHORTEST = 8
_BEGIN = re.compile(r"-----BEGIN (?:[A-Z]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}://[^\s:/@]{1,100}:(?P<value>[^\s:/@]{3,200})@")
_NAMED = re.compile(
    r"(?:password|passwd|passphrase|pwd|secret|token|api[_ -]?key|apikey|access[_ -]?key|auth[_ -]?key"
    r"|private[_ -]?key|"
    r"client[_ -]?secret|credentials?|passwort|kennwort|contraseña|mot de passe|senha|wachtwoord)[\"']?"
    r"(?: is| was| ist| lautet| es| est)?\s{0,3}(?:[:=]|=>|is)?\s{0,3}"
    r"(?:(?P<quote>[\"'`])(?P<quoted>[^\s\"'`]{8,200})(?P=quote)|(?P<value>[^\s\"'`()\[\]{},;.:][^\s\"'`]{7,200}))",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"example|sample|placeholder|your|change|dummy|redacted|secret|password|passw|token|xxx|\*\*\*|\.\.\.|abc"
    r"|1234567|test|"
    r"[/\\]|^\$|::|->|^[\w.]{1,60}\(|[.]\w{2,4}$|^https?|^-+|__",
    re.IGNORECASE,
)


class Secrets:
    """Passes a text without secrets; ``rewritten`` has [SECRET] in their place."""

    stages: tuple[str, ...] = ("input", "passages", "output")
    on_fail: Literal["allow", "rewrite", "refuse", "escalate"] = "rewrite"

    def __init__(self, *, entropy: float = 3.5) -> None:
        self._entropy = entropy
        self._in = recalled(self._findings)

    def check(self, request: GuardRequest) -> Check:
        if request.stage == "passages":
            findings = tuple(
                replace(each, passage=hit.passage.id) for hit in request.hits for each in self._in(hit.passage.text)
            )
            rewritten = None
        else:
            findings = self._in(request.text)
            rewritten = settled(request.text, findings, self._in, lambda found: "[SECRET]") if findings else None
        if not findings:
            return Check(passed=True)
        rules = ", ".join(sorted({each.rule for each in findings}))
        return Check(passed=False, reason=f"secrets: {rules}", findings=findings, rewritten=rewritten)

    def _findings(self, text: str) -> tuple[Finding, ...]:
        spans: dict[tuple[int, int], str] = {}
        for rule, start, end in (*_issued(text), *_detected(text), *_private_keys(text), *self._named(text)):
            if not any(first < end and start < last for first, last in spans):
                spans[start, end] = rule
        return tuple(Finding(rule=rule, start=start, end=end) for (start, end), rule in sorted(spans.items()))

    def _named(self, text: str) -> Iterator[tuple[str, int, int]]:
        for found in _URL.finditer(text) if "://" in text else ():
            if not _PLACEHOLDER.search(found["value"]):
                yield "password-in-url", *found.span("value")
        for found in _NAMED.finditer(text) if _may_hold(text) else ():
            group = "quoted" if found["quoted"] else "value"
            value = found[group] if group == "quoted" else _ended(found[group])
            if _is_random(value, self._entropy):
                yield "named-secret", found.start(group), found.start(group) + len(value)


def _issued(text: str) -> Iterator[tuple[str, int, int]]:
    for rule, sign, pattern in _ISSUED:
        for found in pattern.finditer(text) if sign in text else ():
            if "EXAMPLE" not in found[0].upper() and len(set(found[0])) > 8:
                yield rule, *found.span()


@cache
def _detectors() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The patterns of the detectors by name; their ways to ask an issuer whether a key is alive are never called."""
    found = []
    for path in _DETECTORS:
        module, name = path.split(".")
        detector = getattr(import_module(f"detect_secrets.plugins.{module}"), name)
        rule = re.sub(r"\W+", "-", str(detector.secret_type).lower())
        found += [(rule, pattern) for pattern in detector.denylist]
    return tuple(found)


def _detected(text: str) -> Iterator[tuple[str, int, int]]:
    for begin in range(0, max(1, len(text) - _OVERLAP), _PIECE - _OVERLAP):
        piece = text[begin : begin + _PIECE]
        for rule, pattern in _detectors() if _may_hold(piece) else ():
            for found in pattern.finditer(piece):
                group = next((each for each in range(1, (found.re.groups or 0) + 1) if found[each]), 0)
                group = group if len(found[group]) >= _KEY else 0
                start, end = found.span(group)
                if _stands_alone(piece, start, end) and "EXAMPLE" not in found[0].upper() and _varied(found[group]):
                    yield rule, begin + start, begin + end


def _may_hold(text: str) -> bool:
    """Whether there is anything in a text that could be told by ``_varied`` or ``_is_random`` at all."""
    long = (each for each in text.split() if len(each) >= _SHORTEST and not each.isalpha())
    return any(any(map(str.isdigit, each)) for each in long)


def _varied(value: str) -> bool:
    return len(set(value)) > 8 and any(each.isdigit() for each in value)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no letter or digit stands right before or after: a part of a longer word is not that key."""
    return not (text[start - 1 : start].isalnum() and text[start].isalnum()) and not text[end : end + 1].isalnum()


def _ended(value: str) -> str:
    """A value without the punctuation of its sentence: a bracket goes that it does not open, and what ends a clause."""
    while value and (value[-1] in ".,:;!?" or (value[-1] in ")]}>" and "([{<"[")]}>".index(value[-1])] not in value)):
        value = value[:-1]
    return value


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
