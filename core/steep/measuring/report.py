"""The report: what was measured, as frozen values that are JSON as they stand.

The same inputs and seed give the same report, but for ``created`` and ``latency``, which stand in fields of their own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from steep.errors import Damaged
from steep.measuring.comparison import Comparison  # noqa: TC001 - `from_json` reads the annotations
from steep.measuring.verdict import ArmVerdict  # noqa: TC001
from steep.wire import from_json, to_json
from steep.workspace.sealed import damage, is_sealed

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ArmSummary", "CurvePoint", "KindSummary", "Latency", "MeasureReport", "MetricSummary", "Outcomes"]

REPORT, PAGE, ROWS = "report.json", "report.html", "rows.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSummary:
    """A metric's mean over one arm's questions, with its 95% interval, and why questions were not measured."""

    metric: str
    mean: float | None
    low: float | None = None
    high: float | None = None
    measured: int = 0
    not_measured: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """How the answers fell: right; rightly declined; abstained though there was an answer; wrong."""

    right: int
    declined: int
    abstained: int
    wrong: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSummary:
    """A kind of question, as the question file names it, with the mean of each metric that was measured."""

    kind: str
    questions: int
    means: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """If only answers of at least this confidence were given: the share answered, and the share of them wrong."""

    confidence: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmSummary:
    """One arm, or profile, over all questions; ``reason`` says why it was not measured, if it was not."""

    name: str
    arm: str
    adapter: str | None = None
    reason: str = ""
    questions: int = 0
    failed: int = 0
    metrics: tuple[MetricSummary, ...] = ()
    outcomes: Outcomes | None = None
    kinds: tuple[KindSummary, ...] = ()
    curve: tuple[CurvePoint, ...] = ()

    @property
    def measured(self) -> bool:
        return not self.reason

    def metric(self, name: str) -> MetricSummary | None:
        return next((each for each in self.metrics if each.metric == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Milliseconds an answer took in one arm: the median, and what 95% stay below."""

    name: str
    answers: int
    p50: float | None
    p95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureReport:
    """``questions`` counts them by what they are; ``skipped`` are lines of the question file that cannot be used.

    ``unlocated`` maps question ids to why their evidence was not found. ``folder`` is relative to the project.
    ``outdated`` says how the index was made otherwise than it would have been when it was measured, "" for not at all.
    ``perplexity`` is that of held-out documents by arm, as it was when the arms' adapter was tuned.
    """

    id: str
    project: str
    generation: int
    folder: str
    settings: Mapping[str, Any]
    questions: Mapping[str, int]
    metrics: tuple[str, ...]
    arms: tuple[ArmSummary, ...]
    comparisons: tuple[Comparison, ...]
    verdict: ArmVerdict
    skipped: tuple[str, ...] = ()
    unlocated: Mapping[str, str] = field(default_factory=dict)
    latency: tuple[Latency, ...] = ()
    created: str = ""
    outdated: str = ""
    perplexity: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, floats rounded to six digits."""
        return _rounded(to_json(self))  # type: ignore[no-any-return]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> MeasureReport:
        """The report that `to_json` wrote; keys that a later version added are left out."""
        return from_json(cls, data)


def load_report(folder: Path) -> MeasureReport:
    """The report in a folder below `.steep/reports`; raises Damaged where it is not as steep wrote it."""
    file = folder / REPORT
    try:
        report = MeasureReport.from_json(json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(file, error) from None
    if is_sealed(folder) and (said := damage(folder, thorough=True)):
        raise _damaged(file, said)
    return report


def _damaged(file: Path, reason: object) -> Damaged:
    return Damaged(
        f"{file} is not a report as steep wrote it ({reason}): `steep doctor --rebuild` puts right what one flipped "
        "bit spoiled; else run `steep measure` again."
    )


def stored_reports(reports: Path) -> tuple[MeasureReport, ...]:
    """The complete reports below a folder, newest first."""
    found = [load_report(file.parent) for file in reports.glob(f"*/{REPORT}")]
    return tuple(sorted(found, key=lambda report: (report.created, report.id), reverse=True))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value
