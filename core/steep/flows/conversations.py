"""conversations: questions that follow each other, kept and gone on with by whoever began them, and nobody else."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from steep.answering.identity import new_id
from steep.errors import ConfigError, NotThere
from steep.flows.answers import Seen, seen, seen_by
from steep.flows.reviews import documents_of
from steep.values import Message
from steep.wire import to_json
from steep.workspace.conversations import Kept

if TYPE_CHECKING:
    from collections.abc import Callable

    from steep.values import Caller
    from steep.workspace.project import Project

__all__ = ["Heard", "Talk", "begin", "continued", "delete", "found", "history", "listed", "rename"]

_TITLE = 80
_REMEMBERED = 20  # turns that a follow-up question is read against


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A conversation with its answers, oldest first, as far as its caller may see them now."""

    conversation: Kept
    turns: tuple[Seen, ...]

    def to_json(self) -> dict[str, Any]:
        return {**to_json(self.conversation), "turns": [turn.to_json() for turn in self.turns]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The turns before a question, and the documents that their answers rest on; None where nobody knows."""

    turns: tuple[Message, ...] = ()
    documents: frozenset[str] | None = frozenset()


def begin(
    project: Project,
    caller: Caller,
    *,
    profile: str,
    title: str = "",
    random: Callable[[int], bytes] = os.urandom,
) -> Kept:
    """Begin a conversation; without a title it gets that of its first question."""
    if not project.config.answer.keep:
        raise ConfigError("answers are not kept here (`keep` under [answer] in steep.toml), so no conversation can be.")
    now = project.clock()
    kept = Kept(
        id=new_id(now, random(10)),
        caller=caller.name,
        title=_title(title),
        profile=profile,
        created=now,
        changed=now,
    )
    project.conversations.begin(kept)
    return kept


def listed(project: Project, caller: Caller, *, limit: int = 50) -> tuple[Kept, ...]:
    """The caller's conversations, the one last gone on with first."""
    return project.conversations.of(caller.name, limit)


def found(project: Project, identity: str, caller: Caller) -> Talk:
    """A conversation with its answers; raises NotThere for one of somebody else."""
    return Talk(conversation=_own(project, identity, caller), turns=_turns(project, identity, caller))


def history(project: Project, identity: str, caller: Caller, *, before: str = "") -> Heard:
    """What was said in a conversation so far, as a follow-up question is read against it.

    ``before`` is the id of an answer up to which it is wanted: its question is asked again.
    """
    _own(project, identity, caller)
    messages: list[Message] = []
    turns = _turns(project, identity, caller)
    until = next((at for at, turn in enumerate(turns) if turn.answer.id == before), len(turns))
    heard = turns[max(0, until - _REMEMBERED) : until]
    for turn in heard:
        messages.append(Message(role="user", content=turn.answer.question))
        messages.append(Message(role="assistant", content=turn.answer.text or turn.answer.refusal))
    return Heard(turns=tuple(messages), documents=_documents(heard))


def continued(project: Project, identity: str, answer: str, *, question: str) -> bool:
    """Put an answer behind the others; False where the conversation was deleted meanwhile."""
    return project.conversations.add(identity, answer, title=_title(question), now=project.clock())


def rename(project: Project, identity: str, caller: Caller, *, title: str) -> Kept:
    kept = _own(project, identity, caller)
    project.conversations.rename(identity, _title(title))
    return replace(kept, title=_title(title))


def delete(project: Project, identity: str, caller: Caller) -> None:
    """Forget a conversation; its answers stay among the caller's."""
    _own(project, identity, caller)
    project.conversations.delete(identity)


def _own(project: Project, identity: str, caller: Caller) -> Kept:
    kept = project.conversations.get(identity)
    if kept is None or kept.caller != caller.name:
        raise NotThere(f"no conversation of yours has the id {identity!r}; it may have been deleted.")
    return kept


def _turns(project: Project, identity: str, caller: Caller) -> tuple[Seen, ...]:
    answers = (project.answers.get(each) for each in project.conversations.answers(identity))
    return tuple(
        seen(project, each, caller)
        for each in answers
        if each is not None and each.answer.caller == caller.name and seen_by(caller, each)
    )


def _documents(turns: tuple[Seen, ...]) -> frozenset[str] | None:
    answers = [turn.answer for turn in turns]
    if any(answer.calls or answer.earlier is None for answer in answers):
        return None
    return frozenset().union(*map(documents_of, answers))


def _title(text: str) -> str:
    line = " ".join(text.split())
    whole = line.encode("utf-8", "replace").decode("utf-8")
    return whole if len(whole) <= _TITLE else f"{whole[: _TITLE - 1].rstrip()}…"
