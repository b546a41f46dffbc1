"""OpenAI's chat completion: whole, or in chunks as the guardrails release it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.answering.stopping import Stop
from steep.errors import SteepError
from steep.flows.answer import Delta
from steep.server.errors import error_body
from steep.server.openai.events import close, event
from steep.server.openai.shown import beside, finish_reason, likelihoods, usage

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from steep.flows.answer import Finished
    from steep.server.openai.shown import Form

    Steps = Iterator[Delta | Finished]

__all__ = ["DONE", "Chunks", "Head", "completion"]

log = logging.getLogger(__name__)

DONE = "data: [DONE]\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What every object of one completion repeats."""

    identity: str
    created: int
    model: str

    def of(self, kind: str) -> dict[str, Any]:
        return {"id": self.identity, "object": kind, "created": self.created, "model": self.model}


def completion(answered: Sequence[Finished], head: Head, form: Form) -> dict[str, Any]:
    """The answers as choices. What is known of one stands beside all, of several in each choice."""
    alone = len(answered) == 1
    choices = [
        _choice(index, each, form) | ({} if alone else beside(each.answer)) for index, each in enumerate(answered)
    ]
    return {
        **head.of("chat.completion"),
        "choices": choices,
        "usage": usage(answered),
        **(beside(answered[0].answer) if alone else {}),
    }


def _choice(index: int, finished: Finished, form: Form) -> dict[str, Any]:
    refusal = form.refusal(finished.answer)
    message: dict[str, Any] = {
        "role": "assistant",
        "content": None if refusal is not None else form.text(finished.answer),
        "refusal": refusal,
        "annotations": form.annotations(finished.answer),
    }
    return {
        "index": index,
        "message": message,
        "logprobs": likelihoods(finished.chances),
        "finish_reason": finish_reason(finished),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunks:
    """The chunks of one completion; its answers come one after the other. ``usage`` says what they cost, at the end."""

    head: Head
    form: Form
    usage: bool

    def events(self, answers: Sequence[Steps]) -> Iterator[str]:
        """The role, the text as it is released, the end, and ``[DONE]``; closing this ends the work."""
        finished: list[Finished] = []
        try:
            for index, steps in enumerate(answers):
                finished.append((yield from self._answer(index, steps, alone=len(answers) == 1)))
        except SteepError as error:  # too late for a status
            log.error("a stream failed: %s", error)
            yield event(error_body(str(error), kind="server_error", code="failed"))
            return
        finally:
            for steps in answers:
                close(steps)
        if self.usage:
            yield event({**self.head.of("chat.completion.chunk"), "choices": [], "usage": usage(finished)})
        yield DONE

    def _answer(self, index: int, steps: Steps, *, alone: bool) -> Generator[str, None, Finished]:
        yield self._chunk(index, {"role": "assistant", "content": "", "refusal": None})
        stop = Stop(self.form.stops)
        for step in steps:
            if isinstance(step, Delta):
                if text := stop.add(step.text):
                    yield self._chunk(index, {"content": text})
                continue
            yield from self._ended(index, step, stop, alone=alone)
            return step
        raise AssertionError("an answer has an end")

    def _ended(self, index: int, finished: Finished, stop: Stop, *, alone: bool) -> Iterator[str]:
        refusal = self.form.refusal(finished.answer)
        if text := stop.add(_rest(finished, self.form)) + stop.end():
            yield self._chunk(index, {"content": text})
        if refusal is not None:
            yield self._chunk(index, {"refusal": refusal})
        if annotations := self.form.annotations(finished.answer):
            yield self._chunk(index, {"annotations": annotations})
        last = {"logprobs": likelihoods(finished.chances), "finish_reason": finish_reason(finished)}
        told = beside(finished.answer)
        yield self._chunk(index, {}, {**last, **({} if alone else told)}, **(told if alone else {}))

    def _chunk(self, index: int, delta: dict[str, Any], last: dict[str, Any] | None = None, **beside: Any) -> str:
        choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": None, **(last or {})}
        # where what it cost comes at the end, every chunk before says that it does not
        cost = {"usage": None} if self.usage else {}
        return event({**self.head.of("chat.completion.chunk"), "choices": [choice], **cost, **beside})


def _rest(finished: Finished, form: Form) -> str:
    """What is still to be shown; where what was sent no longer stands, the refusal or the text that replaces it."""
    shown = form.whole(finished.answer)
    if shown.startswith(finished.sent):
        return shown[len(finished.sent) :]
    return f"\n\n{shown}"
