"""The tool `sql`: questions to a SQLite file, which they can only read.

Four locks, each enough: the file is opened read-only, the connection refuses to write, an authorizer lets nothing
through but reading, and one statement is run at a time. A query that takes too long is stopped.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import Field

from steep.errors import ToolError
from steep.kinds import ToolResult
from steep_plugins.tools.arguments import Arguments

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from steep.kinds import ToolRequest

_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
# functions that reach beyond the database
_BEYOND = {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"}
_STEPS = 5000  # of SQLite's machine, between two looks at the clock
_LARGEST = 1_000_000  # bytes of a text that a query makes up
_CELL = 200  # characters of a cell that are shown
_TABLES = 3000  # characters of the schema that are shown


class Query(Arguments):
    query: str = Field(min_length=1, max_length=5000, description="one SELECT statement in SQLite's SQL")


class Sql:
    """``rows`` of a result are shown; a query is stopped after ``seconds``. ``about`` says what the data are."""

    changes = False

    def __init__(self, file: Path, *, about: str = "", rows: int = 50, seconds: float = 5.0) -> None:
        self._file = file
        self._about = about or file.name
        self._rows = rows
        self._seconds = seconds

    @property
    def description(self) -> str:
        return f"Asks a database by SQL, reading only: {self._about}."

    @cached_property
    def parameters(self) -> Mapping[str, Any]:
        found: dict[str, Any] = dict(Query.parameters())
        with closing(self._opened()) as opened:
            tables = "; ".join(_tables(opened))[:_TABLES]
        query = {**found["properties"]["query"]}
        query["description"] += f". Tables: {tables or 'none'}"
        return {**found, "properties": {"query": query}}

    def call(self, request: ToolRequest) -> ToolResult:
        query = Query.of(request).query
        ends = time.monotonic() + self._seconds
        with closing(self._opened()) as opened:
            opened.set_authorizer(_allowed)
            opened.set_progress_handler(lambda: time.monotonic() > ends, _STEPS)
            try:
                cursor = opened.execute(query)
                found = cursor.fetchmany(self._rows + 1)
            except sqlite3.Error as error:
                why = f"it was stopped after {self._seconds:g} s" if time.monotonic() > ends else str(error)
                raise ToolError(f"the query is not answered: {why}; only one SELECT at a time is.") from None
            names = [column[0] for column in cursor.description or ()]
        return ToolResult(text=_table(names, found[: self._rows], more=len(found) > self._rows))

    def _opened(self) -> sqlite3.Connection:
        try:
            opened = sqlite3.connect(f"{self._file.absolute().as_uri()}?mode=ro", uri=True, timeout=self._seconds)
            opened.execute("PRAGMA query_only = ON")
            opened.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST)
        except sqlite3.Error as error:
            raise ToolError(f"the database {self._file} cannot be read: {error}") from error
        return opened


def _allowed(action: int, first: str | None, second: str | None, database: str | None, within: str | None) -> int:
    """Reading, and functions that do no more; SQLite names a function in the second place."""
    reads = action in _READS and not (action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _BEYOND)
    return sqlite3.SQLITE_OK if reads else sqlite3.SQLITE_DENY


def _tables(opened: sqlite3.Connection) -> Iterator[str]:
    names = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name"
    for (name,) in opened.execute(names).fetchall():
        columns = opened.execute("SELECT name, type FROM pragma_table_info(?)", (name,)).fetchall()
        yield f"{name}({', '.join(f'{column} {kind}'.strip() for column, kind in columns)})"


def _table(names: Sequence[str], rows: Sequence[Sequence[Any]], *, more: bool) -> str:
    if not rows:
        return f"No row ({', '.join(names)})."
    lines = [" | ".join(names), *(" | ".join(_cell(each) for each in row) for row in rows)]
    return "\n".join([*lines, *([f"… more than {len(rows)} rows; ask for fewer, or count them."] if more else [])])


def _cell(value: Any) -> str:
    text = f"{len(value)} bytes" if isinstance(value, bytes) else "" if value is None else str(value)
    flat = " ".join(text.split())
    return flat if len(flat) <= _CELL else f"{flat[:_CELL]}…"
