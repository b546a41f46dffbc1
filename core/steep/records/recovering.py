"""What a damaged file of records still holds, as far as it can be read: table by table, row by row."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from steep.records.schema import tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from steep.records.database import Database

log = logging.getLogger(__name__)

# what no folder says; a row of theirs that has a number gets another one
KEPT = ("alias_history", "answers", "feedback", "reviews", "conversations", "turns", "edits", "keys")


def recover(records: Database, damaged: Path) -> dict[str, int]:
    """Copy what folders do not say into records that were begun anew; returns how many rows of each table."""
    counts = {}
    for table in KEPT:
        known = {column.name for column in tables.tables[table].c} - {"number"}
        rows = [{name: row[name] for name in known if name in row} for row in rows_of(damaged, table)]
        with records.transaction() as write:
            for row in rows:
                write.add(table, [row])
        counts[table] = len(rows)
    return counts


def rows_of(damaged: Path, table: str) -> Iterator[dict[str, Any]]:
    """The rows of a table, up to the first that cannot be read."""
    if not damaged.is_file():
        return
    try:
        with closing(sqlite3.connect(damaged)) as connection:
            connection.row_factory = sqlite3.Row
            for row in connection.execute(f"SELECT * FROM {tables.tables[table].name}"):
                yield dict(row)
    except sqlite3.DatabaseError as error:
        log.warning("the rows of %s in %s cannot be read any more (%s)", table, damaged, error)
