"""Finds what makes an answer hard to read, and writes plain words where one word stands for another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from steep.kinds import Check
from steep.language import sentence_spans
from steep.values import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from steep.kinds import GuardRequest


class PlainSpeech:
    """Checks answers only: how a question is worded is the asker's own business."""

    stages = ("output",)
    on_fail: Literal["allow"] = "allow"

    def __init__(self, *, longest: int, words: Mapping[str, str]) -> None:
        self._longest = longest
        self._plain = {_folded(word): plain for word, plain in words.items()}
        self._listed = pattern(words)

    def check(self, request: GuardRequest) -> Check:
        if request.place != "draft":
            return Check(passed=True)
        long = tuple(self._long_sentences(request.text))
        stiff = tuple(self._officialese(request.text))
        if not long and not stiff:
            return Check(passed=True)
        return Check(
            passed=False,
            reason=self._reason(request.text, long, stiff),
            findings=tuple(sorted(long + stiff, key=lambda each: (each.start, each.end))),
            rewritten=None if long else self._rewritten(request.text),
        )

    def _long_sentences(self, text: str) -> Iterator[Finding]:
        for start, end in sentence_spans(text):
            if 0 < self._longest < len(text[start:end].split()):
                yield Finding(rule="long-sentence", start=start, end=end)

    def _officialese(self, text: str) -> Iterator[Finding]:
        for found in self._listed.finditer(text) if self._listed else ():
            yield Finding(rule="officialese", start=found.start(), end=found.end())

    def _rewritten(self, text: str) -> str:
        return self._listed.sub(lambda found: self._instead_of(found.group()), text) if self._listed else text

    def _instead_of(self, word: str) -> str:
        plain = self._plain[_folded(word)]
        return plain[:1].upper() + plain[1:] if word[:1].isupper() else plain

    def _reason(self, text: str, long: tuple[Finding, ...], stiff: tuple[Finding, ...]) -> str:
        parts = [f"{len(long)} sentences with more than {self._longest} words"] if long else []
        if stiff:
            words = sorted({_folded(text[each.start : each.end]) for each in stiff})
            parts.append(f"words that have a plainer one: {', '.join(words)}")
        return "; ".join(parts)


def pattern(words: Mapping[str, str]) -> re.Pattern[str] | None:
    """What finds the listed words, whatever their case and the spaces between them; None where none is listed."""
    listed = sorted((word.split() for word in words if word.strip()), key=len, reverse=True)
    either = "|".join(r"\s+".join(map(re.escape, parts)) for parts in listed)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE) if listed else None


def _folded(word: str) -> str:
    return " ".join(word.lower().split())
