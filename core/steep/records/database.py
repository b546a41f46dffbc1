"""The database of a project, opened. It is thread-safe: each thread takes a connection of a pool."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import sqlalchemy

from steep.errors import NotIndexed, WorkspaceError
from steep.records import FILE
from steep.records.engine import make_engine
from steep.records.errors import damaged, explained
from steep.records.migrating import bring_up_to_date
from steep.records.rows import Reading, Writing
from steep.records.schema import tables
from steep.records.seals import is_whole
from steep.records.walking import mend_log

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Executable

    from steep.records.rows import Row


_AT_ONCE = 500  # rows


class Database(Reading):
    """The records of one project: a file of its .steep, or a database of a PostgreSQL server by its URL.

    Opening it runs the migrations that are missing. ``patience`` is for how many seconds another process's writing is
    waited for. ``anew`` begins an empty database also where something is kept that it does not list. ``read_only``
    opens a file that this user, or nobody, may write.
    """

    def __init__(
        self, state: Path, *, url: str = "", patience: float = 30, anew: bool = False, read_only: bool = False
    ) -> None:
        self.file = state / FILE
        self.read_only = read_only and not url
        if self.read_only and not self.file.exists():
            raise NotIndexed(f"nothing has been indexed in {state.parent} yet, and {state} cannot be written.")
        wrong = "" if url else mend_log(self.file.with_name(f"{FILE}-wal"))
        if wrong:
            raise damaged(str(self.file), wrong)
        self._engine = make_engine(self.file, url=url, patience=patience, read_only=self.read_only)
        self.name = self._engine.url.render_as_string() if url else str(self.file)
        # reading needs no transaction; of SQLite it would take the lock that only one can have
        self._reading = (
            self._engine.execution_options(isolation_level="AUTOCOMMIT")
            if url
            else self._engine.execution_options(steep_reading=True)
        )
        try:
            with explained(self.name):
                bring_up_to_date(self._engine, state, name=self.name, anew=anew, read_only=self.read_only)
        except BaseException:
            self.close()
            raise

    def ask(self, statement: Executable) -> list[Row]:
        with explained(self.name), self._reading.connect() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]

    @contextmanager
    def transaction(self) -> Iterator[Writing]:
        """All of what is written inside is committed, or nothing."""
        if self.read_only:
            raise WorkspaceError(f"{self.name} cannot be written; check the folder's permissions.")
        with explained(self.name), self._engine.begin() as connection:
            yield Writing(connection, self.name)

    def check(self) -> str:
        """What is wrong with a file of records, or "ok": its layout, and each row; a server looks after its own."""
        if self._engine.dialect.name == "postgresql":
            return "ok"
        said = next(iter(self.ask(sqlalchemy.text("PRAGMA integrity_check(1)"))[0].values()))
        return str(said) if said != "ok" else self._check_rows()

    def _check_rows(self) -> str:
        with explained(self.name), self._reading.connect() as connection:
            for name, table in tables.tables.items():
                asked = sqlalchemy.select(table).execution_options(yield_per=_AT_ONCE)
                if not all(is_whole(table, dict(row)) for row in connection.execute(asked).mappings()):
                    return f"a row of `{name}` is not what was written"
        return "ok"

    def columns(self, table: str) -> tuple[str, ...]:
        """The names of a table's columns, in the order in which they are kept."""
        return tuple(each["name"] for each in sqlalchemy.inspect(self._engine).get_columns(table))

    def copy_to(self, file: Path) -> str:
        """Copy a file of records as it is at one moment, whoever writes meanwhile; returns what `check` says of it."""
        with (
            explained(self.name),
            closing(sqlite3.connect(f"{self.file.absolute().as_uri()}?mode=ro", uri=True)) as mine,
        ):
            file.touch(mode=0o600)
            with closing(sqlite3.connect(file)) as copy:
                mine.backup(copy)
                return str(copy.execute("PRAGMA quick_check(1)").fetchone()[0])

    def close(self) -> None:
        self._engine.dispose()
