"""The tables, as they are once every migration has run; a migration is written for each change made here.

What describes content (document versions, passages) is named by it and written as soon as it is known; it counts only
once a generation that lists it is current. ``more`` holds as JSON the fields of a value that nothing is asked by, so
that a value may get another one without a migration. Times are seconds since the epoch.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from sqlalchemy import Dialect

_ESCAPED = re.compile(r"\\([\\0])")


class Words(TypeDecorator[str]):
    """Text of any characters: PostgreSQL takes none that is NUL, so there a backslash stands before a zero."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or dialect.name != "postgresql":
            return value
        return value.replace("\\", "\\\\").replace("\0", "\\0")

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or dialect.name != "postgresql":
            return value
        return _ESCAPED.sub(lambda found: "\0" if found[1] == "0" else "\\", value)


def _key(name: str, kind: Any = Text) -> Column[Any]:
    return Column(name, kind, primary_key=True, autoincrement=False)


def _must(name: str, kind: Any = Text) -> Column[Any]:
    return Column(name, kind, nullable=False)


tables = MetaData()

Table("files", tables, _key("path"), _must("sha256"), _must("reader"), Column("version", Text), Column("error", Words))
Table(
    "documents", tables,
    _key("version"), _must("id"), _must("path"), _must("title", Words), _must("text", Words), _must("more"),
)  # fmt: skip
Table(
    "passages", tables,
    _key("splitter"), _key("version"), _key("ordinal", Integer),
    _must("id"), _must("start", Integer), _must("end", Integer), _must("more"),
)  # fmt: skip
Table("splits", tables, _key("splitter"), _key("version"))
Table(
    "generations", tables,
    _key("number", Integer), _must("fingerprint"), _must("splitter"), _must("documents", Integer),
    _must("passages", Integer), _must("created", Float(53)),
)  # fmt: skip
Table("members", tables, _key("generation", Integer), _key("ordinal", Integer), _must("version"))
Table(
    "current", tables,
    _key("one", Integer), _must("generation", Integer), CheckConstraint("one = 1", name="only_one"),
)  # fmt: skip
# what the current generation was made with, so that it is known without a part being built whether it is up to date
Table(
    "tally", tables,
    _key("one", Integer), _must("generation", Integer), _must("settings"), _must("search"),
    CheckConstraint("one = 1", name="one_tally"),
)  # fmt: skip

# datasets and adapters are folders named by their content; these list them
Table("datasets", tables, _key("version"), _must("created", Float(53)), _must("pairs", Integer))
Table(
    "adapters", tables,
    _key("version"), _must("name"), _must("base"), Column("score", Float(53)), _must("lineage"),
    _must("created", Float(53)),
)  # fmt: skip
Table("aliases", tables, _key("name"), _key("alias"), _must("version"))
Table(
    "alias_history", tables,
    Column("number", Integer, primary_key=True), _must("name"), _must("alias"), _must("version"),
    Column("previous", Text), _must("reason", Words), _must("created", Float(53)),
)  # fmt: skip

Table(
    "runs", tables,
    _key("id"), _must("fingerprint"), _must("state"), _must("created", Float(53)), _must("details"),
)  # fmt: skip
Table(
    "steps", tables,
    _key("run"), _key("name"), _must("ordinal", Integer), _must("result"), _must("seconds", Float(53)),
)  # fmt: skip

# ``versions`` is what an answer rests on: generation, model digest, adapter version, prompt and guardrail hashes
Table(
    "answers", tables,
    _key("id"), _must("created", Float(53)), _must("caller", Words), _must("profile"), _must("arm"),
    _must("question", Words), _must("answer"), _must("versions"), Index("answers_by_time", "created"),
)  # fmt: skip
# ``source`` says where it was said: feedback, or review; ``draft`` is what was judged where that was never sent
Table(
    "feedback", tables,
    Column("number", Integer, primary_key=True), _must("answer"), _must("caller", Words), _must("verdict"),
    Column("better", Words), _must("created", Float(53)),
    Column("source", Text, nullable=False, server_default="feedback"), Column("draft", Words),
    Index("feedback_by_answer", "answer"),
)  # fmt: skip

# an alias that answers some callers with another version, and what came of each answer that was given meanwhile
Table(
    "rollouts", tables,
    _key("id"), _must("name"), _must("alias"), _must("stable"), _must("candidate"), _must("share", Float(53)),
    _must("guards"), _must("alpha", Float(53)), _must("state"), _must("reason", Words), _must("created", Float(53)),
    Column("ended", Float(53)),
)  # fmt: skip
Table(
    "trials", tables,
    _key("rollout"), _key("answer"), _must("candidate", Integer), _must("caller", Words), _must("refused", Integer),
    _must("seconds", Float(53)), _must("created", Float(53)), Column("right", Integer), Column("judged", Float(53)),
    Index("trials_by_answer", "answer"),
)  # fmt: skip

# answers that a guardrail withheld until a person has checked them; ``draft`` is what would have been said, as JSON
Table(
    "reviews", tables,
    _key("answer"), _must("created", Float(53)), _must("state"), _must("draft"), Column("text", Words),
    Column("reviewer", Words), Column("reason", Words), Column("decided", Float(53)),
    Index("reviews_by_state", "state", "created"),
)  # fmt: skip
Table(
    "conversations", tables,
    _key("id"), _must("caller", Words), _must("title", Words), _must("profile"), _must("created", Float(53)),
    _must("changed", Float(53)), Index("conversations_by_caller", "caller", "changed"),
)  # fmt: skip
Table("turns", tables, _key("conversation"), _key("ordinal", Integer), _must("answer"))

# who changed which pair, and when: each change is a dataset version of its own
Table(
    "edits", tables,
    Column("number", Integer, primary_key=True), _must("dataset"), _must("parent"), _must("action"),
    Column("before", Text), Column("after", Text), _must("caller", Words), _must("reason", Words),
    _must("created", Float(53)),
)  # fmt: skip

# ``slot`` is 1 while a job is at work and empty afterwards, so that there is never more than one
Table(
    "jobs", tables,
    _key("id"), _must("kind"), _must("options"), _must("caller", Words), _must("state"), Column("slot", Integer),
    Column("pid", Integer), _must("created", Float(53)), Column("ended", Float(53)), _must("message", Words),
    Column("result", Text), UniqueConstraint("slot", name="one_job"), Index("jobs_by_time", "created"),
)  # fmt: skip

# a key is known by the hash of all of it, and found by the part of it that is no secret; ``groups`` is a list as JSON
Table(
    "keys", tables,
    _key("id"), _must("hash"), _must("name", Words), _must("scope"), _must("groups"), _must("created", Float(53)),
    Column("expires", Float(53)), Column("used", Float(53)), Column("revoked", Float(53)),
)  # fmt: skip
# who has signed in on the page, by the hash of what the browser holds
Table("sessions", tables, _key("hash"), _must("key"), _must("expires", Float(53)))
Table("spending", tables, _key("caller", Words), _key("day", Integer), _must("tokens", Integer))

# a checksum of the rest of the row (`seals`); a row of an earlier steep has none until it is written again
for _table in tables.tables.values():
    _table.append_column(Column("seal", Integer))
