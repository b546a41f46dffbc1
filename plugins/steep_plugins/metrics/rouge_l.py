from __future__ import annotations

from typing import TYPE_CHECKING

from steep.values import Score
from steep_plugins.metrics.decision import by_decision
from steep_plugins.metrics.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import Case


class RougeL:
    """ROUGE-L (Lin 2004) with equal weight on precision and recall, best over the gold answers, on SQuAD's words."""

    higher_is_better = True

    def score(self, case: Case) -> Score:
        return by_decision(case) or Score(value=max(rouge_l(case.answer.text, gold) for gold in case.question.answers))


def rouge_l(given: str, gold: str) -> float:
    left, right = words(given), words(gold)
    if not left or not right:
        return float(left == right)
    return 2 * common_subsequence(left, right) / (len(left) + len(right))


def common_subsequence(left: Sequence[str], right: Sequence[str]) -> int:
    """The length of the longest common subsequence, in O(left x right / word size).

    One big integer holds a row of the dynamic programme (Crochemore et al. 2001): a zero bit is a step of the row.
    """
    places: dict[str, int] = {}
    for place, word in enumerate(left):
        places[word] = places.get(word, 0) | 1 << place
    full = (1 << len(left)) - 1
    row = full
    for word in right:
        matches = row & places.get(word, 0)
        row = (row + matches | row - matches) & full
    return len(left) - row.bit_count()
