"""What the service keeps: reviews, conversations, edits of pairs, jobs."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import Column, Float, Integer, PrimaryKeyConstraint, Text, UniqueConstraint

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _asked()
    op.create_table(
        "edits",
        Column("number", Integer, primary_key=True), _must("dataset"), _must("parent"), _must("action"),
        _may("before"), _may("after"), _must("caller"), _must("reason"), _must("created", Float(53)),
    )  # fmt: skip
    op.create_table(
        "jobs",
        _must("id"), _must("kind"), _must("options"), _must("caller"), _must("state"), _may("slot", Integer),
        _may("pid", Integer), _must("created", Float(53)), _may("ended", Float(53)), _must("message"),
        _may("result"), PrimaryKeyConstraint("id"), UniqueConstraint("slot", name="one_job"),
    )  # fmt: skip
    op.create_index("jobs_by_time", "jobs", ["created"])


def _asked() -> None:
    op.create_table(
        "reviews",
        _must("answer"), _must("created", Float(53)), _must("state"), _must("draft"), _may("text"),
        _may("reviewer"), _may("reason"), _may("decided", Float(53)), PrimaryKeyConstraint("answer"),
    )  # fmt: skip
    op.create_index("reviews_by_state", "reviews", ["state", "created"])
    op.create_table(
        "conversations",
        _must("id"), _must("caller"), _must("title"), _must("profile"), _must("created", Float(53)),
        _must("changed", Float(53)), PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("conversations_by_caller", "conversations", ["caller", "changed"])
    op.create_table(
        "turns",
        _must("conversation"), _must("ordinal", Integer), _must("answer"),
        PrimaryKeyConstraint("conversation", "ordinal"),
    )  # fmt: skip


def _must(name: str, kind: Any = Text) -> Column[Any]:
    return Column(name, kind, nullable=False, autoincrement=False)


def _may(name: str, kind: Any = Text) -> Column[Any]:
    return Column(name, kind)
