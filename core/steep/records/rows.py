"""Rows by the name of their table: what can be asked, and what can be written in a transaction.

Rows come as mappings and go as mappings, and nobody outside this package writes a statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from steep.records.errors import damaged
from steep.records.schema import tables
from steep.records.seals import SEAL, is_whole, seal_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement, Connection, Executable, Table

    Row = dict[str, Any]


class Reading:
    """What can be asked; the values that a row must have are given by the names of their columns."""

    name: str

    def ask(self, statement: Executable) -> list[Row]:
        raise NotImplementedError

    def rows(self, table: str, statement: Executable) -> list[Row]:
        """The rows of a table that a statement finds, whole; raises Damaged for one that is not what was written.

        The statement asks for every column of the table, and may ask for more.
        """
        found = self.ask(statement)
        asked = _table(table)
        for row in found:
            if not is_whole(asked, row):
                raise damaged(self.name, f"a row of `{table}` is not what was written")
            del row[SEAL]
        return found

    def find(self, table: str, *, order: Iterable[str] = (), limit: int | None = None, **equal: Any) -> list[Row]:
        """The rows with these values; ``order`` names columns, with a minus before those that fall."""
        asked = _table(table)
        by = [asked.c[name.removeprefix("-")] for name in order]
        falling = [name.startswith("-") for name in order]
        ordered = [column.desc() if down else column for column, down in zip(by, falling, strict=True)]
        return self.rows(table, select(asked).where(*_where(asked, equal)).order_by(*ordered).limit(limit))

    def one(self, table: str, **equal: Any) -> Row | None:
        found = self.find(table, limit=1, **equal)
        return found[0] if found else None

    def count(self, table: str) -> int:
        return int(self.ask(select(func.count().label("rows")).select_from(_table(table)))[0]["rows"])


class Writing(Reading):
    """A transaction: all of what is done with it is kept, or nothing."""

    def __init__(self, connection: Connection, name: str) -> None:
        self.name = name
        self._connection = connection
        self._seals = connection.dialect.name != "postgresql"

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
        self._many(target, statement, rows)

    def add(self, table: str, rows: Iterable[Row]) -> None:
        """Write rows, but leave those that are there already."""
        target = _table(table)
        self._many(target, self._insert(target).on_conflict_do_nothing(), rows)

    def change(self, table: str, values: Row, **equal: Any) -> int:
        """Give the rows with these values others; returns how many there were."""
        target = _table(table)
        if not self._seals:
            return self.do(target.update().where(*_where(target, equal)).values(**values))
        found = self.find(table, **equal)
        for row in found:
            key = _where(target, {column.name: row[column.name] for column in target.primary_key})
            self.do(target.update().where(*key).values(**values, seal=seal_of(target, {**row, **values})))
        return len(found)

    def delete(self, table: str, **equal: Any) -> int:
        target = _table(table)
        return self.do(target.delete().where(*_where(target, equal)))

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        make = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        return make(table)

    def _many(self, table: Table, statement: Executable, rows: Iterable[Row]) -> None:
        many = [{**row, SEAL: seal_of(table, row) if self._seals else None} for row in rows]
        if many:
            self._connection.execute(statement, many)


def _table(name: str) -> Table:
    return tables.tables[name]


def _where(table: Table, equal: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in equal.items()]
