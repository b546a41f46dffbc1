"""feedback: what a person says of an answer that was given, kept beside it, and told to trackers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from steep.values import FeedbackGiven
from steep.workspace.answers import Feedback

if TYPE_CHECKING:
    from steep.values import Caller
    from steep.workspace.project import Project

__all__ = ["judge"]


def judge(
    project: Project,
    reference: str,
    *,
    right: bool,
    caller: Caller,
    better: str = "",
    source: Literal["feedback", "review"] = "feedback",
    draft: str = "",
) -> Feedback:
    """Keep a judgement of the answer with this id, or whose id alone begins so; raises WorkspaceError.

    ``better`` is what should have been answered; an answer that has a better one is not right. A reviewer's decision
    has the ``source`` `review`, and outranks what others said; ``draft`` is what was reviewed, where the answer that is
    kept does not hold it.
    """
    answer = project.answers.find(reference).answer.id
    now = project.clock()
    said = Feedback(
        answer=answer,
        caller=caller.name,
        verdict="right" if right and not better else "wrong",
        better=better or None,
        created=now,
        source=source,
        draft=draft or None,
    )
    project.answers.judge(said)
    project.emit(FeedbackGiven(answer=answer, caller=caller.name, right=said.verdict == "right", better=better, at=now))
    return said
