"""Wants links, images and markup of an answer to lead nowhere but to what was ingested.

A chat window that renders an answer loads its images and runs its markup, so a model that was talked into writing
``![x](https://…?q=…)`` sends data away without a click. An image or an element that loads or runs something may only
name a document that was retrieved; a link or an address may also stand where a retrieved passage holds it word for
word, for documents are full of them. What stands in code is shown and not rendered, and passes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

from steep.kinds import Check
from steep.language import word_set
from steep.values import Finding
from steep_plugins.guardrails.rewriting import settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import GuardRequest

__all__ = ["Markup"]

_TARGET = r"\(\s{0,3}+<?(?P<to>[^)\s>]{0,2000}+)>?[^)\n]{0,300}+\)"
_IMAGE = re.compile(rf"!\[(?P<text>[^\]\n]{{0,300}}+)\](?:{_TARGET}|\[[^\]\n]{{0,100}}\])")
_LINK = re.compile(rf"(?<!!)\[(?P<text>[^\]\n]{{1,300}}+)\]{_TARGET}")
_DEFINED = re.compile(r"^ {0,3}\[[^\]\n]{1,100}\]:\s{1,3}<?(?P<to>[^\s>]{1,2000})>?", re.MULTILINE)
_ADDRESS = re.compile(
    r"(?<![\w/])(?P<to>(?:(?:https?|ftp|wss?|file)://|//(?=[\w-]{1,63}\.)|(?:javascript|vbscript|data|mailto):(?=\S)|www\.)"
    r"[^\s<>\"')\]}`*]{1,2000})",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"</?(?P<name>[A-Za-z][A-Za-z0-9-]{0,30})(?P<rest>[\s/][^<>]{0,2000})?(?:>|$)|<!--.{0,2000}?(?:-->|$)", re.DOTALL
)
# elements whose content goes with them
_WHOLE = re.compile(r"<(?P<name>script|style|iframe|object|svg)\b", re.IGNORECASE)
_CODE = re.compile(
    r"^ {0,3}(```+|~~~+)[^\n]{0,200}\n.*?(?:^ {0,3}\1[ \t]{0,20}$|\Z)|(?<!`)(`{1,3})(?!`)[^`]{1,2000}\2(?!`)",
    re.DOTALL | re.MULTILINE,
)
_HANDLER = re.compile(
    r"\bon[a-z]{3,20}\s{0,5}=|(?:javascript|vbscript|data)\s{0,5}:|\b(?:src(?:set|doc)?|style)\s{0,5}=", re.IGNORECASE
)

# elements that load, run, send or cover something
_ACTIVE = word_set(
    "script style iframe frame frameset object embed applet img image svg math video audio source track picture link "
    "meta base form input button textarea select portal dialog template slot"
)
_PLAIN = word_set(
    "a abbr address article aside b bdo big blockquote body br caption center cite code col colgroup dd del details "
    "dfn div dl dt em fieldset figure figcaption font footer h1 h2 h3 h4 h5 h6 head header hr html i ins kbd label "
    "legend li main map marquee nav noscript ol optgroup option p pre q s samp section small span strike strong sub "
    "summary sup table tbody td tfoot th thead title tr tt u ul var wbr"
)


class Markup:
    """Passes an answer without foreign markup; ``rewritten`` keeps the words of links and leaves the rest out."""

    stages: tuple[str, ...] = ("output",)
    on_fail: Literal["allow", "rewrite", "refuse", "escalate"] = "rewrite"

    def check(self, request: GuardRequest) -> Check:
        if request.place not in ("draft", "answer"):  # what documents say is shown as text, word for word
            return Check(passed=True)
        sources = _Sources(request)
        findings = sources.foreign(request.text)
        if not findings:
            return Check(passed=True)
        rules = ", ".join(sorted({found.rule for found in findings}))
        rewritten = sources.settled(request.text, findings)
        return Check(
            passed=False,
            reason=f"markup that leads to no document of the project ({rules})",
            findings=tuple(findings),
            rewritten=rewritten,
        )


class _Sources:
    """What an answer may point to: the paths that were retrieved, and the addresses that their texts hold."""

    def __init__(self, request: GuardRequest) -> None:
        self._paths = {hit.passage.path for hit in request.hits}
        self._texts = [hit.passage.text for hit in request.hits]

    def foreign(self, text: str) -> list[Finding]:
        taken = bytearray(len(text))
        findings = []
        for span in (found.span() for found in _CODE.finditer(text)):
            taken[slice(*span)] = b"\1" * (span[1] - span[0])
        for rule, start, end, wrong in self._seen(text):
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                if wrong:
                    findings.append(Finding(rule=rule, start=start, end=end))
        return sorted(findings, key=lambda each: each.start)

    def settled(self, text: str, findings: list[Finding]) -> str | None:
        current = text

        def find(left: str) -> list[Finding]:
            nonlocal current
            current = left
            return self.foreign(left)

        return settled(text, findings, find, lambda found: _words(current[found.start : found.end]))

    def _seen(self, text: str) -> Iterator[tuple[str, int, int, bool]]:
        """All markup, the widest first: (rule, start, end, whether it leads elsewhere)."""
        for start, end in _whole_elements(text):
            yield "element", start, end, True
        for found in _IMAGE.finditer(text):
            yield "image", *found.span(), not self._is_document(found["to"] or "")
        for found in _LINK.finditer(text):
            yield "link", *found.span(), not self._is_held(found["to"])
        for found in _DEFINED.finditer(text):
            yield "link", *found.span(), not self._is_held(found["to"])
        for found in _TAG.finditer(text):
            if wrong := self._wrong(found):
                yield "element", *found.span(), wrong
        for found in _ADDRESS.finditer(text):
            target = found["to"].rstrip(".,;:!?_")
            yield "address", found.start(), found.start() + len(target), not self._is_held(target)

    def _wrong(self, tag: re.Match[str]) -> bool:
        name = (tag["name"] or "").lower()
        if name in _ACTIVE or not name or _HANDLER.search(tag["rest"] or ""):
            return True
        return name in _PLAIN and not any(tag[0] in text for text in self._texts)

    def _is_document(self, target: str) -> bool:
        return bool(target) and unquote(target.split("#")[0]).removeprefix("./") in self._paths

    def _is_held(self, target: str) -> bool:
        if target.startswith("#") or self._is_document(target):
            return True
        if re.match(r"\s*(?:javascript|vbscript|data|file)\s*:", target, re.IGNORECASE):
            return False
        whole = re.compile(rf"(?<![\w/]){re.escape(target)}(?![\w/=&?%#-])")
        return bool(target) and any(whole.search(text) for text in self._texts)


def _whole_elements(text: str) -> Iterator[tuple[int, int]]:
    """From each tag that opens a script and the like to the one that closes it, or to the end of the text."""
    lower, end = text.lower(), 0
    if len(lower) != len(text):  # a capital whose small letter is two: ASCII is all that is looked for
        lower = text
    while found := _WHOLE.search(text, end):
        closing = lower.find(f"</{found['name'].lower()}", found.end())
        close = lower.find(">", closing) if closing >= 0 else -1
        end = close + 1 if close >= 0 else len(text)
        yield found.start(), end


def _words(markup: str) -> str:
    """What a reader is left with: the words of a link or an image, and nothing of an element."""
    found = _IMAGE.match(markup) or _LINK.match(markup)
    if found:
        return found["text"]
    return "" if markup.startswith("<") else "[LINK]"
