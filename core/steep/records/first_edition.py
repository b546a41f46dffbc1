"""What steep 0.1 kept: a manifest and a cache of vectors, two files of SQLite that are read once and then removed.

Datasets, adapters, and the aliases with their history are taken over. Documents, passages and indexes are not: they are
made again from the files.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from steep.records.errors import damaged, explained

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from steep.records.rows import Writing

MANIFEST = "manifest.sqlite"
VECTORS = "embeddings.sqlite"
TABLES = {
    "datasets": "version, created, pairs",
    "adapters": "version, name, base, score, lineage, created",
    "aliases": "name, alias, version",
    "alias_history": "name, alias, version, previous, reason, created",
}
_ORDER = {"alias_history": "ORDER BY number"}


def is_there(state: Path) -> bool:
    return (state / MANIFEST).exists()


def read(file: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows that are taken over, by table; raises what SQLite says of a file that is damaged."""
    with closing(sqlite3.connect(file)) as connection:
        return {table: rows_of(connection, table) for table in TABLES}


def rows_of(connection: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    names = TABLES[table].split(", ")
    rows = connection.execute(f"SELECT {TABLES[table]} FROM {table} {_ORDER.get(table, '')}")
    return [dict(zip(names, row, strict=True)) for row in rows]


def take_over(write: Writing, state: Path) -> None:
    """Copy what cannot be made again; done twice, as after a kill, it is as done once."""
    file = state / MANIFEST
    with explained(str(file)):
        try:
            found = read(file)
        except sqlite3.OperationalError as error:
            raise damaged(str(file), str(error)) from error
    add_rows(write, found)


def add_rows(write: Writing, found: Mapping[str, list[dict[str, Any]]]) -> None:
    """Add what is not there yet; a history only where there is none, since its rows have no name of their own."""
    for table, rows in found.items():
        if table == "alias_history" and write.count(table):
            continue
        write.add(table, rows)


def remove(file: Path) -> None:
    """Remove a file that is taken over, with its log."""
    for ending in ("", "-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)


def vectors(file: Path) -> Iterator[tuple[bytes, bytes]]:
    """The keys and vectors of the cache; ends early where it is damaged, since they can be had again."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            yield from connection.execute("SELECT key, vector FROM vectors")
    except sqlite3.DatabaseError:
        return
