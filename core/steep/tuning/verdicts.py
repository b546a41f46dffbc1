"""What was said of answers, settled: one verdict an answer, and none where people contradict each other.

A reviewer's decision outranks what others said, and the last word of one person the words before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.language import numbers_held
from steep.measuring.scoring import normalized, token_f1

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from steep.workspace.answers import Feedback

__all__ = ["Settled", "conflicting", "settle"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The verdict on an answer. ``against`` says why there is none: who contradicts whom."""

    right: bool = False
    better: str = ""
    draft: str = ""
    reviewed: bool = False
    rows: int = 0
    against: str = ""


def settle(said: Iterable[Feedback]) -> Mapping[str, Settled]:
    """One verdict for each answer, by its id, from feedback in the order in which it was given."""
    by_answer: dict[str, list[Feedback]] = {}
    for each in said:
        by_answer.setdefault(each.answer, []).append(each)
    return {answer: _verdict(rows) for answer, rows in by_answer.items()}


def conflicting(one: str, other: str) -> bool:
    """Whether two answers to one question cannot both be right: other numbers, or no word in common."""
    if normalized(one) == normalized(other):
        return False
    first, second = numbers_held(one), numbers_held(other)
    return bool(first and second and not (first <= second or second <= first)) or token_f1(one, other) == 0


def _verdict(rows: Sequence[Feedback]) -> Settled:
    reviews = [each for each in rows if each.source == "review"]
    last = reviews[-1:] or list({each.caller: each for each in rows}.values())
    draft = next((each.draft for each in reversed(rows) if each.draft), "") or ""
    if len({each.verdict for each in last}) > 1:
        return Settled(rows=len(rows), against="some said that it is right, and others that it is wrong")
    betters = [each.better for each in last if each.better]
    if any(conflicting(betters[0], each) for each in betters[1:]):
        return Settled(rows=len(rows), against="the better answers that were written contradict each other")
    return Settled(
        right=last[0].verdict == "right",
        better=betters[-1] if betters else "",
        draft=draft,
        reviewed=bool(reviews),
        rows=len(rows),
    )
