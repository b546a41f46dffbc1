"""From what was asked to the report: summaries, comparisons and verdict."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from steep.measuring.comparison import compare_arms
from steep.measuring.losses import with_losses
from steep.measuring.report import ArmSummary, MeasureReport
from steep.measuring.summary import curve, kinds, latency, metric_summary, outcomes, scored
from steep.measuring.verdict import Standing, decide
from steep.values import content_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from steep.kinds import Metric
    from steep.measuring.comparison import Comparison
    from steep.measuring.lineup import Contender
    from steep.measuring.rows import Asked, Row
    from steep.measuring.verdict import ArmVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All that a report is made of. ``rows`` has an entry for each contender that could answer, in their order."""

    project: str
    generation: int
    asked: tuple[Asked, ...]
    contenders: tuple[Contender, ...]
    metrics: Mapping[str, Metric]
    rows: Mapping[str, tuple[Row, ...]]
    resamples: int
    seed: int
    settings: Mapping[str, Any]
    skipped: tuple[str, ...] = ()
    unlocated: Mapping[str, str] = field(default_factory=dict)
    outdated: str = ""
    perplexity: Mapping[str, float] = field(default_factory=dict)


def assemble(measured: Measured, *, reports: str, created: str) -> MeasureReport:
    """The report; ``reports`` is the folder of all reports, relative to the project."""
    comparisons = tuple(_comparisons(measured))
    arms = tuple(_arm(measured, contender) for contender in measured.contenders)
    settings = {**measured.settings, "resamples": measured.resamples, "seed": measured.seed}
    identity = content_id(
        "report",
        *(each.fingerprint for each in measured.contenders),
        *(repr(each) for each in measured.asked),
        json.dumps([list(measured.metrics), settings], sort_keys=True),
    )[:12]
    return MeasureReport(
        id=identity,
        project=measured.project,
        generation=measured.generation,
        folder=f"{reports}/{identity}",
        settings=settings,
        questions=_counts(measured.asked),
        metrics=tuple(measured.metrics),
        arms=arms,
        comparisons=comparisons,
        verdict=_verdict(measured, arms, comparisons),
        skipped=measured.skipped,
        unlocated=measured.unlocated,
        latency=tuple(latency(name, rows) for name, rows in measured.rows.items()),
        created=created,
        outdated=measured.outdated,
        perplexity=measured.perplexity,
    )


def _comparisons(measured: Measured) -> Iterator[Comparison]:
    for metric in measured.metrics:
        values = {name: scored(rows, metric) for name, rows in measured.rows.items()}
        yield from compare_arms(metric, values, resamples=measured.resamples, seed=measured.seed)


def _arm(measured: Measured, contender: Contender) -> ArmSummary:
    rows = measured.rows.get(contender.name, ())
    failed = [row for row in rows if row.error]
    reason = contender.reason
    if rows and len(failed) == len(rows):
        reason = f"every question failed: {failed[0].error}"
    bare = ArmSummary(
        name=contender.name,
        arm=contender.profile.arm,
        adapter=contender.adapter,
        reason=reason,
        failed=len(failed),
    )
    if reason:
        return bare
    return replace(
        bare,
        questions=len(rows),
        metrics=tuple(
            metric_summary(rows, name, resamples=measured.resamples, seed=measured.seed) for name in measured.metrics
        ),
        outcomes=outcomes(rows),
        kinds=kinds(rows, tuple(measured.metrics)),
        curve=curve(rows),
    )


def _verdict(measured: Measured, arms: tuple[ArmSummary, ...], comparisons: tuple[Comparison, ...]) -> ArmVerdict:
    deciding = next(iter(measured.metrics))
    standings = []
    for arm in arms:
        summary = arm.metric(deciding)
        mean = summary.mean if summary else None
        reason = arm.reason or next(iter(summary.not_measured), "") if summary else arm.reason
        standings.append(Standing(arm=arm.name, mean=mean, reason=reason))
    directions = {name: metric.higher_is_better for name, metric in measured.metrics.items()}
    verdict = decide(
        deciding,
        standings,
        [each for each in comparisons if each.metric == deciding],
        higher_is_better=directions[deciding] is not False,
    )
    return with_losses(verdict, comparisons, directions)


def _counts(asked: tuple[Asked, ...]) -> dict[str, int]:
    answerable = [each for each in asked if each.question.answerable]
    return {
        "asked": len(asked),
        "answerable": len(answerable),
        "unanswerable": len(asked) - len(answerable),
        "with_evidence": sum(bool(each.gold) for each in answerable),
        "documents": len({each.document for each in asked if each.document}),
    }
