"""Connections: SQLite so that a commit survives a power cut, PostgreSQL as its URL says."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import sqlalchemy
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from steep.errors import ConfigError, MissingDependency

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine

SPARE = 32  # connections beyond the pool's five: as many as a server has threads


def make_engine(file: Path, *, url: str, patience: float, read_only: bool) -> Engine:
    """An engine that has not connected yet; raises ConfigError for a URL that names no PostgreSQL database."""
    return _postgresql(url) if url else _sqlite(file, patience, read_only)


def _postgresql(url: str) -> Engine:
    try:
        parsed = sqlalchemy.make_url(url)
        if parsed.get_backend_name() != "postgresql":
            raise ArgumentError(f"it names a database of {parsed.get_backend_name()}")
        # a connection is tried before it is used, so that a server that was started again is found again
        return sqlalchemy.create_engine(parsed, pool_pre_ping=True, max_overflow=SPARE)
    except ModuleNotFoundError as error:
        library = str(error.name).partition(".")[0]
        raise MissingDependency(library=library, wanted_by="`records` in [project]", extra="postgres") from error
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigError(
            f"`records` in [project] cannot be used ({error}); write postgresql+psycopg://user@host/database, or "
            "leave it out: then the records are a file in .steep."
        ) from error


def _sqlite(file: Path, patience: float, read_only: bool) -> Engine:
    address = _read_only_address(file) if read_only else str(file)

    def connect() -> sqlite3.Connection:
        # without the driver's own idea of when a transaction begins
        connection = sqlite3.connect(
            address, uri=read_only, timeout=patience, isolation_level=None, check_same_thread=False
        )
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        return connection

    engine = sqlalchemy.create_engine("sqlite://", creator=connect, poolclass=sqlalchemy.QueuePool, max_overflow=SPARE)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("steep_reading"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _read_only_address(file: Path) -> str:
    """Where nothing waits in a log, nothing beside the file is needed, not even a lock."""
    log = file.with_name(file.name + "-wal")
    waiting = log.is_file() and log.stat().st_size > 0
    return f"{file.absolute().as_uri()}?{'mode=ro' if waiting else 'immutable=1'}"


def version_of(connection: Connection) -> str:
    """The migration that a database is at; empty where none has run."""
    if not sqlalchemy.inspect(connection).has_table("alembic_version"):
        return ""
    rows: Any = connection.execute(sqlalchemy.text("SELECT version_num FROM alembic_version")).all()
    return str(rows[0][0]) if rows else ""
