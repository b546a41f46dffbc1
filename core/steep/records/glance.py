"""What must be known to say that nothing changed, read without SQLAlchemy where the records are a file.

Reading a file takes a hundredth of the time that importing the library does; that is for work, not for finding none.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.records import FILE, HEAD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_CURRENT = """
SELECT tally.generation, tally.settings, tally.search, generations.documents, generations.passages, (
    SELECT count(*) FROM members JOIN documents ON documents.version = members.version
    WHERE members.generation = tally.generation
) AS present
FROM tally
JOIN current ON current.generation = tally.generation
JOIN generations ON generations.number = tally.generation
"""
_FILES = "SELECT path, sha256 FROM files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The current generation: what it was made with, how its files were found, and their hashes by path."""

    generation: int
    documents: int
    passages: int
    settings: str
    search: Mapping[str, Any]
    files: Mapping[str, str]


def glance(state: Path) -> Known | None:
    """What a file of records says; None where there is none, or anything about it is not as it should be."""
    if _is_spoiled(state / f"{FILE}-wal"):
        return None
    try:
        with closing(sqlite3.connect(f"{(state / FILE).absolute().as_uri()}?mode=rw", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            if connection.execute("SELECT version_num FROM alembic_version").fetchone()[0] != HEAD:
                return None
            return known(lambda sql: connection.execute(sql).fetchall())
    except (sqlite3.Error, ValueError, TypeError):
        return None  # whoever opens the records says what is wrong with them


def _is_spoiled(waiting: Path) -> bool:
    """Whether a log has something wrong that SQLite would drop."""
    try:
        if not waiting.stat().st_size:
            return False
    except OSError:  # there is none
        return False
    from steep.records.walking import mend_log

    return bool(mend_log(waiting))


def known(ask: Callable[[str], list[Any]]) -> Known | None:
    """What records say; None where no generation is current, or documents of it are missing."""
    rows = ask(_CURRENT)
    if not rows or rows[0]["present"] != rows[0]["documents"]:
        return None
    row = rows[0]
    return Known(
        **{name: row[name] for name in ("generation", "documents", "passages", "settings")},
        search=json.loads(row["search"]),
        files={file["path"]: file["sha256"] for file in ask(_FILES)},
    )
