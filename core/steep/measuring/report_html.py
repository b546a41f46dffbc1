"""The report as one HTML page that loads nothing: style and figures stand in it, and a policy forbids the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.measuring.comparison import FEWEST
from steep.measuring.markup import Markup, joined, style, tag
from steep.measuring.plots import arm_bars, forest, outcome_bars, risk_curve
from steep.measuring.report_questions import worst_questions
from steep.measuring.report_style import CSS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from steep.measuring.markup import Child
    from steep.measuring.report import ArmSummary, MeasureReport
    from steep.measuring.rows import Row

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def render_page(report: MeasureReport, rows: Mapping[str, Sequence[Row]]) -> str:
    """The page; ``rows`` are what the worst questions are taken from."""
    title = f"{report.project}: what the arms are worth"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        style(CSS),
    )
    body = tag("body", tag("header", tag("h1", title), _facts(report)), tag("main", list(_sections(report, rows))))
    return "<!DOCTYPE html>\n" + tag("html", head, body, lang="en") + "\n"


def _facts(report: MeasureReport) -> Markup:
    counts = report.questions
    parts = [
        f"{counts['asked']} questions ({counts['answerable']} answerable, {counts['unanswerable']} not) "
        f"on {counts['documents']} documents",
        f"split {report.settings['split']}" if report.settings.get("split") else "",
        f"generation {report.generation}",
        f"report {report.id}",
        report.created,
    ]
    return tag("p", " · ".join(part for part in parts if part), class_="muted")


def _sections(report: MeasureReport, rows: Mapping[str, Sequence[Row]]) -> Iterator[Markup]:
    verdict, deciding = report.verdict, report.metrics[0]
    look = "verdict" if verdict.significant else "verdict unsure"
    yield tag("p", verdict.sentence, class_=look, id="verdict")
    yield _section("Arms", arm_bars(report.arms, deciding), _arms_table(report))
    paired = [each for each in report.comparisons if each.metric == deciding]
    if any(each.difference is not None for each in paired):
        note = (
            "A filled dot is a difference that was shown (p below 0.05 after Holm's correction). Grey: differences "
            "smaller than these questions would show four times in five."
        )
        yield _section(f"Differences in {deciding}", forest(paired), tag("p", note, class_="note"))
    if any(arm.outcomes for arm in report.arms):
        yield _section("Right, abstained, wrong", outcome_bars(report.arms))
    if any(arm.curve for arm in report.arms):
        note = "A line ends where the arm gives every answer that it would give; further left, only its surest ones."
        yield _section("What confidence is worth", risk_curve(report.arms), tag("p", note, class_="note"))
    if any(arm.kinds for arm in report.arms):
        yield _section(f"{deciding} by kind of question", _kinds_table(report, deciding))
    yield _section("Time to answer", _latency_table(report))
    worst = worst_questions(report, rows)
    if worst:
        yield _section("The worst questions", worst)
    yield _section("All comparisons", _comparisons_table(report))
    yield _section("What was not measured", list(_gaps(report)))
    yield _section("How it was measured", tag("p", _method(report), class_="note"))


def _arms_table(report: MeasureReport) -> Markup:
    measured = [arm for arm in report.arms if arm.measured]
    rows: list[list[Child]] = [[name, *(_mean(arm, name) for arm in measured)] for name in report.metrics]
    absent = [
        tag("p", f"{arm.name} was not measured: {arm.reason}", class_="note told") for arm in report.arms if arm.reason
    ]
    return joined(_table(["metric", *(arm.name for arm in measured)], rows) if measured else "", absent)


def _mean(arm: ArmSummary, name: str) -> Markup:
    summary = arm.metric(name)
    if summary is None or summary.mean is None:
        reason = next(iter(summary.not_measured), "") if summary else ""
        return tag("span", "not measured", class_="muted", title=reason)
    if summary.low is None or summary.high is None:
        return joined(f"{summary.mean:.3f}")
    spread = tag("span", f" ± {(summary.high - summary.low) / 2:.3f}", class_="muted")
    said = f"95% interval {summary.low:.3f} to {summary.high:.3f}, {summary.measured} questions"
    return tag("span", f"{summary.mean:.3f}", spread, title=said)


def _kinds_table(report: MeasureReport, metric: str) -> Markup:
    measured = [arm for arm in report.arms if arm.kinds]
    names = list(dict.fromkeys(kind.kind for arm in measured for kind in arm.kinds))
    rows: list[list[Child]] = []
    for name in names:
        found = [next((kind for kind in arm.kinds if kind.kind == name), None) for arm in measured]
        means = [f"{kind.means[metric]:.3f}" if kind and metric in kind.means else "–" for kind in found]
        rows.append([name, str(next(kind.questions for kind in found if kind)), *means])
    return _table(["kind", "questions", *(arm.name for arm in measured)], rows)


def _comparisons_table(report: MeasureReport) -> Markup:
    if not report.comparisons:
        return tag("p", "Fewer than two arms were measured.", class_="muted")
    rows: list[list[Child]] = []
    for each in report.comparisons:
        if each.difference is None:
            continue
        pair = f"{each.arm} − {each.over}"
        interval = f"{each.low:+.3f} to {each.high:+.3f}" if each.low is not None and each.high is not None else "–"
        p = "–" if each.p_adjusted is None else "< 0.001" if each.p_adjusted < 0.001 else f"{each.p_adjusted:.3f}"
        least = "–" if each.detectable is None else f"{each.detectable:.3f}"
        rows.append([each.metric, pair, str(each.questions), f"{each.difference:+.3f}", interval, p, least])
    head = ["metric", "pair", "questions", "difference", "95% interval", "p (Holm)", "could be seen"]
    absent = [each for each in report.comparisons if each.difference is None]
    note = f"{len(absent)} more could not be made, as too few questions were scored in both arms." if absent else ""
    return joined(_table(head, rows, words=2), tag("p", note, class_="note"))


def _latency_table(report: MeasureReport) -> Markup:
    rows: list[list[Child]] = [
        [each.name, str(each.answers), *("–" if value is None else f"{value:.0f} ms" for value in (each.p50, each.p95))]
        for each in report.latency
    ]
    return _table(["arm", "answers", "median", "95% below"], rows)


def _gaps(report: MeasureReport) -> Iterator[Markup]:
    rows: list[list[Child]] = []
    for arm in report.arms:
        if not arm.measured:
            rows.append([arm.name, "all", "", arm.reason])
        for summary in arm.metrics:
            rows += [[arm.name, summary.metric, str(count), reason] for reason, count in summary.not_measured.items()]
    if rows:
        yield _table(["arm", "metric", "questions", "why"], rows, words=2)
    told = [*report.skipped, *(f"question {name}: {reason}" for name, reason in report.unlocated.items())]
    if told:
        yield tag("ul", [tag("li", line, class_="told") for line in told])
    if not rows and not told:
        yield tag("p", "Every arm was scored by every metric on every question.", class_="muted")


def _method(report: MeasureReport) -> str:
    return (
        "All arms answered the same questions. Intervals are 95% percentile bootstrap intervals that resample whole "
        f"documents ({report.settings['resamples']} times, seed {report.settings['seed']}), or single questions where "
        f"they rest on fewer than {FEWEST} documents. Differences are paired by question; p is of a sign-flip "
        "permutation test by document, after Holm's correction over all pairs of arms. "
        f"{report.metrics[0]} decides the verdict."
    )


def _section(title: str, *content: Child) -> Markup:
    return tag("section", tag("h2", title), *content)


def _table(head: Sequence[str], rows: Sequence[Sequence[Child]], *, words: int = 1) -> Markup:
    """A table whose first columns are words and the others figures; a short row's last cell takes the rest."""
    top = tag("tr", [tag("th", name, scope="col", class_=_look(at, words)) for at, name in enumerate(head)])
    body = []
    for row in rows:
        cells = []
        for at, cell in enumerate(row):
            rest = len(head) - at if at == len(row) - 1 and len(row) < len(head) else None
            look = None if rest or head[at] == "why" else _look(at, words)
            cells.append(tag("td", cell, colspan=rest, class_=look))
        body.append(tag("tr", cells))
    return tag("div", tag("table", tag("thead", top), tag("tbody", body)), class_="wide")


def _look(at: int, words: int) -> str | None:
    return "figure" if at >= words else None
