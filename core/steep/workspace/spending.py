"""The tokens that each caller used, by day: kept, so that a restart gives nobody a second day."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from steep.records.database import Database

_KEPT = 31  # days


class Spending:
    """``day`` counts days since the epoch."""

    def __init__(self, records: Database) -> None:
        self._records = records

    def of(self, caller: str, *, day: int) -> int:
        row = self._records.one("spending", caller=caller, day=day)
        return int(row["tokens"]) if row else 0

    def add(self, caller: str, *, day: int, tokens: int) -> None:
        with self._records.transaction() as write:
            row = write.one("spending", caller=caller, day=day)
            write.put("spending", [{"caller": caller, "day": day, "tokens": tokens + (row["tokens"] if row else 0)}])
            if row is None:
                write.delete("spending", day=day - _KEPT)
