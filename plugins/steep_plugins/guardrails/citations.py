"""Wants an answer to cite, and what it cites to exist: the marker, the passage, the words."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Literal

from steep.kinds import Check
from steep.prompts import MARKER
from steep.values import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import GuardRequest

__all__ = ["Citations"]

_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{8,600})[\"”“»]")
# in JSON every text stands between marks; those that are part of one are written otherwise
_QUOTED_IN_JSON = re.compile(r"(?:\\\"|[“„«])([^\"\\“”„«»]{8,600})(?:\\\"|[”“»])")
# shorter quotation marks are put around terms and titles, which need not be anybody's words
_WORDS = 4


class Citations:
    """Passes an answer whose citations all hold; one that was given no passages has nothing to cite, and passes."""

    stages: tuple[str, ...] = ("output",)
    on_fail: Literal["allow", "rewrite", "refuse", "escalate"] = "refuse"

    def check(self, request: GuardRequest) -> Check:
        if request.place != "draft":
            return Check(passed=True)
        if not request.hits:
            return Check(passed=True, reason="no passages were given, so there is nothing to cite")
        if not request.quotes and request.claims == ():
            return Check(passed=True, reason="it says nothing that a passage could hold")
        if not request.quotes:
            return Check(passed=False, reason="the answer cites no passage")
        texts = {hit.passage.id: hit.passage.text for hit in request.hits}
        for quote in request.quotes:
            held = texts.get(quote.passage)
            if held is None:
                return Check(passed=False, reason="the answer cites a passage that was not retrieved")
            if not (0 <= quote.start < quote.end <= len(held) and held[quote.start : quote.end].strip()):
                return Check(passed=False, reason="a citation points outside its passage, or at no words")
        findings = (*_unknown_markers(request), *_foreign_quotations(request))
        if not findings:
            return Check(passed=True)
        rules = ", ".join(sorted({found.rule for found in findings}))
        return Check(passed=False, reason=f"the answer cites what was not retrieved ({rules})", findings=findings)


def _unknown_markers(request: GuardRequest) -> Iterator[Finding]:
    # a list of numbers in JSON looks like one
    places = [(0, len(request.text))] if request.claims is None else request.claims
    for found in (each for start, end in places for each in MARKER.finditer(request.text, start, end)):
        if any(not 1 <= int(number) <= len(request.hits) for number in found[1].split(",")):
            yield Finding(rule="unknown-marker", start=found.start(), end=found.end())


def _foreign_quotations(request: GuardRequest) -> Iterator[Finding]:
    """Words in quotation marks that stand in no passage."""
    held = [_plain(hit.passage.text) for hit in request.hits]
    for found in (_QUOTED_IN_JSON if _is_json(request.text) else _QUOTED).finditer(request.text):
        quoted = _plain(MARKER.sub("", found[1]))
        if len(quoted.split()) >= _WORDS and not any(quoted in text for text in held):
            yield Finding(rule="foreign-quotation", start=found.start(1), end=found.end(1))


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def _plain(text: str) -> str:
    """Lower-case words alone, so that Markdown, line breaks and a capital at the start make no difference."""
    return " ".join(re.findall(r"\w+", text.casefold()))
