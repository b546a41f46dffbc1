"""Finds personal data by its form: patterns, checksums, and the words beside it. Names of persons are not looked for.

Where the form alone would find too much (a bare number, any date), a word that says what it is must stand near. In an
answer, the kinds of ``published`` may stand where what was retrieved holds them word for word: the office's phone
number is what was asked for, a number that only the model knows is not.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from steep.kinds import Check
from steep.values import Finding
from steep_plugins.guardrails.contacts import CONTACTS
from steep_plugins.guardrails.identifiers import IDENTIFIERS
from steep_plugins.guardrails.phones import phones
from steep_plugins.guardrails.recalling import recalled
from steep_plugins.guardrails.rewriting import settled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from steep.kinds import GuardRequest
    from steep.values import Hit
    from steep_plugins.guardrails.identifiers import Form

__all__ = ["FORMS", "PersonalData"]

FORMS: tuple[Form, ...] = (*CONTACTS, *IDENTIFIERS)

_BEFORE = 48
# all words that name a national id: most texts hold none, and need not be searched for the ids
_NAMED = re.compile(
    "|".join(form.near.pattern for form in FORMS if form.kind == "national-id" and form.near), re.IGNORECASE
)
# every form holds a digit or an at sign, or spells one; what is far from all of them is not looked at
_SIGNS = re.compile(r"[\d@]|\W(?:at|ät)\W", re.IGNORECASE)
_AROUND = 140
# identifiers and phone numbers have at least so many digits
_LEAST = 5


class PersonalData:
    """Passes a text without personal data of the given kinds, or any; ``rewritten`` has placeholders like [EMAIL]."""

    stages: tuple[str, ...] = ("input", "passages", "output")
    on_fail: Literal["allow", "rewrite", "refuse", "escalate"] = "rewrite"

    def __init__(
        self,
        *,
        kinds: Sequence[str] | None = None,
        published: Sequence[str] = (),
        regions: Sequence[str] = ("US", "GB"),
    ) -> None:
        self._forms = tuple(form for form in FORMS if kinds is None or form.kind in kinds)
        self._regions = tuple(regions) if kinds is None or "phone" in kinds else None
        self._published = frozenset(published)
        self._in = recalled(self._findings)

    def check(self, request: GuardRequest) -> Check:
        if request.stage == "passages":
            return _checked(
                [replace(each, passage=hit.passage.id) for hit in request.hits for each in self._in(hit.passage.text)],
                None,
            )
        allowed = [text for hit in request.hits for text in _texts(hit)] if request.stage == "output" else []

        def find(text: str) -> list[Finding]:
            return [
                each for each in self._in(text) if not self._is_published(text[each.start : each.end], each, allowed)
            ]

        findings = find(request.text)
        rewritten = settled(request.text, findings, find, _placeholder) if findings else None
        return _checked(findings, rewritten)

    def _findings(self, text: str) -> tuple[Finding, ...]:
        taken = bytearray(len(text))
        findings: list[Finding] = []
        for first, last in _windows(text):
            for kind, start, end, score in self._candidates(text[first:last]):
                start, end = start + first, end + first
                if not any(taken[start:end]):
                    taken[start:end] = b"\1" * (end - start)
                    findings.append(Finding(rule=kind, start=start, end=end, score=score))
        return tuple(sorted(findings, key=lambda each: each.start))

    def _candidates(self, text: str) -> Iterator[tuple[str, int, int, float]]:
        """What could be personal data, the surest forms first: of two that overlap, the first counts."""
        numbered = sum(each.isdigit() for each in text) >= _LEAST
        named = numbered and _NAMED.search(text) is not None
        for form in self._forms:
            if not named and form.kind == "national-id" and form.near is not None:
                continue
            if not numbered and form.identifies:
                continue
            for found in form.pattern.finditer(text):
                if form.valid(found[0]) and _is_near(form, text, found.start()):
                    yield form.kind, *found.span(), form.score
        if numbered and self._regions is not None:
            for start, end, score in phones(text, self._regions):
                yield "phone", start, end, score

    def _is_published(self, value: str, found: Finding, texts: Iterable[str]) -> bool:
        return found.rule in self._published and any(value in text for text in texts)


def _windows(text: str) -> list[tuple[int, int]]:
    """The parts of a text that may hold personal data, cut at white space, far enough from what may begin or end it."""
    windows: list[tuple[int, int]] = []
    for found in _SIGNS.finditer(text):
        start = found.start() - _AROUND
        if windows and start <= windows[-1][1]:
            windows[-1] = windows[-1][0], found.end() + _AROUND
        else:
            windows.append((max(0, start), found.end() + _AROUND))
    return [(_space(text, start, -1), _space(text, end, 1)) for start, end in windows]


def _space(text: str, place: int, step: int) -> int:
    """The nearest white space before (or after) a place, or the end of the text."""
    place = min(place, len(text))
    while 0 < place < len(text) and not text[place].isspace():
        place += step
    return place


def _texts(hit: Hit) -> tuple[str, ...]:
    return (hit.passage.text, hit.passage.title, *hit.passage.heading, hit.passage.path)


def _is_near(form: Form, text: str, start: int) -> bool:
    if form.unless is not None and form.unless.search(text[max(0, start - 14) : start]):
        return False
    return form.near is None or form.near.search(text[max(0, start - _BEFORE) : start] + " ") is not None


def _placeholder(found: Finding) -> str:
    return f"[{found.rule.upper()}]"


def _checked(findings: Sequence[Finding], rewritten: str | None) -> Check:
    if not findings:
        return Check(passed=True)
    kinds = ", ".join(sorted({found.rule for found in findings}))
    return Check(passed=False, reason=f"personal data: {kinds}", findings=tuple(findings), rewritten=rewritten)
