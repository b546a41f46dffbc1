from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from steep.values import Score
from steep_plugins.metrics.decision import by_decision
from steep_plugins.metrics.words import words

if TYPE_CHECKING:
    from steep.kinds import Case


class TokenF1:
    """Token F1 with the best gold answer (Rajpurkar et al. 2016); an unanswerable question counts 1 if abstained."""

    higher_is_better = True

    def score(self, case: Case) -> Score:
        return by_decision(case) or Score(value=max(token_f1(case.answer.text, gold) for gold in case.question.answers))


def token_f1(given: str, gold: str) -> float:
    """Harmonic mean of the shares of words that each text finds in the other, counted with repetition."""
    left, right = words(given), words(gold)
    if not left or not right:
        return float(left == right)
    shared = sum((Counter(left) & Counter(right)).values())
    return 2 * shared / (len(left) + len(right))
