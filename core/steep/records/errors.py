"""What a database says against being used, in the words of who has to mend it."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from steep.errors import Damaged, WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turns the errors of a database into ours; those that are a defect of the caller stay what they are."""
    try:
        yield
    except (IntegrityError, ProgrammingError, sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except DBAPIError as error:
        raise _explain(name, error.orig or error) from error
    except UnicodeDecodeError as error:  # what SQLite says of a schema with a name that is no text
        raise damaged(name, "a name in its schema is no text") from error
    except sqlite3.DatabaseError as error:
        raise _explain(name, error) from error


def damaged(name: str, reason: str) -> Damaged:
    return Damaged(
        f"the records in {name} are damaged ({reason}). Restore them from a backup, or run "
        "`steep doctor --rebuild`: it puts right what one flipped bit spoiled, or sets the file aside and takes over "
        "what can be read of it; the next `steep index` does the rest."
    )


def _explain(name: str, error: BaseException) -> WorkspaceError:
    reason = " ".join(str(error).split())
    if not isinstance(error, sqlite3.Error):
        return WorkspaceError(
            f"the records at {name} cannot be reached or used ({reason}): see that the server runs and that "
            "`records` in [project] is right, and run the command again; what was committed before is intact."
        )
    if "disk is full" in reason or "disk I/O error" in reason:
        return WorkspaceError(
            f"{name} could not be written ({reason}): free some space and run the command again; "
            "what was committed before is intact."
        )
    if "locked" in reason or "busy" in reason:
        return WorkspaceError(f"{name} is in use by another steep process; try again when it has ended.")
    if "readonly" in reason or "unable to open" in reason:
        return WorkspaceError(f"{name} cannot be written ({reason}); check the folder's permissions.")
    return damaged(name, reason)
