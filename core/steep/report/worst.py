"""The worst questions of the recommended arm, with what each arm answered and cited: where to look first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from steep.measuring.report import MeasureReport
    from steep.measuring.rows import Asked, Row

_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A question with every arm's row, the recommended arm's first."""

    asked: Asked
    outcome: str
    answered: Mapping[str, Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    """``missed`` of ``asked`` questions scored below 0.5 in the arm; ``questions`` are the first of them."""

    arm: str
    asked: int
    missed: int
    questions: tuple[Missed, ...]


def worst_questions(report: MeasureReport, rows: Mapping[str, Sequence[Row]]) -> Worst | None:
    """The questions on which the recommended arm scored lowest, wrong answers before abstentions; None for none."""
    arm = report.verdict.arm
    if arm is None or arm not in rows:
        return None
    deciding = report.metrics[0]
    lowest = sorted((row for row in rows[arm] if _is_bad(row, deciding)), key=lambda row: _badness(row, deciding))
    by_id = {name: {row.asked.question.id: row for row in answered} for name, answered in rows.items()}
    names = [arm, *(name for name in rows if name != arm)]
    questions = tuple(
        Missed(
            asked=row.asked,
            outcome=row.outcome or "failed",
            answered={name: by_id[name][row.asked.question.id] for name in names},
        )
        for row in lowest[:_SHOWN]
    )
    return Worst(arm=arm, asked=len(rows[arm]), missed=len(lowest), questions=questions)


def _is_bad(row: Row, metric: str) -> bool:
    value = row.scores[metric].value
    return bool(row.error) or (value is not None and value < 0.5)


def _badness(row: Row, metric: str) -> tuple[int, float, str]:
    order = {"wrong": 0, None: 1, "abstained": 2}.get(row.outcome, 3)
    return order, row.scores[metric].value or 0.0, row.asked.question.id
