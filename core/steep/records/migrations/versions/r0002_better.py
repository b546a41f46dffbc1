"""Where feedback was said, and rollouts."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Float, Integer, PrimaryKeyConstraint, Text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("feedback", Column("source", Text, nullable=False, server_default="feedback"))
    op.add_column("feedback", Column("draft", Text))
    texts = ("id", "name", "alias", "stable", "candidate", "guards", "state", "reason")
    op.create_table(
        "rollouts",
        *(Column(name, Text, nullable=False) for name in texts),
        *(Column(name, Float(53), nullable=False) for name in ("share", "alpha", "created")),
        Column("ended", Float(53)),
        PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "trials",
        *(Column(name, Text, nullable=False) for name in ("rollout", "answer", "caller")),
        *(Column(name, Integer, nullable=False) for name in ("candidate", "refused")),
        *(Column(name, Float(53), nullable=False) for name in ("seconds", "created")),
        Column("right", Integer),
        Column("judged", Float(53)),
        PrimaryKeyConstraint("rollout", "answer"),
    )
    op.create_index("trials_by_answer", "trials", ["answer"])
