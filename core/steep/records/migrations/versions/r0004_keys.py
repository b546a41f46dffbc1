"""Keys of callers, and the sessions of those who signed in with one."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Float, PrimaryKeyConstraint, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "keys",
        *(Column(name, Text, nullable=False) for name in ("id", "hash", "name", "scope", "groups")),
        Column("created", Float(53), nullable=False),
        *(Column(name, Float(53)) for name in ("expires", "used", "revoked")),
        PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "sessions",
        Column("hash", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("expires", Float(53), nullable=False),
        PrimaryKeyConstraint("hash"),
    )
