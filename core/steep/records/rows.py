"""Rows by the name of their table: what can be asked, and what can be written in a transaction.

Rows come as mappings and go as mappings, and nobody outside this package writes a statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from steep.records.schema import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement, Connection, Executable, Table

    Row = dict[str, Any]


class Reading:
    """What can be asked; the values that a row must have are given by the names of their columns."""

    def ask(self, statement: Executable) -> list[Row]:
        raise NotImplementedError

    def find(self, table: str, *, order: Iterable[str] = (), limit: int | None = None, **equal: Any) -> list[Row]:
        """The rows with these values; ``order`` names columns, with a minus before those that fall."""
        asked = _table(table)
        by = [asked.c[name.removeprefix("-")] for name in order]
        falling = [name.startswith("-") for name in order]
        ordered = [column.desc() if down else column for column, down in zip(by, falling, strict=True)]
        return self.ask(select(asked).where(*_where(asked, equal)).order_by(*ordered).limit(limit))

    def one(self, table: str, **equal: Any) -> Row | None:
        found = self.find(table, limit=1, **equal)
        return found[0] if found else None

    def count(self, table: str) -> int:
        return int(self.ask(select(func.count().label("rows")).select_from(_table(table)))[0]["rows"])


class Writing(Reading):
    """A transaction: all of what is done with it is kept, or nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, statement: Executable) -> list[Row]:
        return [dict(row) for row in self._connection.execute(statement).mappings()]

    def do(self, statement: Executable) -> int:
        """Run a statement that changes rows; returns how many it changed."""
        return self._connection.execute(statement).rowcount

    def put(self, table: str, rows: Iterable[Row]) -> None:
        """Write rows, in the place of those with the same keys."""
        target = _table(table)
        statement = self._insert(target)
        rest = {column.name: statement.excluded[column.name] for column in target.c if not column.primary_key}
        if rest:
            statement = statement.on_conflict_do_update(target.primary_key, set_=rest)
        else:
            statement = statement.on_conflict_do_nothing()
        self._many(statement, rows)

    def add(self, table: str, rows: Iterable[Row]) -> None:
        """Write rows, but leave those that are there already."""
        self._many(self._insert(_table(table)).on_conflict_do_nothing(), rows)

    def change(self, table: str, values: Row, **equal: Any) -> int:
        target = _table(table)
        return self.do(target.update().where(*_where(target, equal)).values(**values))

    def delete(self, table: str, **equal: Any) -> int:
        target = _table(table)
        return self.do(target.delete().where(*_where(target, equal)))

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        make = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        return make(table)

    def _many(self, statement: Executable, rows: Iterable[Row]) -> None:
        many = [dict(row) for row in rows]
        if many:
            self._connection.execute(statement, many)


def _table(name: str) -> Table:
    return tables.tables[name]


def _where(table: Table, equal: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in equal.items()]
