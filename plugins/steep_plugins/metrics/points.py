from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.values import Score
from steep_plugins.metrics.token_f1 import token_f1

if TYPE_CHECKING:
    from steep.kinds import Case


@dataclass(frozen=True, slots=True)
class Points:
    """+1 for right, 0 for an abstention, -1 for wrong, after CRAG (Yang et al. 2024): saying nothing beats an error.

    An answer is right when its token F1 with a gold answer reaches ``right``. Declining an unanswerable question is
    right; answering one is wrong.
    """

    right: float = 0.5
    higher_is_better: bool = True

    def score(self, case: Case) -> Score:
        question, answer = case.question, case.answer
        if not question.answerable:
            return Score(value=1.0 if answer.abstained else -1.0)
        if answer.abstained:
            return Score(value=0.0)
        best = max(token_f1(answer.text, gold) for gold in question.answers)
        return Score(value=1.0 if best >= self.right else -1.0)
