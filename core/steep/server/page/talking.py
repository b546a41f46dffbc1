"""A question on its way to an answer: in a conversation of the caller's, which the first question begins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from steep.flows import conversations
from steep.flows.answer import AnswerRequest, Delta
from steep.server.native.apart import apart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from steep.answering.requests import Finished
    from steep.flows.answer import Answerer
    from steep.values import Answer, Caller
    from steep.workspace.project import Project

__all__ = ["Talking", "talking"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Talking:
    """``conversation`` is "" where answers are not kept; ``begun`` says that this question begins it."""

    project: Project
    answerer: Answerer
    request: AnswerRequest
    conversation: str
    begun: bool

    @property
    def path(self) -> str:
        return f"/conversations/{self.conversation}" if self.conversation else ""

    def answer(self) -> Answer:
        *_, last = self.steps(stream=False)
        assert not isinstance(last, Delta), "the last step is the answer"
        return last.answer

    def stream(self) -> Iterator[Delta | Finished]:
        """The answer as it is written; in a conversation to its end, also where nobody listens any more."""
        if not self.conversation:
            return self.steps(stream=True)
        return apart(replace(self, request=replace(self.request, given_up=None)).steps(stream=True))

    def steps(self, *, stream: bool) -> Iterator[Delta | Finished]:
        try:
            if stream:
                yield from self._kept(self.answerer.stream(self.request))
            else:
                yield from self._kept(iter([self.answerer.finished(self.request)]))
        except Exception:
            if self.begun:  # a conversation in which nothing was said
                conversations.delete(self.project, self.conversation, self.request.caller)
            raise

    def _kept(self, steps: Iterator[Delta | Finished]) -> Iterator[Delta | Finished]:
        for step in steps:
            if self.conversation and not isinstance(step, Delta):
                question = self.request.question
                conversations.continued(self.project, self.conversation, step.answer.id, question=question)
            yield step


def talking(
    project: Project,
    answerer: Answerer,
    caller: Caller,
    *,
    question: str,
    profile: str,
    conversation: str,
    confirm: str = "",
    again: str = "",
    given_up: Callable[[], bool] | None = None,
) -> Talking:
    """Raises QuestionError, and NotThere for a conversation of somebody else.

    ``confirm`` is the id of a call that changes something and may be made now; ``again`` that of the answer in which it
    was not made, whose question this is.
    """
    answerer.checked(question)
    heard = conversations.Heard()
    if conversation:
        heard = conversations.history(project, conversation, caller, before=again)
    begun = not conversation and project.config.answer.keep
    if begun:
        conversation = conversations.begin(project, caller, profile=profile).id
    return Talking(
        project=project,
        answerer=answerer,
        request=AnswerRequest(
            question=question,
            profile=profile,
            caller=caller,
            history=heard.turns,
            earlier=heard.documents,
            confirm=(lambda call: call.id == confirm) if confirm else None,
            given_up=given_up,
        ),
        conversation=conversation,
        begun=begun,
    )
