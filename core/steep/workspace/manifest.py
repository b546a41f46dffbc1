"""The manifest: one SQLite file in WAL mode that is the only truth about what .steep/ holds.

Rows that describe content (document versions, passages) are written as soon as they are known, since they are named by
their content; they count only once a generation that lists them is current. So a kill at any instant loses nothing
and repeats little. All times are given by the caller, in seconds since the epoch.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from steep.errors import Damaged, WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, sha256 TEXT NOT NULL,
    reader TEXT NOT NULL, version TEXT, error TEXT
);
CREATE TABLE IF NOT EXISTS documents (
    version TEXT PRIMARY KEY, id TEXT NOT NULL, path TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
    blocks TEXT NOT NULL, pages TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS passages (
    splitter TEXT NOT NULL, id TEXT NOT NULL, version TEXT NOT NULL, ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL, page INTEGER,
    PRIMARY KEY (splitter, version, ordinal)
);
CREATE INDEX IF NOT EXISTS passages_by_id ON passages (splitter, id);
CREATE TABLE IF NOT EXISTS splits (splitter TEXT NOT NULL, version TEXT NOT NULL, PRIMARY KEY (splitter, version));
CREATE TABLE IF NOT EXISTS generations (
    number INTEGER PRIMARY KEY AUTOINCREMENT, fingerprint TEXT NOT NULL, splitter TEXT NOT NULL,
    documents INTEGER NOT NULL, passages INTEGER NOT NULL, created REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS members (
    generation INTEGER NOT NULL, ordinal INTEGER NOT NULL, version TEXT NOT NULL, PRIMARY KEY (generation, ordinal)
);
CREATE TABLE IF NOT EXISTS current (one INTEGER PRIMARY KEY CHECK (one = 1), generation INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS datasets (version TEXT PRIMARY KEY, created REAL NOT NULL, pairs INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS adapters (
    version TEXT PRIMARY KEY, name TEXT NOT NULL, base TEXT NOT NULL, score REAL, lineage TEXT NOT NULL,
    created REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS aliases (
    name TEXT NOT NULL, alias TEXT NOT NULL, version TEXT NOT NULL, PRIMARY KEY (name, alias)
);
CREATE TABLE IF NOT EXISTS alias_history (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, alias TEXT NOT NULL, version TEXT NOT NULL,
    previous TEXT, reason TEXT NOT NULL, created REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, state TEXT NOT NULL, created REAL NOT NULL, details TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS steps (
    run TEXT NOT NULL, ordinal INTEGER NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, result TEXT,
    seconds REAL, PRIMARY KEY (run, name)
);
"""


# folders whose content the manifest lists
_LISTED = ("datasets", "adapters", "generations")

# these are defects of the caller, and say nothing about the file
_DEFECTS = (sqlite3.ProgrammingError, sqlite3.IntegrityError)


class Manifest:
    """A connection to the manifest that threads share; every statement runs under one lock.

    ``patience`` is for how many seconds another process's writing is waited for. ``anew`` begins an empty manifest
    also where something is kept that it does not list.
    """

    def __init__(self, file: Path, *, patience: float = 30, anew: bool = False) -> None:
        self.file = file
        self._lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None, timeout=patience)
        except sqlite3.DatabaseError as error:
            raise self._explain(error) from error
        try:
            self._prepare(anew)
        except BaseException as error:
            self._connection.close()
            if isinstance(error, sqlite3.DatabaseError):
                raise self._explain(error) from error
            raise

    def _prepare(self, anew: bool) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        found = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA_VERSION:
            raise WorkspaceError(
                f"{self.file} was written by a newer steep (schema {found}, this one knows {SCHEMA_VERSION}); "
                "upgrade steep."
            )
        if found < SCHEMA_VERSION:
            if not anew:
                self._refuse_a_lost_one()
            self._connection.executescript(
                f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
            )
        self._connection.execute("SELECT count(*) FROM current").fetchone()

    def _refuse_a_lost_one(self) -> None:
        """An empty manifest beside datasets or adapters is not a beginning: it was deleted or emptied."""
        for name in _LISTED:
            folder = self.file.parent / name
            if folder.is_dir() and any(folder.iterdir()):
                raise self._damaged(f"it is empty or missing, though there is something in {folder}")

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._connection.execute(sql, parameters).fetchall()
            except _DEFECTS:
                raise
            except sqlite3.DatabaseError as error:
                raise self._explain(error) from error

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        found = self.rows(sql, parameters)
        return found[0] if found else None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of what is written inside is committed, or nothing."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                    self._connection.execute("COMMIT")
                except BaseException:
                    if self._connection.in_transaction:  # a full disk has rolled it back already
                        self._connection.execute("ROLLBACK")
                    raise
            except _DEFECTS:
                raise
            except sqlite3.DatabaseError as error:
                raise self._explain(error) from error

    def check(self) -> str:
        """What SQLite's own integrity check says: "ok", or what is wrong."""
        return str(self.rows("PRAGMA quick_check(1)")[0][0])

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _explain(self, error: sqlite3.DatabaseError) -> WorkspaceError:
        reason = str(error)
        if "disk is full" in reason or "disk I/O error" in reason:
            return WorkspaceError(
                f"{self.file} could not be written ({reason}): free some space and run the command again; "
                "what was committed before is intact."
            )
        if "locked" in reason or "busy" in reason:
            return WorkspaceError(f"{self.file} is in use by another steep process; try again when it has ended.")
        if "readonly" in reason or "unable to open" in reason:
            return WorkspaceError(f"{self.file} cannot be written ({reason}); check the folder's permissions.")
        return self._damaged(reason)

    def _damaged(self, reason: str) -> Damaged:
        return Damaged(
            f"the manifest {self.file} is damaged ({reason}). Restore it from a backup, or run "
            "`steep doctor --rebuild`: it sets the file aside, registers datasets and adapters again, and the "
            "next `steep index` does the rest."
        )
