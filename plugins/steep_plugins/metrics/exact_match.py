from __future__ import annotations

from typing import TYPE_CHECKING

from steep.values import Score
from steep_plugins.metrics.decision import by_decision
from steep_plugins.metrics.words import words

if TYPE_CHECKING:
    from steep.kinds import Case


class ExactMatch:
    """1 where the answer equals a gold answer after SQuAD's normalisation, or rightly abstains; else 0."""

    higher_is_better = True

    def score(self, case: Case) -> Score:
        given = words(case.answer.text)
        return by_decision(case) or Score(value=float(any(given == words(gold) for gold in case.question.answers)))
