"""A question in an arm: the answer and its scores, every metric with a reason wherever there is no figure."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from steep.errors import ConfigError, SteepError
from steep.values import Score

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.kinds import Case, Metric
    from steep.values import Answer, Question, Span
    from steep.workspace.project import Project
    from steep.workspace.sections import PartSpec

Outcome = Literal["right", "declined", "abstained", "wrong"]

# the metric that tells right from wrong: above 0 is right, 0 an abstention, below 0 wrong
OUTCOME_METRIC = "points"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with the gold spans that its evidence stands at, and the document it rests on."""

    question: Question
    gold: tuple[Span, ...] = ()
    document: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One question in one arm: the answer and its scores, or the ``error`` that asking it gave."""

    asked: Asked
    answer: Answer | None
    scores: Mapping[str, Score] = field(default_factory=dict)
    error: str = ""

    @property
    def outcome(self) -> Outcome | None:
        score = self.scores.get(OUTCOME_METRIC)
        if self.answer is None or score is None or score.value is None:
            return None
        if self.answer.abstained:
            return "abstained" if self.asked.question.answerable else "declined"
        return "right" if score.value > 0 else "wrong"


def score_case(metrics: Mapping[str, Metric], case: Case) -> dict[str, Score]:
    return {name: _score(metric, case) for name, metric in metrics.items()}


def unanswered(metrics: Mapping[str, Metric], error: str) -> dict[str, Score]:
    """The scores of a question that could not be asked: none, each with the reason."""
    return {name: Score(value=None, reason=f"the question failed: {error}") for name in metrics}


def build_metrics(project: Project) -> dict[str, Metric]:
    """The configured metrics by the names they have in the report, in order.

    Two metrics of one name, such as `points` at two thresholds, are told apart by their options. Raises ConfigError
    where the first one, which decides the verdict, does not say which way is better.
    """
    specs = project.config.measure.metrics
    often = Counter(spec.use for spec in specs)
    built: dict[str, Metric] = {
        spec.use if often[spec.use] == 1 else _with_options(spec): project.build(
            "metric", spec, where="measure.metrics"
        )
        for spec in specs
    }
    deciding, metric = next(iter(built.items()))
    if metric.higher_is_better is None:
        raise ConfigError(
            f"`metrics` under [measure] begins with `{deciding}`, which would decide the verdict, but of which neither "
            "more nor less is better; put another metric before it."
        )
    return built


def _with_options(spec: PartSpec) -> str:
    return f"{spec.use}({', '.join(f'{key}={value}' for key, value in sorted(spec.options.items()))})"


def _score(metric: Metric, case: Case) -> Score:
    try:
        score = metric.score(case)
    except Exception as error:  # whatever a stranger's metric raises; the rest of the report stands
        return Score(value=None, reason=f"the metric failed: {error if isinstance(error, SteepError) else repr(error)}")
    if score.value is None or math.isfinite(score.value):
        return score
    return Score(value=None, reason=f"the metric gave {score.value}")
