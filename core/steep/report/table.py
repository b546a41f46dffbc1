"""The report on a terminal: a row an arm, a column a metric times 100, with half the width of the 95% interval.

Only the first five metrics are shown, with the median time of an answer; the page and report.json have all. It fits
80 columns. Why an arm was not measured is in the verdict, which follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from steep.measuring.report import ArmSummary, MeasureReport

_SHOWN = 5


def terminal_table(report: MeasureReport) -> Table:
    """Strangers' text is given as plain text, so that no markup of theirs is obeyed."""
    table = Table(
        title=Text(f"{report.project}: {report.questions['asked']} questions (metrics × 100 ± half the 95% interval)"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    table.add_column("arm", no_wrap=True)
    shown = report.metrics[:_SHOWN]
    for name in shown:
        table.add_column(Text(name.replace("-", "-\n")), justify="right", no_wrap=True)
    table.add_column("p50\nms", justify="right", no_wrap=True)
    medians = {each.name: each.p50 for each in report.latency}
    for arm in report.arms:
        median = medians.get(arm.name)
        time = "–" if median is None else f"{median:.0f}"
        look = "bold" if arm.name == report.verdict.arm else ""
        table.add_row(Text(arm.name), *(Text(_cell(arm, name)) for name in shown), Text(time), style=look)
    return table


def _cell(arm: ArmSummary, name: str) -> str:
    summary = arm.metric(name)
    if summary is None or summary.mean is None:
        return "–"
    if summary.low is None or summary.high is None:
        return f"{100 * summary.mean:.1f}"
    return f"{100 * summary.mean:.1f} ±{50 * (summary.high - summary.low):.1f}"
