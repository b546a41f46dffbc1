"""A metric: a question with its answer becomes a score, or a reason why it was not measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from steep.values import Answer, Question, Score, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question with one arm's answer. ``gold`` are the spans its evidence stands at, in this generation."""

    question: Question
    answer: Answer
    gold: tuple[Span, ...] = ()


class Metric(Protocol):
    """Scores one case, or says why it cannot.

    ``higher_is_better`` directs the comparison of arms; None is for what is neither gain nor loss, as a length, which
    can decide no verdict.
    """

    @property
    def higher_is_better(self) -> bool | None: ...

    def score(self, case: Case) -> Score: ...


KIND = Kind(
    name="metric",
    summary="scores answers",
    table='[measure]\nmetrics = [{ use = "token-f1" }, { use = "NAME" }]',
    advice=(
        "Where nothing can be measured the value is None, with the reason; it is left out of the mean. "
        "`case.gold` is where the evidence stands, if the question file says so."
    ),
)
