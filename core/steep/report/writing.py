"""The three files of a report: the page, the rows, and the report itself as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from steep.measuring.report import PAGE, REPORT, ROWS
from steep.report.page import render_page
from steep.wire import answer_json, to_json
from steep.workspace.durable import write_text
from steep.workspace.sealed import FILES, seal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from steep.measuring.report import MeasureReport
    from steep.measuring.rows import Row

__all__ = ["write_report"]


def write_report(folder: Path, report: MeasureReport, rows: Mapping[str, tuple[Row, ...]]) -> None:
    """The rows and the page first, report.json last: where it stands, the report is complete. Then the list of them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILES).unlink(missing_ok=True)  # a kill leaves none, not one of other files
    lines = (_json(_row_json(name, row)) for name, answered in rows.items() for row in answered)
    write_text(folder / ROWS, "".join(f"{line}\n" for line in lines))
    write_text(folder / PAGE, render_page(report, rows))
    write_text(folder / REPORT, _json(report.to_json(), indent=2, allow_nan=False) + "\n")
    seal(folder)


def _json(value: Any, **options: Any) -> str:
    """JSON in readable characters; half of a surrogate pair, as a file's name may hold, stays an escape."""
    text = json.dumps(value, ensure_ascii=False, **options)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _row_json(arm: str, row: Row) -> dict[str, Any]:
    question = row.asked.question
    return {
        "id": question.id,
        "arm": arm,
        "question": question.question,
        "kind": question.kind,
        "split": question.split,
        "document": row.asked.document,
        "answers": list(question.answers),
        "gold": to_json(row.asked.gold),
        "outcome": row.outcome,
        "scores": {name: score.value for name, score in row.scores.items()},
        "reasons": {name: score.reason for name, score in row.scores.items() if score.value is None},
        "error": row.error,
        "answer": answer_json(row.answer) if row.answer else None,
    }
