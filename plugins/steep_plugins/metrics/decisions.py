"""What the decision to answer or to abstain is worth: by itself, and against being wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.measuring.scoring import best_of, token_f1, tokens
from steep.values import Score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import Case


def by_decision(case: Case) -> Score | None:
    """1 for abstaining where nothing can be answered, 0 for a wrong decision, None where words must be compared."""
    if not case.question.answerable:
        return Score(value=1.0 if case.answer.abstained else 0.0)
    return Score(value=0.0) if case.answer.abstained else None


class Abstention:
    """1 where an answerable question was answered, rightly or not, or an unanswerable one was declined; else 0."""

    higher_is_better = True

    def score(self, case: Case) -> Score:
        return Score(value=float(case.question.answerable != case.answer.abstained))


@dataclass(frozen=True, slots=True)
class Points:
    """+1 for right, 0 for an abstention, -1 for wrong, after CRAG (Yang et al. 2024): saying nothing beats an error.

    An answer is right when its token F1 with a gold answer reaches ``right``, or when it holds one whole and has at
    most ``within`` words: a sentence is no worse an answer than the name in it. Declining an unanswerable question is
    right; answering one is wrong.
    """

    right: float = 0.5
    within: int = 40
    higher_is_better: bool = True

    def score(self, case: Case) -> Score:
        question, answer = case.question, case.answer
        if not question.answerable:
            return Score(value=1.0 if answer.abstained else -1.0)
        if answer.abstained:
            return Score(value=0.0)
        near = best_of(token_f1, answer.text, question.answers) >= self.right
        return Score(value=1.0 if near or self._held(answer.text, question.answers) else -1.0)

    def _held(self, said: str, golds: Sequence[str]) -> bool:
        words = tokens(said)
        within = f" {' '.join(words)} "
        return len(words) <= self.within and any(f" {' '.join(tokens(gold))} " in within for gold in golds if gold)
