"""The report on a terminal: a row an arm, a column a metric times 100, with half the width of the 95% interval.

What counts something, as the words of an answer, is shown as it is. Only the first five metrics are shown, with the
median time of an answer; the page and report.json have all. It fits 80 columns. Why an arm was not measured is in the
verdict, which follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from steep.wording import counted

if TYPE_CHECKING:
    from steep.measuring.report import ArmSummary, MeasureReport

_SHOWN = 5


def terminal_table(report: MeasureReport) -> Table:
    """Strangers' text is given as plain text, so that no markup of theirs is obeyed."""
    asked = counted(report.questions["asked"], "question")
    table = Table(
        title=Text(f"{report.project}: {asked} (metrics × 100 ± half the 95% interval)"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    table.add_column("arm", no_wrap=True)
    shown = report.metrics[:_SHOWN]
    counts = _counts(report)
    for name in shown:
        table.add_column(Text(name.replace("-", "-\n")), justify="right", no_wrap=True)
    table.add_column("p50\nms", justify="right", no_wrap=True)
    medians = {each.name: each.p50 for each in report.latency}
    for arm in report.arms:
        median = medians.get(arm.name)
        time = "–" if median is None else f"{median:.0f}"
        look = "bold" if arm.name == report.verdict.arm else ""
        cells = (Text(_cell(arm, name, 1 if name in counts else 100)) for name in shown)
        table.add_row(Text(arm.name), *cells, Text(time), style=look)
    return table


def _counts(report: MeasureReport) -> set[str]:
    """The metrics that are no shares: a mean of theirs is beyond 1."""
    return {each.metric for arm in report.arms for each in arm.metrics if each.mean is not None and abs(each.mean) > 1}


def _cell(arm: ArmSummary, name: str, scale: int) -> str:
    summary = arm.metric(name)
    if summary is None or summary.mean is None:
        return "–"
    if summary.low is None or summary.high is None:
        return f"{scale * summary.mean:.1f}"
    return f"{scale * summary.mean:.1f} ±{scale / 2 * (summary.high - summary.low):.1f}"
