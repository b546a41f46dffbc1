"""Records: the one place that speaks SQL, by SQLAlchemy Core, to SQLite or to PostgreSQL.

The database is the only truth about what was made; files beside it are content that is named by its hash, or derived.
Nothing here is imported before a project is opened, since SQLAlchemy takes its time.
"""

from __future__ import annotations

FILE = "records.sqlite"
HEAD = "0006"  # the newest migration: a database that is at it needs nothing of alembic
