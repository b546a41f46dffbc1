from __future__ import annotations

from typing import TYPE_CHECKING

from steep.measuring.scoring import best_of, token_f1
from steep.values import Score
from steep_plugins.metrics.decision import by_decision

if TYPE_CHECKING:
    from steep.kinds import Case


class TokenF1:
    """Token F1 with the best gold answer (Rajpurkar et al. 2016); an unanswerable question counts 1 if abstained."""

    higher_is_better = True

    def score(self, case: Case) -> Score:
        return by_decision(case) or Score(value=best_of(token_f1, case.answer.text, case.question.answers))
