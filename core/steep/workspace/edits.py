"""Edits of pairs: who changed what, and when. Each is a dataset version of its own, made of the one before."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from steep.records.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """``before`` and ``after`` are ids of pairs: nothing before one that was written, nothing after one dropped."""

    dataset: str
    parent: str
    action: Literal["corrected", "dropped", "written"]
    before: str | None
    after: str | None
    caller: str
    reason: str
    created: float


class Edits:
    """The edits of a project's pairs."""

    def __init__(self, records: Database) -> None:
        self._records = records

    def add(self, edit: Edit) -> None:
        with self._records.transaction() as write:
            write.add("edits", [asdict(edit)])

    def of(self, **equal: Any) -> tuple[Edit, ...]:
        """The edits with these values, oldest first."""
        rows = self._records.find("edits", order=["number"], **equal)
        return tuple(Edit(**{name: row[name] for name in Edit.__slots__}) for row in rows)

    def history(self, pair: str) -> tuple[Edit, ...]:
        """What was done to a pair, oldest first, with what was done to those that it was before."""
        found: list[Edit] = list(self.of(before=pair))
        seen: set[str] = set()
        while pair and pair not in seen:
            seen.add(pair)
            made = self.of(after=pair)
            found += made
            pair = made[-1].before or "" if made else ""
        return tuple(sorted(found, key=lambda edit: edit.created))
