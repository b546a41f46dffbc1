"""From rows to what a report says of one arm: means with intervals, outcomes, kinds, risk against coverage."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from steep.measuring.comparison import FEWEST, Scored, clusters_of
from steep.measuring.report import CurvePoint, KindSummary, Latency, MetricSummary, Outcomes
from steep.measuring.statistics import Clustered, bootstrap, quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.measuring.rows import Row


def scored(rows: Sequence[Row], metric: str) -> list[Scored]:
    """The values of a metric where it was measured."""
    return [
        Scored(question=row.asked.question.id, document=row.asked.document, value=score.value)
        for row in rows
        if (score := row.scores[metric]).value is not None
    ]


def metric_summary(rows: Sequence[Row], metric: str, *, resamples: int, seed: int) -> MetricSummary:
    """The mean over questions; its interval by resampling documents, as `comparison.clusters_of` has it."""
    values = scored(rows, metric)
    reasons = Counter(row.scores[metric].reason for row in rows if row.scores[metric].value is None)
    not_measured = dict(sorted(reasons.items(), key=lambda each: (-each[1], each[0])))
    if not values:
        return MetricSummary(metric=metric, mean=None, not_measured=not_measured)
    clusters, _ = clusters_of(values)
    data = Clustered.of([each.value for each in values], clusters)
    interval = bootstrap(data, resamples=resamples, seed=seed) if len(values) >= FEWEST else None
    return MetricSummary(
        metric=metric,
        mean=data.mean,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        measured=len(values),
        not_measured=not_measured,
    )


def outcomes(rows: Sequence[Row]) -> Outcomes | None:
    """None where the metric that tells right from wrong was not measured."""
    counts = Counter(row.outcome for row in rows if row.outcome)
    if not counts:
        return None
    return Outcomes(
        right=counts["right"], declined=counts["declined"], abstained=counts["abstained"], wrong=counts["wrong"]
    )


def kinds(rows: Sequence[Row], metrics: Sequence[str]) -> tuple[KindSummary, ...]:
    """By kind of question, those that cannot be answered as a kind of their own; none where no kinds are named."""

    def kind_of(row: Row) -> str:
        return (row.asked.question.kind or "other") if row.asked.question.answerable else "unanswerable"

    if len({kind_of(row) for row in rows}) < 2:
        return ()
    grouped = groupby(sorted(rows, key=kind_of), key=kind_of)
    return tuple(_kind(kind, list(members), metrics) for kind, members in grouped)


def curve(rows: Sequence[Row]) -> tuple[CurvePoint, ...]:
    """Risk against coverage (Geifman and El-Yaniv 2017), for every confidence at which answers could be cut off.

    Coverage is over all questions, so that an arm that abstains much has a short curve.
    """
    given = [
        (row.answer.confidence, row.outcome == "wrong")
        for row in rows
        if row.answer is not None and row.answer.confidence is not None and row.outcome in ("right", "wrong")
    ]
    points = []
    answered = wrong = 0
    for confidence, tied in groupby(sorted(given, reverse=True), key=lambda each: each[0]):
        errors = [error for _, error in tied]
        answered, wrong = answered + len(errors), wrong + sum(errors)
        points.append(CurvePoint(confidence=confidence, coverage=answered / len(rows), risk=wrong / answered))
    return tuple(points)


def latency(name: str, rows: Sequence[Row]) -> Latency:
    """The sum of an answer's stages, over the answers that have timings."""
    totals = [
        sum(timing.milliseconds for timing in row.answer.timings) for row in rows if row.answer and row.answer.timings
    ]
    return Latency(name=name, answers=len(totals), p50=quantile(totals, 0.5), p95=quantile(totals, 0.95))


def _kind(kind: str, rows: Sequence[Row], metrics: Sequence[str]) -> KindSummary:
    means = {}
    for metric in metrics:
        values = scored(rows, metric)
        if values:
            means[metric] = sum(each.value for each in values) / len(values)
    return KindSummary(kind=kind, questions=len(rows), means=means)
