"""What a damaged file of records still holds, as far as it can be read: table by table, row by row.

A row in which one bit was flipped is put right by its checksum (`seals`); one that is otherwise not what was written is
not taken over.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.records.leaves import rows_in
from steep.records.pages import opened
from steep.records.passing import let_pass
from steep.records.schema import tables
from steep.records.seals import SEAL, is_whole, mended
from steep.records.walking import mend_log

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Table

    from steep.records.database import Database

log = logging.getLogger(__name__)

# what neither folders nor documents say; a row of theirs that has a number gets another one
KEPT = (
    "alias_history", "answers", "feedback", "reviews", "conversations", "turns", "edits", "keys", "sessions",
    "spending", "rollouts", "trials", "jobs", "runs", "steps",
)  # fmt: skip


def recover(records: Database, damaged: Path) -> dict[str, int]:
    """Copy what folders do not say into records that were begun anew; returns how many rows of each table."""
    counts = {}
    for table, rows in rows_of(records, damaged, KEPT).items():
        known = {column.name for column in tables.tables[table].c} - {"number", SEAL}
        with records.transaction() as write:
            for row in rows:
                write.add(table, [{name: row[name] for name in known if name in row}])
        counts[table] = len(rows)
    with records.transaction() as write:  # what a run had done is to be done again
        write.change("runs", {"state": "abandoned"}, state="running")
    return counts


def put_right(file: Path) -> int:
    """Put right every row of a file in which one bit was flipped; returns how many. What else is wrong stays."""
    found = 0
    if mend_log(file.with_name(f"{file.name}-wal")):
        let_pass(file)
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            if _has_unsure_room(connection):
                return 0
            connection.text_factory = bytes
            spoiled = {table: list(_spoiled(connection, table)) for table in tables.tables.values()}
            connection.execute("REINDEX")  # an index may hold what its table does not
            for table, rows in spoiled.items():
                for place, row in rows:
                    right = mended(table, row)
                    if right is not None:
                        _write(connection, table, place, right)
                        found += 1
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        log.warning("%s cannot be mended row by row (%s)", file, error)
    return found


def rows_of(records: Database, damaged: Path, wanted: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """The rows of tables of a damaged file, each as it was written, in the order in which they were.

    They are what stands in the leaves of the file (`leaves`), as ``records`` lay out theirs, and, of rows that have no
    checksum, what SQLite still reads. Where the list of free pages is damaged SQLite alone tells what was deleted.
    """
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in wanted}
    if not damaged.is_file():
        return found
    standing: dict[str, dict[int, dict[str, Any]]] = {}
    read = {name: _read(damaged, tables.tables[name]) for name in wanted}
    with opened(damaged) as pages:
        free = pages.free() if pages.count else None
        listed = free is not None and not free & pages.led_to(free)
        if free is not None and (listed or not all(each.whole for each in read.values())):
            standing = rows_in(pages, free, {name: records.columns(name) for name in tables.tables}, wanted)
    for name in wanted:
        rows = standing.get(name, {})
        known = {_without_number(row) for row in rows.values()}
        if listed or not standing:
            rows = {**{k: v for k, v in read[name].rows.items() if _without_number(v) not in known}, **rows}
        found[name] = [row for _, row in sorted(rows.items())]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What SQLite reads of a table, by the rows' numbers, and whether that was all."""

    rows: dict[int, dict[str, Any]]
    whole: bool


def _read(damaged: Path, table: Table) -> _Read:
    rows, lost = {}, 0
    must = [column.name for column in table.c if not column.nullable and not column.primary_key]
    try:
        with closing(sqlite3.connect(damaged)) as connection:
            connection.text_factory = bytes
            for place, row in _in_order(connection, table, "*"):
                right = mended(table, {SEAL: None, **row})
                if right is None or any(right.get(name) is None for name in must):
                    lost += 1
                else:
                    rows[place] = right
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        log.warning("SQLite cannot read all of %s in %s (%s)", table.name, damaged, error)
        return _Read(rows=rows, whole=False)
    if lost:
        log.warning("%d rows of %s in %s are not what was written", lost, table.name, damaged)
    return _Read(rows=rows, whole=not lost)


def _in_order(connection: sqlite3.Connection, table: Table, asked: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows with their numbers, which rise: where they do not, a branch leads back, and that may have no end."""
    found = connection.execute(f"SELECT rowid, {asked} FROM {table.name} NOT INDEXED")
    names = [name for name, *_ in found.description[1:]]
    if not {*names} <= {column.name for column in table.c}:
        raise sqlite3.DatabaseError(f"its columns are {', '.join(names)}")
    last: int | None = None
    for place, *values in found:
        if last is not None and place <= last:
            raise sqlite3.DatabaseError("its rows are out of order")
        last = place
        yield place, dict(zip(names, values, strict=True))


def _without_number(row: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted((name, value) for name, value in row.items() if name != "number"))


def _has_unsure_room(connection: sqlite3.Connection) -> bool:
    """Whether it is not sure which pages are free: what is written would go to others."""
    return any("freelist" in str(said).lower() for (said,) in connection.execute("PRAGMA integrity_check"))


def _spoiled(connection: sqlite3.Connection, table: Table) -> Iterator[tuple[int, dict[str, Any]]]:
    for place, row in _in_order(connection, table, _listed([column.name for column in table.c])):
        if not is_whole(table, row) or mended(table, row) is None:
            yield place, row


def _write(connection: sqlite3.Connection, table: Table, place: int, row: dict[str, Any]) -> None:
    names = [column.name for column in table.c]
    changed = ", ".join(f'"{name}" = ?' for name in names)
    connection.execute(f"UPDATE {table.name} SET {changed} WHERE rowid = ?", [*(row[name] for name in names), place])


def _listed(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
