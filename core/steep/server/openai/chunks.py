"""A completion in chunks: text as the guardrails release it, in the shape that the interface asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from steep.answering.stopping import Stop
from steep.flows.answer import Delta
from steep.server.openai.events import close, event, failure
from steep.server.openai.shown import beside, rest, usage

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from steep.flows.answer import Finished
    from steep.server.openai.shown import Form

    Steps = Iterator[Delta | Finished]

__all__ = ["DONE", "Chunks", "Head", "Shape"]

DONE = "data: [DONE]\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What every object of one completion repeats."""

    identity: str
    created: int
    model: str

    def of(self, kind: str) -> dict[str, Any]:
        return {"id": self.identity, "object": kind, "created": self.created, "model": self.model}


class Shape(Protocol):
    """What the choices of an interface's chunks hold; ``kind`` is what a chunk calls itself."""

    @property
    def kind(self) -> str: ...

    def begun(self) -> list[dict[str, Any]]: ...

    def said(self, text: str) -> dict[str, Any]: ...

    def ended(self, finished: Finished, form: Form) -> list[dict[str, Any]]:
        """At least one; the last says why the answer ended."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunks:
    """The chunks of one completion; its answers come one after the other. ``usage`` says what they cost, at the end."""

    head: Head
    shape: Shape
    form: Form
    usage: bool

    def events(self, answers: Sequence[Steps]) -> Iterator[str]:
        """The chunks and ``[DONE]``; closing this ends the work."""
        finished: list[Finished] = []
        try:
            for index, steps in enumerate(answers):
                finished.append((yield from self._answer(index, steps, alone=len(answers) == 1)))
        except Exception as error:  # too late for a status
            yield event(failure(error, self.form.folder))
            return
        finally:
            for steps in answers:
                close(steps)
        if self.usage:
            yield event({**self.head.of(self.shape.kind), "choices": [], "usage": usage(finished)})
        yield DONE

    def _answer(self, index: int, steps: Steps, *, alone: bool) -> Generator[str, None, Finished]:
        for choice in self.shape.begun():
            yield self._chunk(index, choice)
        stop = Stop(self.form.stops)
        for step in steps:
            if isinstance(step, Delta):
                if text := stop.add(step.text):
                    yield self._chunk(index, self.shape.said(text))
                continue
            if text := stop.add(rest(step, self.form)) + stop.end():
                yield self._chunk(index, self.shape.said(text))
            *further, last = self.shape.ended(step, self.form)
            for choice in further:
                yield self._chunk(index, choice)
            told = beside(step.answer)
            yield self._chunk(index, last, **told) if alone else self._chunk(index, {**last, **told})
            return step
        raise AssertionError("an answer has an end")

    def _chunk(self, index: int, choice: dict[str, Any], **beside: Any) -> str:
        whole = {"index": index, "logprobs": None, "finish_reason": None, **choice}
        # where what it cost comes at the end, every chunk before says that it does not
        cost = {"usage": None} if self.usage else {}
        return event({**self.head.of(self.shape.kind), "choices": [whole], **cost, **beside})
