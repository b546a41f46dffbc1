"""What is asked of more than one table, or by more than the values of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, func, literal, select, text, tuple_

from steep.records import glance
from steep.records.schema import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from steep.records.rows import Reading, Row, Writing

_T = tables.tables
_CURRENT = (
    select(_T["generations"]).join(_T["current"], _T["current"].c.generation == _T["generations"].c.number).limit(1)
)
BATCH = 500  # parameters of a statement; PostgreSQL and old SQLites have limits


def versions(records: Reading) -> frozenset[str]:
    """Every document version that is stored, without its text."""
    return frozenset(row["version"] for row in records.ask(select(_T["documents"].c.version)))


def paths(records: Reading, generation: int) -> dict[str, str]:
    """The document versions of a generation, by path."""
    members, documents = _T["members"], _T["documents"]
    asked = (
        select(documents.c.path, documents.c.version)
        .join(members, members.c.version == documents.c.version)
        .where(members.c.generation == generation)
    )
    return {row["path"]: row["version"] for row in records.ask(asked)}


def members(records: Reading) -> tuple[str, ...]:
    """The document versions that any generation lists."""
    return tuple(row["version"] for row in records.ask(select(_T["members"].c.version).distinct()))


def newest_generation(records: Reading) -> int:
    """The highest number so far; 0 where there is none."""
    row = records.ask(select(func.max(_T["generations"].c.number).label("number")))[0]
    return int(row["number"] or 0)


def current(records: Reading) -> Row | None:
    """The current generation: asked for by every question, so in one."""
    found = records.rows("generations", _CURRENT)
    return found[0] if found else None


def documents(records: Reading, versions: Sequence[str]) -> list[Row]:
    """Document versions; BATCH of them at most, in no order."""
    return records.rows("documents", select(_T["documents"]).where(_T["documents"].c.version.in_(versions)))


def places(records: Reading, splitter: str, versions: Sequence[str]) -> list[Row]:
    """The passages of document versions, BATCH of these at most, with their documents' ids; each one's in order."""
    passages, documents = _T["passages"], _T["documents"]
    asked = (
        select(passages, documents.c.id.label("document"))
        .join(documents, documents.c.version == passages.c.version)
        .where(passages.c.splitter == splitter, passages.c.version.in_(versions))
        .order_by(passages.c.ordinal)
    )
    return records.rows("passages", asked)


def forget_unused(write: Writing, keep: Iterable[str]) -> None:
    """Delete the document versions that no file and none of the versions to keep name."""
    files = write.ask(select(_T["files"].c.version).where(_T["files"].c.version.is_not(None)))
    kept = {*keep, *(row["version"] for row in files)}
    for name in ("passages", "splits", "documents"):
        version = _T[name].c.version
        unused = sorted({row["version"] for row in write.ask(select(version).distinct())} - kept)
        for begin in range(0, len(unused), BATCH):
            write.do(_T[name].delete().where(version.in_(unused[begin : begin + BATCH])))


def beginning(records: Reading, table: str, column: str, start: str, *, limit: int) -> list[Row]:
    """Rows whose column begins with these characters."""
    asked = _T[table].c[column]
    found = select(_T[table]).where(asked.startswith(start, autoescape=True)).order_by(asked).limit(limit)
    return records.rows(table, found)


def older(records: Reading, table: str, created: float, caller: str | None = None) -> list[Row]:
    """Rows made before a time, by one caller or by all."""
    asked = select(_T[table]).where(_T[table].c.created < created)
    return records.rows(table, asked if caller is None else asked.where(_T[table].c.caller == caller))


def forget_conversations(write: Writing, changed: float, caller: str | None) -> None:
    """Delete the conversations, last gone on with before a time, of which no answer is left: their titles are words."""
    asked, turns = _T["conversations"], _T["turns"]
    old = asked.delete().where(asked.c.changed < changed, asked.c.id.not_in(select(turns.c.conversation)))
    write.do(old if caller is None else old.where(asked.c.caller == caller))


def answers(records: Reading, caller: str | None, before: str, limit: int) -> list[Row]:
    """Answers, newest first, of one caller or of all; ids sort by the time they were made at."""
    table = _T["answers"]
    asked = select(table).order_by(table.c.created.desc(), table.c.id.desc()).limit(limit)
    if caller is not None:
        asked = asked.where(table.c.caller == caller)
    last = records.one("answers", id=before) if before else None
    if last:
        asked = asked.where(tuple_(table.c.created, table.c.id) < tuple_(last["created"], last["id"]))
    return records.rows("answers", asked)


def listing(records: Reading, generation: int, splitter: str) -> list[Row]:
    """The documents of a generation by path, without their texts, each with the number of its passages."""
    members, documents, passages = _T["members"], _T["documents"], _T["passages"]
    counted = (
        select(passages.c.version, func.count().label("count"))
        .where(passages.c.splitter == splitter)
        .group_by(passages.c.version)
        .subquery()
    )
    asked = (
        select(
            documents.c.id,
            documents.c.path,
            documents.c.title,
            documents.c.version,
            func.coalesce(counted.c["count"], 0).label("passages"),
        )
        .join(members, members.c.version == documents.c.version)
        .outerjoin(counted, counted.c.version == documents.c.version)
        .where(members.c.generation == generation)
        .order_by(documents.c.path)
    )
    return records.ask(asked)


def tallied(records: Reading, rollout: str, *, slow: float | None = None) -> list[Row]:
    """What came of a rollout, a row a side: of its stable version (candidate 0) and of its candidate (1).

    ``slow`` counts the answers that took more seconds.
    """
    trials = _T["trials"].c
    judge = case((trials.judged.is_not(None), trials.caller))
    asked = (
        select(
            trials.candidate,
            func.count().label("answers"),
            func.count(trials.caller.distinct()).label("callers"),
            func.sum(trials.refused).label("refused"),
            func.sum(literal(0) if slow is None else case((trials.seconds > slow, 1), else_=0)).label("slow"),
            func.count(trials.judged).label("judged"),
            func.coalesce(func.sum(trials.right), 0).label("right"),
            func.count(judge.distinct()).label("judges"),
            func.avg(trials.seconds).label("seconds"),
        )
        .where(trials.rollout == rollout)
        .group_by(trials.candidate)
    )
    return records.ask(asked)


def known(records: Reading) -> glance.Known | None:
    """What was noted of the current generation."""
    return glance.known(lambda sql: records.ask(text(sql)))
