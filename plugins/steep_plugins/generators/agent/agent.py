"""The loop: the model replies, its calls are made, and it replies again, until it answers or a bound is reached.

Bounds are those of steps, of time, of tokens and of the model's context; when one is reached, the model is asked for
its last word from what it has seen. Only tools that the profile names can be called. What was read, passages and
results, is untrusted: once there is any of it, a call that changes something is made only where who asked confirms it.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steep.errors import SteepError
from steep.kinds import SETTINGS, Abstain, Aside, Numbered, Said, Weighed
from steep.prompts import ABSTENTION
from steep_plugins.generators.agent.asking import Mouth
from steep_plugins.generators.agent.calling import made, spelled
from steep_plugins.generators.agent.notebook import Notebook, Step
from steep_plugins.generators.chat import courtesy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from steep.kinds import Asked, AtHand, Called, Model, Saying, Tool, ToolCall
    from steep_plugins.generators.agent.asking import Reply

_AT_ONCE = 4  # calls of one reply that are made
# characters that stand for a token, on the careful side, and the share of a context that may be filled by reading
_CHARACTERS = 3
_SHARE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """``steps`` are replies with calls; ``tokens`` count what is read and written, by the model's own count."""

    steps: int = 6
    seconds: float = 60.0
    each: float = 20.0
    tokens: int = 20_000


class Agent:
    """Answers with the model at hand and the tools of the profile; ``clock`` gives seconds from any beginning."""

    digest = ""
    closed_book = True
    others: tuple[str, ...] = ()
    heeds = frozenset(SETTINGS) - {"chances"}

    def __init__(self, bounds: Bounds, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._bounds = bounds
        self._clock = clock

    def answer(self, asked: Asked, at_hand: AtHand) -> Iterator[Saying]:
        said = courtesy(asked, at_hand)
        if said is not None:
            yield Aside(text=said)
            return
        tools, notes = _usable(at_hand)
        run = _Run(asked=asked, at_hand=at_hand, bounds=self._bounds, clock=self._clock, tools=tools, notes=notes)
        yield from run.through()


@dataclass(slots=True, kw_only=True)
class _Run:
    """One question on its way through the loop."""

    asked: Asked
    at_hand: AtHand
    bounds: Bounds
    clock: Callable[[], float]
    tools: dict[str, Tool]
    notes: list[str]
    tokens: int = 0
    begun: float = 0.0
    known: set[tuple[str, str]] = field(default_factory=set)

    def through(self) -> Iterator[Saying]:
        self.begun = self.clock()
        model, notebook = self.at_hand.model, Notebook(asked=self.asked)
        notebook.open()
        mouth = Mouth(model, self.at_hand.adapter, self.asked, lambda: self._left() <= 0)
        text = bound = ""
        for step in range(self.bounds.steps + 1):
            bound = self._reached(step, notebook, model)
            if bound or not self.tools:
                break
            reply = mouth.step(notebook, self.tools)
            yield self._weighed(reply, model)
            if not reply.calls:
                text = reply.text
                break
            for call in reply.calls[:_AT_ONCE]:
                yield from self._called(call, notebook)
        if not text or self.asked.schema is not None:
            if bound:
                self.notes.append(f"the agent was stopped: {bound}")
            reply = mouth.last(notebook)
            yield self._weighed(reply, model)
            text = reply.text
        yield from self._end(text, notebook)

    def _called(self, call: ToolCall, notebook: Notebook) -> Iterator[Called]:
        """Make a call and write down what it brought; one that was made before is not made again."""
        key = (call.name, _plain(call.arguments))
        if key in self.known:
            notebook.steps.append(Step(call=call, told="This was called already, with the same arguments: see above."))
            return
        seconds = min(self.bounds.each, self._left())
        outcome = made(call, self.tools, self.at_hand, untrusted=notebook.untrusted, seconds=seconds)
        called, result = outcome.called, outcome.result
        self.known.add(key)
        if called.outcome == "unconfirmed":
            self.notes.append(f"`{called.name}` was not called: it changes something, and nobody confirmed {called.id}")
        told = called.result
        if result is not None:
            told = notebook.lay(result.hits) or notebook.marked("Result", called.result)
            notebook.untrusted = notebook.untrusted or not result.trusted
        notebook.steps.append(Step(call=call, told=told))
        yield called

    def _reached(self, step: int, notebook: Notebook, model: Model) -> str:
        """Which bound was reached, if one was."""
        if step >= self.bounds.steps:
            return f"it made {self.bounds.steps} steps"
        if self._left() <= 0:
            return f"it had {self.bounds.seconds:g} s"
        if self.tokens >= self.bounds.tokens:
            return f"it read and wrote {self.tokens} tokens"
        if step and notebook.size > model.context * _CHARACTERS * _SHARE:
            return "what it read fills the model's context"
        return ""

    def _left(self) -> float:
        return self.bounds.seconds - (self.clock() - self.begun)

    def _weighed(self, reply: Reply, model: Model) -> Weighed:
        last = reply.last
        if last is None:
            return Weighed(model=model.digest)
        self.tokens += last.prompt_tokens + last.tokens
        cut = last.end == "length"
        return Weighed(
            prompt_tokens=last.prompt_tokens, tokens=last.tokens, note=last.note, model=model.digest, cut=cut
        )

    def _end(self, text: str, notebook: Notebook) -> Iterator[Saying]:
        for note in dict.fromkeys(self.notes):
            yield Weighed(note=note)
        if not text or text.strip(" .\"'*").casefold() == ABSTENTION.strip(".").casefold():
            nothing = "neither the passages nor the tools hold the answer" if text else "the model wrote nothing"
            yield Abstain(reason=nothing)
            return
        yield Numbered(passages=tuple(notebook.passages))
        yield Said(text=text)


def _usable(at_hand: AtHand) -> tuple[dict[str, Tool], list[str]]:
    """The tools that can say what they are; one of a server that is away is left out, and the answer says so."""
    tools: dict[str, Tool] = {}
    notes: list[str] = []
    for name, tool in at_hand.tools.items():
        try:
            _ = tool.description, tool.parameters
        except SteepError as error:
            notes.append(f"the tool `{name}` is left out: {error}")
        else:
            tools[name] = tool
    return tools, notes


def _plain(arguments: str) -> str:
    """Arguments in one spelling, so that the same call is known again."""
    try:
        return spelled(json.loads(arguments or "{}"))
    except ValueError:
        return arguments
