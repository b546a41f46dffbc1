"""answers: what was answered, looked up again by whoever may.

An answer belongs to whoever asked. Whoever may operate looks at those of others too. One that rests on a document that
the caller may not see, or may see no longer, is not there for that caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.errors import NotThere
from steep.flows.reviews import after_review, rests_on_seen
from steep.wire import answer_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.values import Answer, Caller
    from steep.workspace.answers import Feedback, KeptAnswer
    from steep.workspace.project import Project
    from steep.workspace.reviews import Review

__all__ = ["Seen", "found", "newest", "seen", "seen_by"]

_BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An answer as a caller may see it: with what a reviewer made of it, and what was said of it."""

    answer: Answer
    created: float
    review: Review | None
    feedback: tuple[Feedback, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As `steep answers show --json` prints it; who reviewed it is not told to whoever asked."""
        review = self.review and {name: getattr(self.review, name) for name in ("state", "reason", "decided")}
        return {
            **answer_json(self.answer),
            "created": self.created,
            "review": review,
            "feedback": to_json(self.feedback),
        }


def newest(
    project: Project, caller: Caller, *, others: bool = False, before: str = "", limit: int = 20
) -> tuple[Seen, ...]:
    """The latest answers that a caller may see, newest first; ``others`` adds what others asked, for who operates."""
    whose = None if others and caller.may("operate") else caller.name
    shown: list[Seen] = []
    for kept in _pages(project, whose, before):
        if len(shown) == limit:
            break
        if seen_by(caller, kept):
            shown.append(seen(project, kept, caller))
    return tuple(shown)


def found(project: Project, identity: str, caller: Caller) -> Seen:
    """The answer with this id; raises NotThere where there is none, or none that the caller may see."""
    kept = project.answers.get(identity)
    if kept is None or not seen_by(caller, kept):
        raise NotThere(f"no answer is kept with the id {identity!r}, or it is not yours to see.")
    return seen(project, kept, caller)


def seen_by(caller: Caller, kept: KeptAnswer) -> bool:
    """Whether a caller may see an answer, and all that it rests on."""
    return (kept.answer.caller == caller.name or caller.may("operate")) and rests_on_seen(caller, kept.answer)


def seen(project: Project, kept: KeptAnswer, caller: Caller) -> Seen:
    """An answer with what became of it; what others said of it is for whoever operates."""
    review = project.reviews.get(kept.answer.id)
    said = project.answers.feedback(kept.answer.id)
    mine = tuple(each for each in said if caller.may("operate") or each.caller == caller.name)
    return Seen(answer=after_review(kept.answer, review), created=kept.created, review=review, feedback=mine)


def _pages(project: Project, whose: str | None, before: str) -> Iterator[KeptAnswer]:
    while page := project.answers.page(caller=whose, before=before, limit=_BATCH):
        yield from page
        before = page[-1].answer.id
