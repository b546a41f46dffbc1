"""What a damaged file of records still holds, as far as it can be read: table by table, row by row.

A row in which one bit was flipped is put right by its checksum (`seals`); one that is otherwise not what was written is
not taken over.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from steep.records.schema import tables
from steep.records.seals import SEAL, is_whole, mended

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Table

    from steep.records.database import Database

log = logging.getLogger(__name__)

# what neither folders nor documents say; a row of theirs that has a number gets another one
KEPT = (
    "alias_history", "answers", "feedback", "reviews", "conversations", "turns", "edits", "keys", "sessions",
    "spending", "rollouts", "trials", "jobs", "runs", "steps",
)  # fmt: skip
_FURTHER = 10_000  # rows that are looked for behind one that cannot be read


def recover(records: Database, damaged: Path) -> dict[str, int]:
    """Copy what folders do not say into records that were begun anew; returns how many rows of each table."""
    counts = {}
    for table in KEPT:
        known = {column.name for column in tables.tables[table].c} - {"number", SEAL}
        rows = [{name: row[name] for name in known if name in row} for row in rows_of(damaged, table)]
        with records.transaction() as write:
            for row in rows:
                write.add(table, [row])
        counts[table] = len(rows)
    with records.transaction() as write:  # what a run had done is to be done again
        write.change("runs", {"state": "abandoned"}, state="running")
    return counts


def put_right(file: Path) -> int:
    """Put right every row of a file in which one bit was flipped; returns how many. What else is wrong stays."""
    found = 0
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("REINDEX")  # an index may hold what its table does not
            connection.text_factory = bytes
            for table in tables.tables.values():
                for place, row in list(_spoiled(connection, table)):
                    right = mended(table, row)
                    if right is not None:
                        _write(connection, table, place, right)
                        found += 1
    except sqlite3.DatabaseError as error:
        log.warning("%s cannot be mended row by row (%s)", file, error)
    return found


def rows_of(damaged: Path, table: str) -> Iterator[dict[str, Any]]:
    """The rows of a table that can be read, each as it was written."""
    if not damaged.is_file():
        return
    asked = tables.tables[table]
    lost = 0
    with closing(sqlite3.connect(damaged)) as connection:
        connection.text_factory = bytes
        for row in _readable(connection, asked):
            right = mended(asked, {SEAL: None, **row})
            lost += right is None
            if right is not None:
                yield right
    if lost:
        log.warning("%d rows of %s in %s are not what was written, and are left out", lost, table, damaged)


def _spoiled(connection: sqlite3.Connection, table: Table) -> Iterator[tuple[int, dict[str, Any]]]:
    names = [column.name for column in table.c]
    for place, *values in connection.execute(f"SELECT rowid, {_listed(names)} FROM {table.name}"):
        row = dict(zip(names, values, strict=True))
        if not is_whole(table, row) or mended(table, row) is None:
            yield place, row


def _write(connection: sqlite3.Connection, table: Table, place: int, row: dict[str, Any]) -> None:
    names = [column.name for column in table.c]
    changed = ", ".join(f'"{name}" = ?' for name in names)
    connection.execute(f"UPDATE {table.name} SET {changed} WHERE rowid = ?", [*(row[name] for name in names), place])


def _readable(connection: sqlite3.Connection, table: Table) -> Iterator[dict[str, Any]]:
    """The rows in order; behind a place that cannot be read, one by one."""
    last = 0
    try:
        for place, row in _rows(connection, f"SELECT rowid AS place, * FROM {table.name}"):
            last = place
            yield row
    except sqlite3.DatabaseError as error:
        log.warning("some rows of %s cannot be read any more (%s)", table.name, error)
        for place in range(last + 1, last + _FURTHER):
            try:
                asked = f"SELECT rowid AS place, * FROM {table.name} WHERE rowid = {place}"
                yield from (row for _, row in _rows(connection, asked))
            except sqlite3.DatabaseError:
                continue


def _rows(connection: sqlite3.Connection, statement: str) -> Iterator[tuple[int, dict[str, Any]]]:
    found = connection.execute(statement)
    names = [name for name, *_ in found.description]
    for values in found:
        row = dict(zip(names, values, strict=True))
        yield row.pop("place"), row


def _listed(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
