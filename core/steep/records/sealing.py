"""Checksums are taken off before migrations change rows, and put on after; a kill in between leaves rows without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy

from steep.records.schema import tables
from steep.records.seals import SEAL, seal_of

if TYPE_CHECKING:
    from sqlalchemy import Engine, Table

_AT_ONCE = 500  # rows


def open_up(engine: Engine) -> None:
    """Take the checksums off every row."""
    for table in _sealed(engine):
        with engine.begin() as connection:
            connection.execute(table.update().where(table.c[SEAL].is_not(None)).values({SEAL: None}))


def seal(engine: Engine) -> None:
    """Put one on every row that has none."""
    for table in _sealed(engine):
        key = list(table.primary_key)
        bound = [column == sqlalchemy.bindparam(f"old_{column.name}") for column in key]
        asked = sqlalchemy.select(table).where(table.c[SEAL].is_(None)).limit(_AT_ONCE)
        put = table.update().where(*bound).values({SEAL: sqlalchemy.bindparam("new")})
        while True:
            with engine.begin() as connection:
                rows = [dict(row) for row in connection.execute(asked).mappings()]
                if not rows:
                    break
                known = [{f"old_{column.name}": row[column.name] for column in key} for row in rows]
                sums = [{**each, "new": seal_of(table, row)} for each, row in zip(known, rows, strict=True)]
                connection.execute(put, sums)


def _sealed(engine: Engine) -> list[Table]:
    if engine.dialect.name == "postgresql":
        return []
    found = sqlalchemy.inspect(engine)
    there = set(found.get_table_names())
    return [
        table
        for name, table in tables.tables.items()
        if name in there and any(column["name"] == SEAL for column in found.get_columns(name))
    ]
