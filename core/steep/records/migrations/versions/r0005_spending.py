"""The tokens that each caller used, by day."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "spending",
        Column("caller", Text, nullable=False),
        Column("day", Integer, nullable=False, autoincrement=False),
        Column("tokens", Integer, nullable=False),
        PrimaryKeyConstraint("caller", "day"),
    )
