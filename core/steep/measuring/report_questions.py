"""The worst questions of the recommended arm, with what each arm answered and cited: where to look first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.measuring.markup import Markup, tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from steep.measuring.report import MeasureReport
    from steep.measuring.rows import Row
    from steep.values import Citation

_SHOWN = 20
_LONGEST = 600


def worst_questions(report: MeasureReport, rows: Mapping[str, Sequence[Row]]) -> Markup | None:
    """The questions on which the recommended arm scored lowest, wrong answers before abstentions; None for none."""
    arm = report.verdict.arm
    if arm is None or arm not in rows:
        return None
    deciding = report.metrics[0]
    lowest = sorted((row for row in rows[arm] if _is_bad(row, deciding)), key=lambda row: _badness(row, deciding))
    if not lowest:
        return tag("p", f"{arm} missed none.", class_="muted")
    others = {name: {row.asked.question.id: row for row in answered} for name, answered in rows.items() if name != arm}
    told = f"{len(lowest)} of {len(rows[arm])} questions scored below 0.5 in {arm}; here are the first {_SHOWN}."
    note = tag(
        "p", told if len(lowest) > _SHOWN else f"{len(lowest)} questions scored below 0.5 in {arm}.", class_="note"
    )
    return tag("div", note, [_question(row, arm, others) for row in lowest[:_SHOWN]])


def _is_bad(row: Row, metric: str) -> bool:
    value = row.scores[metric].value
    return bool(row.error) or (value is not None and value < 0.5)


def _badness(row: Row, metric: str) -> tuple[int, float, str]:
    order = {"wrong": 0, None: 1, "abstained": 2}.get(row.outcome, 3)
    return order, row.scores[metric].value or 0.0, row.asked.question.id


def _question(row: Row, arm: str, others: Mapping[str, Mapping[str, Row]]) -> Markup:
    question = row.asked.question
    outcome = row.outcome or "failed"
    summary = tag("summary", tag("span", outcome, class_=f"tag {outcome}"), _told(question.question))
    expected: list[Markup] = [_told(answer) for answer in question.answers] or [
        tag("span", "no answer stands in the documents")
    ]
    entries = [
        tag("dt", "expected"),
        tag("dd", [tag("div", each) for each in expected]),
        *((tag("dt", "stands in"), tag("dd", _told(row.asked.document))) if row.asked.document else ()),
    ]
    for name, answered in [(arm, row), *((name, rows[question.id]) for name, rows in others.items())]:
        entries += [tag("dt", name), tag("dd", _answer(answered))]
    return tag("details", summary, tag("dl", entries))


def _answer(row: Row) -> list[Markup]:
    if row.answer is None:
        return [_told(f"failed: {row.error}")]
    if row.answer.abstained:
        return [tag("em", "abstained: "), _told(row.answer.refusal)]
    confidence = "" if row.answer.confidence is None else f" (confidence {row.answer.confidence:.2f})"
    said = [_told(row.answer.text), tag("span", confidence, class_="muted")]
    return said + [_citation(citation) for citation in row.answer.citations]


def _citation(citation: Citation) -> Markup:
    page = f", page {citation.page}" if citation.page is not None else ""
    place = f"{citation.path}{page}, characters {citation.start} to {citation.end}"
    return tag("blockquote", _told(citation.text), tag("div", _told(place), class_="muted"))


def _told(text: str) -> Markup:
    """Strangers' text: its direction stays its own, and it is cut where it grows too long."""
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return tag("span", short, class_="told", dir="auto")
