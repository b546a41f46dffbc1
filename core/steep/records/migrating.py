"""Brings a database up to date when it is opened: its tables by alembic, and what steep 0.1 has left.

One process at a time does this. Each migration is a transaction with the note that it has run, so one that is killed
half-way has not happened, and runs when the database is opened again.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import filelock
import sqlalchemy

from steep.errors import WorkspaceError
from steep.records import HEAD, first_edition, sealing
from steep.records.engine import version_of
from steep.records.errors import damaged
from steep.records.rows import Writing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

SCRIPTS = Path(__file__).with_name("migrations")
_LISTED = ("datasets", "adapters", "generations")  # folders whose content the records list
_LOCK = int.from_bytes(b"steep")  # which of PostgreSQL's advisory locks


def bring_up_to_date(engine: Engine, state: Path, *, name: str, anew: bool, read_only: bool) -> None:
    """Run what is missing; raises Damaged for records that were lost, WorkspaceError for those of a newer steep."""
    if _version(engine) == HEAD and not first_edition.is_there(state):
        return
    if read_only:
        raise WorkspaceError(
            f"{state} was made by an earlier steep and must be brought up to date, but cannot be written; "
            "run `steep index` as somebody who may write there."
        )
    with _one_at_a_time(engine, state):
        found = _version(engine)
        if not found and not anew and not first_edition.is_there(state):
            _refuse_lost_ones(state)
        if found != HEAD:
            migrate(engine, name)
        if first_edition.is_there(state):
            with engine.begin() as connection:
                first_edition.take_over(Writing(connection, name), state)
            first_edition.remove(state / first_edition.MANIFEST)
            state.chmod(0o700)  # it was readable by everybody


def migrate(engine: Engine, name: str, *, scripts: Path = SCRIPTS) -> None:
    """Run the migrations that are missing, each in a transaction."""
    import alembic.command
    import alembic.config
    import alembic.script
    import alembic.util

    config = alembic.config.Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    sealing.open_up(engine)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        try:
            alembic.command.upgrade(config, "head")
        except alembic.util.CommandError as error:
            raise WorkspaceError(
                f"the records in {name} were written by a newer steep ({error}); upgrade steep."
            ) from error
    sealing.seal(engine)


def _version(engine: Engine) -> str:
    with engine.execution_options(steep_reading=True).connect() as connection:
        return version_of(connection)


def _refuse_lost_ones(state: Path) -> None:
    """Empty records beside datasets or adapters are not a beginning: they were deleted or emptied."""
    for name in _LISTED:
        folder = state / name
        if folder.is_dir() and any(folder.iterdir()):
            raise damaged(str(state), f"they are empty or missing, though there is something in {folder}")


@contextmanager
def _one_at_a_time(engine: Engine, state: Path) -> Iterator[None]:
    if engine.dialect.name != "postgresql":
        with filelock.FileLock(state / "opening"):
            yield
        return
    with engine.connect() as connection:
        connection.execute(sqlalchemy.select(sqlalchemy.func.pg_advisory_lock(_LOCK)))
        try:
            yield
        finally:
            connection.execute(sqlalchemy.select(sqlalchemy.func.pg_advisory_unlock(_LOCK)))
