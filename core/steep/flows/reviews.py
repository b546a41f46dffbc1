"""reviews: answers that a guardrail withheld wait for a person, who approves, edits or rejects them.

What is decided is kept beside the answer, which stays as it was given; whoever asked sees it when looking the answer up
again. It is kept as feedback too, with the draft that was judged, so that it becomes pairs and preferences.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from steep.errors import Busy, ConfigError, NotThere
from steep.flows.feedback import judge
from steep.wire import answer_json, citation_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.values import Answer, Caller
    from steep.workspace.answers import KeptAnswer
    from steep.workspace.project import Project
    from steep.workspace.reviews import Review

__all__ = ["Decision", "Waiting", "after_review", "decide", "documents_of", "rests_on_seen", "review_of", "waiting"]

_LONGEST = 20_000  # characters of a reviewer's answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A review with the answer that it is about: question, evidence and verdicts."""

    review: Review
    kept: KeptAnswer

    def to_json(self) -> dict[str, Any]:
        """The answer as it was given, and beside it the draft with its citations and what was decided."""
        review = {**to_json(self.review), "citations": [citation_json(each) for each in self.review.citations]}
        return {"review": review, "answer": {**answer_json(self.kept.answer), "created": self.kept.created}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """``text`` is what is said in the place of the draft, for ``edit``; ``reason`` is told to whoever asked."""

    action: Literal["approve", "edit", "reject"]
    text: str = ""
    reason: str = ""


def waiting(project: Project, caller: Caller, *, state: str = "waiting", limit: int = 50) -> tuple[Waiting, ...]:
    """The reviews in a state that the caller may decide, oldest first."""
    found: list[Waiting] = []
    for each in _of_state(project, caller, state):
        if len(found) == limit:
            break
        found.append(each)
    return tuple(found)


def review_of(project: Project, answer: str, caller: Caller) -> Waiting:
    """The review of an answer; raises NotThere where there is none, or it rests on what the caller may not see."""
    review, kept = project.reviews.get(answer), project.answers.get(answer)
    if review is None or kept is None or not _may_judge(caller, kept, review):
        raise NotThere(f"no review is kept of an answer with the id {answer!r}, or it is not yours to see.")
    return Waiting(review=review, kept=kept)


def decide(project: Project, answer: str, decision: Decision, caller: Caller) -> Waiting:
    """Decide a review that waits. Raises NotThere, Busy where somebody was faster, or ConfigError."""
    found = review_of(project, answer, caller)
    text = _said(found.review, decision)
    decided = replace(
        found.review,
        state={"approve": "approved", "edit": "edited", "reject": "rejected"}[decision.action],  # type: ignore[arg-type]  # these are the states
        text=text,
        reviewer=caller.name,
        reason=decision.reason.strip(),
        decided=project.clock(),
    )
    if not project.reviews.decide(decided):
        standing = project.reviews.get(answer) or found.review
        raise Busy(f"this answer was {standing.state} by {standing.reviewer or 'somebody'} meanwhile; nothing changed.")
    judge(
        project,
        answer,
        right=decision.action == "approve",
        better=text if decision.action == "edit" else "",
        caller=caller,
        source="review",
        draft=decided.draft,
    )
    return replace(found, review=decided)


def after_review(answer: Answer, review: Review | None) -> Answer:
    """The answer as whoever asked gets it: with the text that a reviewer let pass, or the reason for none."""
    if review is None or review.state == "waiting":
        return answer
    if review.state == "rejected":
        why = f": {review.reason}" if review.reason else "."
        return replace(answer, refusal=f"A person has checked the answer, and it is not given{why}")
    return replace(answer, text=review.text, citations=review.citations, abstained=False, refusal="")


def rests_on_seen(caller: Caller, answer: Answer) -> bool:
    """Whether a caller may see every document that an answer rests on.

    What tools said to somebody else may be of any document, and so may turns before whose documents nobody knows: such
    an answer is for whoever may see them all.
    """
    unknown = answer.calls or answer.earlier is None
    if unknown and answer.caller != caller.name and caller.documents is not None:
        return False
    return all(caller.allows(each) for each in documents_of(answer))


def documents_of(answer: Answer) -> frozenset[str]:
    """The documents that an answer is known to rest on: cited, found, or those of the turns before it."""
    cited = (each.document for each in answer.citations)
    found = (place.document for hit in answer.hits for place in hit.places)
    return frozenset((*cited, *found, *(answer.earlier or ())))


def _of_state(project: Project, caller: Caller, state: str) -> Iterator[Waiting]:
    for review in project.reviews.of_state(state):
        kept = project.answers.get(review.answer)
        if kept is not None and _may_judge(caller, kept, review):
            yield Waiting(review=review, kept=kept)


def _may_judge(caller: Caller, kept: KeptAnswer, review: Review) -> bool:
    return (
        caller.may("edit")
        and rests_on_seen(caller, kept.answer)
        and all(caller.allows(each.document) for each in review.citations)
    )


def _said(review: Review, decision: Decision) -> str:
    text = decision.text.strip()
    if decision.action == "reject":
        return ""
    if decision.action == "approve" and text:
        raise ConfigError("`text` goes with the action `edit`; to approve is to let the draft pass as it is.")
    if decision.action == "approve" and not review.draft:
        raise ConfigError(
            "there is no draft to approve: the guardrail stopped the question. Write an answer, or reject."
        )
    if decision.action == "edit" and not text:
        raise ConfigError("`text` is empty; write what shall be answered, or reject.")
    if len(text) > _LONGEST:
        raise ConfigError(f"`text` has {len(text):,} characters; the limit is {_LONGEST:,}.")
    return text or review.draft
