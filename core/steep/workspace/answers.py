"""The answers that were given, and what people said of them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from steep.errors import NotThere, WorkspaceError
from steep.values import Answer
from steep.wire import from_json, to_json

if TYPE_CHECKING:
    from steep.records.database import Database
    from steep.records.rows import Row

_SHOWN = 4  # of the ids that a beginning may mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What a caller said of the answer with an id; ``better`` is the answer that should have been given.

    ``source`` is `review` for what a person decided who was there to check answers. ``draft`` is what was judged where
    that was never sent: the draft of an answer that was withheld.
    """

    answer: str
    caller: str
    verdict: Literal["right", "wrong"]
    better: str | None
    created: float
    source: Literal["feedback", "review"] = "feedback"
    draft: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """An answer, and when it was given."""

    answer: Answer
    created: float


class Answers:
    """The answers of a project, by their ids."""

    def __init__(self, records: Database) -> None:
        self._records = records

    def add(self, answer: Answer, *, now: float) -> None:
        """Keep an answer; the same id again replaces it."""
        if not answer.id:
            raise ValueError("an answer without an id cannot be looked up again")
        row = {
            "id": answer.id,
            "created": now,
            "caller": _whole(answer.caller),
            "profile": answer.profile,
            "arm": answer.arm,
            "question": _whole(answer.question),
            "answer": json.dumps(to_json(answer)),
            "versions": json.dumps(asdict(answer.versions), sort_keys=True),
        }
        with self._records.transaction() as write:
            write.put("answers", [row])

    def find(self, reference: str) -> KeptAnswer:
        """The answer with this id, or the one whose id begins so; raises WorkspaceError."""
        from steep.records import queries

        exact = self._records.one("answers", id=reference)
        found = [exact] if exact else queries.beginning(self._records, "answers", "id", reference, limit=_SHOWN)
        if not found:
            raise NotThere(f"no answer is kept whose id begins with {reference!r}; it may have been deleted.")
        if len(found) > 1:
            several = ", ".join(row["id"] for row in found)
            raise WorkspaceError(f"the ids of several answers begin with {reference!r}: {several}; write more.")
        return _kept(found[0])

    def get(self, identity: str) -> KeptAnswer | None:
        """The answer with exactly this id."""
        row = self._records.one("answers", id=identity)
        return _kept(row) if row else None

    def page(self, *, caller: str | None = None, before: str = "", limit: int = 20) -> tuple[KeptAnswer, ...]:
        """Answers, newest first: of one caller or of all, from the one behind that with the id ``before``."""
        from steep.records import queries

        return tuple(_kept(row) for row in queries.answers(self._records, caller, before, limit))

    def newest(self, limit: int = 20) -> tuple[KeptAnswer, ...]:
        """The latest answers, newest first."""
        rows = self._records.find("answers", order=["-created", "id"], limit=limit)
        return tuple(_kept(row) for row in rows)

    def delete_older(self, created: float, *, caller: str | None = None) -> int:
        """Delete what was answered before a time, to one caller or to all, with all that was said of it.

        Conversations that are empty then go too. Returns how many answers were deleted.
        """
        from steep.records import queries

        with self._records.transaction() as write:
            old = queries.older(write, "answers", created, caller)
            for row in old:
                for table in ("feedback", "reviews", "turns"):
                    write.delete(table, answer=row["id"])
                write.delete("answers", id=row["id"])
            queries.forget_conversations(write, created, caller)
        return len(old)

    def judge(self, feedback: Feedback) -> None:
        """Keep what somebody said of an answer; raises WorkspaceError for an answer that is not kept."""
        row = asdict(feedback)
        row.update({name: _whole(row[name]) for name in ("caller", "better", "draft")})
        with self._records.transaction() as write:
            if write.one("answers", id=feedback.answer) is None:
                raise NotThere(f"no answer is kept with the id {feedback.answer!r}; it may have been deleted.")
            write.add("feedback", [row])

    def feedback(self, answer: str | None = None) -> tuple[Feedback, ...]:
        """What was said of an answer, or of all, oldest first."""
        about: dict[str, Any] = {} if answer is None else {"answer": answer}
        rows = self._records.find("feedback", order=["number"], **about)
        return tuple(Feedback(**{name: row[name] for name in Feedback.__slots__}) for row in rows)


def _kept(row: Row) -> KeptAnswer:
    return KeptAnswer(answer=from_json(Answer, json.loads(row["answer"])), created=row["created"])


def _whole(text: str | None) -> str | None:
    """The text without half characters, which no database takes; the answer's own JSON escapes them."""
    return None if text is None else text.encode("utf-8", "replace").decode("utf-8")
