"""What is kept of an answer that left, and what is told of it; one that was withheld waits for a person."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from steep.answering.leaving import answer_leaves
from steep.errors import WorkspaceError
from steep.values import Answered
from steep.workspace.reviews import Review

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.answering.policy import Guard
    from steep.values import Answer, Caller
    from steep.workspace.project import Project

__all__ = ["remember"]

log = logging.getLogger(__name__)


def remember(
    project: Project,
    answer: Answer,
    caller: Caller,
    *,
    draft: Answer,
    guards: Sequence[Guard],
    keep: bool,
) -> None:
    """Keep what left, where answers are kept, and tell trackers; ``draft`` is what would have been said."""
    now = project.clock()
    if keep:
        try:
            project.answers.add(answer, now=now)
            if _waits(answer):
                # what another guardrail would take out is taken out of what the reviewer sees as well
                held = answer_leaves(draft, [guard for guard in guards if guard.on_fail != "escalate"])
                review = Review(answer=answer.id, created=now, draft=held.text, citations=held.citations)
                project.reviews.add(review)
        except WorkspaceError as error:  # a project that cannot be written, a full disk: the answer still stands
            log.warning("the answer %s is not kept: %s", answer.id, error)
    project.emit(Answered(answer=answer, caller=caller, at=now))


def _waits(answer: Answer) -> bool:
    """Whether a person's word is all that is missing: what a guardrail refused stays refused."""
    return answer.escalated and answer.abstained and all(each.action != "refuse" for each in answer.verdicts)
