"""Conversations: questions that follow each other, kept by the ids of their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from steep.records.database import Database
    from steep.records.rows import Row

_TRIES = 9  # at a turn's place, where two turns end at once in a database that lets them


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """``caller`` is the name of whoever began it, and nobody else sees it."""

    id: str
    caller: str
    title: str
    profile: str
    created: float
    changed: float


class Conversations:
    """The conversations of a project."""

    def __init__(self, records: Database) -> None:
        self._records = records

    def begin(self, conversation: Kept) -> None:
        with self._records.transaction() as write:
            write.put("conversations", [{name: getattr(conversation, name) for name in Kept.__slots__}])

    def get(self, identity: str) -> Kept | None:
        row = self._records.one("conversations", id=identity)
        return _kept(row) if row else None

    def of(self, caller: str, limit: int) -> tuple[Kept, ...]:
        """Those of a caller, the one that was last gone on with first."""
        rows = self._records.find("conversations", caller=caller, order=["-changed", "id"], limit=limit)
        return tuple(map(_kept, rows))

    def answers(self, identity: str) -> tuple[str, ...]:
        """The ids of the answers, in order."""
        return tuple(row["answer"] for row in self._records.find("turns", conversation=identity, order=["ordinal"]))

    def add(self, identity: str, answer: str, *, title: str, now: float) -> bool:
        """Put an answer behind the others; False where the conversation was deleted meanwhile."""
        for _ in range(_TRIES):
            with self._records.transaction() as write:
                row = write.one("conversations", id=identity)
                if row is None:
                    return False
                turns = write.find("turns", conversation=identity, order=["-ordinal"], limit=1)
                ordinal = turns[0]["ordinal"] + 1 if turns else 0
                write.add("turns", [{"conversation": identity, "ordinal": ordinal, "answer": answer}])
                write.change("conversations", {"changed": now, "title": row["title"] or title}, id=identity)
                placed = write.one("turns", conversation=identity, ordinal=ordinal)
            if placed is not None and placed["answer"] == answer:
                return True
        return False

    def rename(self, identity: str, title: str) -> None:
        with self._records.transaction() as write:
            write.change("conversations", {"title": title}, id=identity)

    def delete(self, identity: str) -> None:
        """Forget which answers belong together; the answers stay."""
        with self._records.transaction() as write:
            write.delete("turns", conversation=identity)
            write.delete("conversations", id=identity)


def _kept(row: Row) -> Kept:
    return Kept(**{name: row[name] for name in Kept.__slots__})
