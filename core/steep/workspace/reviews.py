"""Reviews: answers that wait for a person, and what was decided of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from steep.values import Citation
from steep.wire import from_json, to_json

if TYPE_CHECKING:
    from steep.records.database import Database
    from steep.records.rows import Row, Writing

State = Literal["waiting", "approved", "edited", "rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """``draft`` is what would have been said, "" where the question was stopped, with its ``citations``.

    ``text`` is what is said instead, once it was approved or edited; ``reason`` is the reviewer's.
    """

    answer: str
    created: float
    state: State = "waiting"
    draft: str = ""
    citations: tuple[Citation, ...] = ()
    text: str = ""
    reviewer: str = ""
    reason: str = ""
    decided: float | None = None


class Reviews:
    """The reviews of a project, by the ids of their answers."""

    def __init__(self, records: Database) -> None:
        self._records = records

    def add(self, review: Review) -> None:
        """Let an answer wait; one that does already, or was decided, stays as it is."""
        with self._records.transaction() as write:
            write.add("reviews", [_row(review)])

    def get(self, answer: str) -> Review | None:
        row = self._records.one("reviews", answer=answer)
        return _review(row) if row else None

    def of_state(self, state: str) -> tuple[Review, ...]:
        """Oldest first."""
        return tuple(map(_review, self._records.find("reviews", state=state, order=["created", "answer"])))

    def decide(self, review: Review) -> bool:
        """Keep a decision, if nobody decided before; returns whether it was kept."""
        row = {name: value for name, value in _row(review).items() if name != "answer"}
        with self._records.transaction() as write:
            return self._waits(write, review.answer) and bool(
                write.change("reviews", row, answer=review.answer, state="waiting")
            )

    def _waits(self, write: Writing, answer: str) -> bool:
        row = write.one("reviews", answer=answer)
        return row is not None and row["state"] == "waiting"


def _row(review: Review) -> Row:
    draft = {"text": review.draft, "citations": to_json(review.citations)}
    return {
        "answer": review.answer,
        "created": review.created,
        "state": review.state,
        "draft": json.dumps(draft),
        "text": review.text,
        "reviewer": review.reviewer,
        "reason": review.reason,
        "decided": review.decided,
    }


def _review(row: Row) -> Review:
    draft = json.loads(row["draft"])
    return Review(
        answer=row["answer"],
        created=row["created"],
        state=row["state"],
        draft=draft["text"],
        citations=tuple(from_json(Citation, each) for each in draft["citations"]),
        text=row["text"] or "",
        reviewer=row["reviewer"] or "",
        reason=row["reason"] or "",
        decided=row["decided"],
    )
