"""The first tables."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import CheckConstraint, Column, Float, Integer, PrimaryKeyConstraint, Text

revision = "0001"
down_revision = None


def upgrade() -> None:
    _content()
    _versions()
    _said()


def _content() -> None:
    op.create_table(
        "files", _must("path"), _must("sha256"), _must("reader"), _may("version"), _may("error"), _by("path")
    )
    op.create_table(
        "documents",
        *(_must(name) for name in ("version", "id", "path", "title", "text", "more")),
        _by("version"),
    )
    op.create_table(
        "passages",
        _must("splitter"), _must("version"), _must("ordinal", Integer), _must("id"), _must("start", Integer),
        _must("end", Integer), _must("more"), _by("splitter", "version", "ordinal"),
    )  # fmt: skip
    op.create_table("splits", _must("splitter"), _must("version"), _by("splitter", "version"))
    op.create_table(
        "generations",
        _must("number", Integer), _must("fingerprint"), _must("splitter"), _must("documents", Integer),
        _must("passages", Integer), _must("created", Float(53)), _by("number"),
    )  # fmt: skip
    op.create_table(
        "members",
        _must("generation", Integer), _must("ordinal", Integer), _must("version"), _by("generation", "ordinal"),
    )  # fmt: skip
    op.create_table(
        "current",
        _must("one", Integer), _must("generation", Integer), _by("one"), CheckConstraint("one = 1", name="only_one"),
    )  # fmt: skip
    op.create_table(
        "tally",
        _must("one", Integer), _must("generation", Integer), _must("settings"), _must("search"), _by("one"),
        CheckConstraint("one = 1", name="one_tally"),
    )  # fmt: skip


def _versions() -> None:
    op.create_table("datasets", _must("version"), _must("created", Float(53)), _must("pairs", Integer), _by("version"))
    op.create_table(
        "adapters",
        _must("version"), _must("name"), _must("base"), _may("score", Float(53)), _must("lineage"),
        _must("created", Float(53)), _by("version"),
    )  # fmt: skip
    op.create_table("aliases", _must("name"), _must("alias"), _must("version"), _by("name", "alias"))
    op.create_table(
        "alias_history",
        Column("number", Integer, primary_key=True), _must("name"), _must("alias"), _must("version"),
        _may("previous"), _must("reason"), _must("created", Float(53)),
    )  # fmt: skip
    op.create_table(
        "runs",
        _must("id"), _must("fingerprint"), _must("state"), _must("created", Float(53)), _must("details"), _by("id"),
    )  # fmt: skip
    op.create_table(
        "steps",
        _must("run"), _must("name"), _must("ordinal", Integer), _must("result"), _must("seconds", Float(53)),
        _by("run", "name"),
    )  # fmt: skip


def _said() -> None:
    op.create_table(
        "answers",
        _must("id"), _must("created", Float(53)), _must("caller"), _must("profile"), _must("arm"), _must("question"),
        _must("answer"), _must("versions"), _by("id"),
    )  # fmt: skip
    op.create_index("answers_by_time", "answers", ["created"])
    op.create_table(
        "feedback",
        Column("number", Integer, primary_key=True), _must("answer"), _must("caller"), _must("verdict"),
        _may("better"), _must("created", Float(53)),
    )  # fmt: skip
    op.create_index("feedback_by_answer", "feedback", ["answer"])


def _must(name: str, kind: Any = Text) -> Column[Any]:
    return Column(name, kind, nullable=False, autoincrement=False)


def _may(name: str, kind: Any = Text) -> Column[Any]:
    return Column(name, kind)


def _by(*names: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint(*names)
