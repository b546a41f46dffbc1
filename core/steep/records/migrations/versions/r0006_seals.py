"""A checksum for each row; those that are there get theirs when they are written again."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer

revision = "0006"
down_revision = "0005"

_TABLES = (
    "files documents passages splits generations members current tally datasets adapters aliases alias_history runs "
    "steps answers feedback rollouts trials reviews conversations turns edits jobs keys sessions spending"
)


def upgrade() -> None:
    for table in _TABLES.split():
        op.add_column(table, Column("seal", Integer))
