from __future__ import annotations

from typing import TYPE_CHECKING

from steep.measuring.scoring import best_of, rouge_l
from steep.values import Score
from steep_plugins.metrics.decision import by_decision

if TYPE_CHECKING:
    from steep.kinds import Case


class RougeL:
    """ROUGE-L (Lin 2004) with the best gold answer; an unanswerable question counts 1 if abstained."""

    higher_is_better = True

    def score(self, case: Case) -> Score:
        return by_decision(case) or Score(value=best_of(rouge_l, case.answer.text, case.question.answers))
