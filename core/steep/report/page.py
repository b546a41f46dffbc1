"""The report as one HTML page that loads nothing: style and figures stand in it, and a policy forbids the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from steep.measuring.comparison import FEWEST
from steep.report.figures import arm_bars, forest, outcome_bars, probability, risk_curve
from steep.report.strangers import cut
from steep.report.templating import environment
from steep.report.worst import worst_questions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from steep.measuring.report import MeasureReport
    from steep.measuring.rows import Row
    from steep.report.figures import Drawn

_DASH = "–"
_LONGEST = 600


class Gap(NamedTuple):
    """What was not measured, of how many questions, and why."""

    arm: str
    metric: str
    questions: str
    reason: str


def render_page(report: MeasureReport, rows: Mapping[str, Sequence[Row]]) -> str:
    """The page; ``rows`` are what the worst questions are taken from."""
    template = environment().get_template("report.html")
    return template.render(
        report=report,
        measured=[arm for arm in report.arms if arm.measured],
        figures=_figures(report),
        kinds=_kinds(report),
        worst=worst_questions(report, rows),
        gaps=list(_gaps(report)),
        fewest=FEWEST,
        short=lambda text: cut(text, _LONGEST),
        fixed=_fixed,
        signed=_signed,
        time=_time,
        p=_p,
    )


def _figures(report: MeasureReport) -> dict[str, Drawn | None]:
    """The drawings by name, None where there is nothing to draw."""
    deciding = report.metrics[0]
    paired = [each for each in report.comparisons if each.metric == deciding and each.difference is not None]
    return {
        "arms": arm_bars(report.arms, deciding),
        "differences": forest(paired) if paired else None,
        "outcomes": outcome_bars(report.arms) if any(arm.outcomes for arm in report.arms) else None,
        "risk": risk_curve(report.arms) if any(arm.curve for arm in report.arms) else None,
    }


def _kinds(report: MeasureReport) -> dict[str, Any] | None:
    """The deciding metric's means by kind of question: the arms' names, and a row a kind."""
    metric = report.metrics[0]
    arms = [arm for arm in report.arms if arm.kinds]
    if not arms:
        return None
    rows = []
    for name in dict.fromkeys(kind.kind for arm in arms for kind in arm.kinds):
        found = [next((kind for kind in arm.kinds if kind.kind == name), None) for arm in arms]
        means = [_fixed(kind.means.get(metric)) if kind else _DASH for kind in found]
        rows.append([name, next(kind.questions for kind in found if kind), *means])
    return {"arms": [arm.name for arm in arms], "rows": rows}


def _gaps(report: MeasureReport) -> Iterator[Gap]:
    for arm in report.arms:
        if not arm.measured:
            yield Gap(arm.name, "all", "", arm.reason)
        for summary in arm.metrics:
            for reason, count in summary.not_measured.items():
                yield Gap(arm.name, summary.metric, str(count), reason)


def _fixed(value: float | None) -> str:
    return _DASH if value is None else f"{value:.3f}"


def _time(value: float | None) -> str:
    return _DASH if value is None else f"{value:.0f} ms"


def _signed(value: float) -> str:
    return f"{value:+.3f}"


def _p(value: float | None) -> str:
    return _DASH if value is None else probability(value)
