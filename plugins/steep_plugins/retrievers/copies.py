"""Copies: passages that say the same, as one hit with all its places.

Two passages are copies when their words are the same but for case, marks and space; when one holds the other whole
and little beside it (the longer is shown then, so no word is lost); or when now and then a letter differs. A number, a
sign, or a word more inside a passage makes it another one: "may" and "may not" are never one hit. A short passage
lives on what stands above it, so that its headings are compared as well.

Only what the caller may see is compared, since an index finds nothing else.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steep.values import Hit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from steep.kinds import Library
    from steep.values import Passage

__all__ = ["BEYOND", "collapsed"]

BEYOND = 20  # ranks after the last wanted one in which copies are looked for
_SHORT = 20  # words
_MARKS = ".,;:!?…()[]{}\"'“”„‘’«»*_`#|\\"
_WITHIN = 0.8  # the share of the longer passage that the shorter must be
_SLIPS = 20  # words for each that may differ by a letter
_LEAST = 5  # letters of a word that may


def collapsed(
    library: Library, scored: Sequence[tuple[str, float]], parts: Mapping[str, Mapping[str, float]], k: int
) -> tuple[Hit, ...]:
    """At most k hits of scored passage ids, best first, no two of which are copies; ranks count from 1."""
    groups: list[_Group] = []
    least = k + BEYOND
    for begin, end in ((0, least), *((at, at + BEYOND) for at in range(least, len(scored), BEYOND))):
        if begin and len(groups) >= k:
            break
        batch = scored[begin:end]
        for (_, score), passage in zip(batch, library.passages([each for each, _ in batch]), strict=True):
            words = _words(passage)
            group = next((each for each in groups if each.holds(words)), None)
            if group is not None:
                group.add(passage, words)
            elif len(groups) < k:
                groups.append(_Group(score=score, words=words, passages=[passage]))
    return tuple(
        Hit(passage=shown, score=group.score, rank=rank, parts=parts[shown.id], also=tuple(also))
        for rank, group in enumerate(groups, start=1)
        for shown, *also in (group.passages,)
    )


@dataclass(slots=True, kw_only=True)
class _Group:
    """Copies, the one to show first; ``words`` are that one's."""

    score: float
    words: tuple[str, ...]
    passages: list[Passage] = field(default_factory=list)

    def holds(self, words: tuple[str, ...]) -> bool:
        return words == self.words or _within(words, self.words) or _slipped(words, self.words)

    def add(self, passage: Passage, words: tuple[str, ...]) -> None:
        if len(words) > len(self.words):
            self.words = words
            self.passages.insert(0, passage)
        else:
            self.passages.append(passage)


def _words(passage: Passage) -> tuple[str, ...]:
    found = _plain(f"{passage.lead} {passage.text}")
    if len(found) < _SHORT:
        found = _plain(" ".join((passage.title, *passage.heading))) + found
    return found


def _plain(text: str) -> tuple[str, ...]:
    words = (word.strip(_MARKS) for word in unicodedata.normalize("NFKC", text).casefold().split())
    return tuple(word for word in words if word.isalnum() or any(map(str.isalnum, word)))


def _within(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether the longer of two is the shorter with little before or after it."""
    short, long = sorted((one, other), key=len)
    if len(short) < max(_SHORT, _WITHIN * len(long)):
        return False
    first, last = short[0], len(long) - len(short) + 1
    return first in long[:last] and f" {' '.join(short)} " in f" {' '.join(long)} "


def _slipped(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if len(one) != len(other):
        return False
    left = len(one) // _SLIPS
    for a, b in zip(one, other, strict=True):
        if a != b:
            left -= 1
            if left < 0 or not _a_letter_apart(a, b):
                return False
    return True


def _a_letter_apart(one: str, other: str) -> bool:
    if not (one.isalpha() and other.isalpha() and min(len(one), len(other)) >= _LEAST) or one[0] != other[0]:
        return False
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[same + 1 :] in (other[same + 1 :], other[same:]) or one[same:] == other[same + 1 :]
