from __future__ import annotations

from typing import TYPE_CHECKING

from steep.measuring.scoring import best_of, exact_match
from steep.values import Score
from steep_plugins.metrics.decision import by_decision

if TYPE_CHECKING:
    from steep.kinds import Case


class ExactMatch:
    """1 where the answer equals a gold answer but for case, punctuation and articles, or rightly abstains; else 0."""

    higher_is_better = True

    def score(self, case: Case) -> Score:
        return by_decision(case) or Score(value=best_of(exact_match, case.answer.text, case.question.answers))
