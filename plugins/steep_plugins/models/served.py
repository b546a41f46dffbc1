"""Models that are served elsewhere, over the OpenAI chat interface: vLLM, Ollama, llama.cpp, a provider."""

from __future__ import annotations

import queue
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from steep.errors import AdapterError, ModelError, Unable
from steep.kinds import Chance, ModelCard, Piece, ToolCall
from steep.values import content_id
from steep_plugins.models.endpoint import Endpoint, without_password

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from steep.kinds import AdapterRef, Ask, Scored
    from steep.values import Message
    from steep_plugins.models.endpoint import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What the server calls things. An adapter goes into ``adapter_field`` as ``adapter_name`` spells it.

    ``context`` is how many tokens the server's model takes, as far as its user knows; ``together`` how many requests of
    a batch are sent at once.
    """

    model: str
    adapter_field: str | None = None
    adapter_name: str = "{version}"
    limit_field: str = "max_tokens"
    logprobs: bool = False
    context: int = 8192
    together: int = 8


class ServedModel:
    """Streams replies from a server. What does not fit its context is the server's to refuse.

    ``digest`` names address and model: what weights stand behind them is not known.
    """

    def __init__(self, address: Address, served: Served, endpoint: Endpoint | None = None) -> None:
        self._served = served
        self._endpoint = endpoint or Endpoint(address)
        self._url = without_password(address.url)
        self._digest = "remote-" + content_id("endpoint", self._url, served.model)

    @property
    def digest(self) -> str:
        return self._digest

    @property
    def context(self) -> int:
        return self._served.context

    @property
    def at_once(self) -> int:
        return self._served.together

    def card(self) -> ModelCard:
        """Raises ModelError where the server cannot be reached, or refuses the key."""
        listed = self._endpoint.listed()
        others = f" (it lists {', '.join(listed[:3])})" if listed and self._served.model not in listed else ""
        return ModelCard(source=f"{self._served.model} at {self._url}{others}", runs="elsewhere")

    def close(self) -> None:
        self._endpoint.close()

    def chat(self, asks: Sequence[Ask]) -> Iterator[Piece]:
        bodies = [self._body(ask) for ask in asks]
        if len(bodies) > 1:
            return self._together(bodies)
        return self._one(0, bodies[0]) if bodies else iter(())

    def score(self, asks: Sequence[Scored]) -> Sequence[float]:
        raise ModelError(
            f"{self._url} gives no probabilities of a given reply (the chat interface has none), so "
            f"{self._served.model!r} cannot weigh one. Use a model that runs here for what needs it."
        )

    def _one(self, number: int, body: Mapping[str, Any]) -> Iterator[Piece]:
        reply = _Reply(number=number, asked="top_logprobs" in body)
        with self._endpoint.streamed(body) as chunks:
            for chunk in chunks:
                text = reply.take(chunk)
                if text and reply.asked and not reply.chances:
                    raise ModelError(
                        f"{self._url} was asked for the probabilities of tokens and gave none; take `logprobs = true` "
                        "out of its [model.NAME]."
                    )
                if text:
                    yield Piece(text=text, ask=number)
        if not reply.begun:
            raise ModelError(f"the reply of {self._served.model!r} at {self._url} ended before it began.")
        yield reply.last()

    def _together(self, bodies: list[dict[str, Any]]) -> Iterator[Piece]:
        """Several requests at once, their pieces as they come; those still running end when this is closed."""
        found: queue.Queue[Piece | BaseException | None] = queue.Queue()
        waiting = iter(list(enumerate(bodies)))
        closed = threading.Event()
        turn = threading.Lock()

        def work() -> None:
            try:
                while not closed.is_set():
                    with turn:
                        number, body = next(waiting, (-1, {}))
                    if number < 0:
                        break
                    with _closing(self._one(number, body)) as pieces:
                        for piece in pieces:
                            found.put(piece)
                            if closed.is_set():
                                return
            except BaseException as error:  # raised again where the pieces are taken
                found.put(error)
            finally:
                found.put(None)

        threads = [threading.Thread(target=work, daemon=True) for _ in range(min(len(bodies), self._served.together))]
        for thread in threads:
            thread.start()
        try:
            yield from _taken(found, len(threads))
        finally:
            closed.set()
            for (
                thread
            ) in threads:  # at its next piece each drops its connection; one that hears nothing is not waited for
                thread.join(1.0 / len(threads))

    def _body(self, ask: Ask) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._served.model,
            "messages": [_written(message) for message in ask.messages],
            "temperature": ask.temperature,
            "seed": ask.seed,
            self._served.limit_field: ask.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if ask.top_p < 1:
            body["top_p"] = ask.top_p
        if ask.stop:
            body["stop"] = list(ask.stop)
        if ask.tools:
            body["tools"] = [dict(tool) for tool in ask.tools]
        if ask.schema is not None:
            schema = {"name": "reply", "schema": dict(ask.schema), "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        if self._served.logprobs:
            body["logprobs"] = True
        if ask.chances is not None:
            body["top_logprobs"] = self._others(ask.chances)
        if ask.adapter is not None:
            body.update(self._adapter(ask.adapter))
        return body

    def _others(self, chances: int) -> int:
        if not self._served.logprobs:
            raise Unable(
                f"{self._url} is not known to give the probabilities of tokens: set `logprobs = true` in its "
                "[model.NAME] if it does.",
                setting="chances",
            )
        return chances

    def _adapter(self, adapter: AdapterRef) -> dict[str, str]:
        if self._served.adapter_field is None:
            raise AdapterError(
                f"the adapter {adapter.version} was asked for, and this server is not known to serve adapters. Set "
                '`adapter_field` in its [model.NAME]: "model" for vLLM, "adapter_id" for LoRAX.'
            )
        return {self._served.adapter_field: self._served.adapter_name.format(version=adapter.version)}


@dataclass(slots=True, kw_only=True)
class _Reply:
    """What has come of one reply."""

    number: int
    asked: bool  # whether the probabilities of tokens were asked for, or are only summed up
    begun: bool = False
    end: str = ""
    tokens: int = 0
    chances: list[Chance] = field(default_factory=list)
    usage: Mapping[str, Any] = field(default_factory=dict)
    calls: dict[int, ToolCall] = field(default_factory=dict)

    def take(self, chunk: Mapping[str, Any]) -> str:
        """The text that a chunk brings; its counts, calls and probabilities are kept for the end."""
        self.usage = chunk.get("usage") or self.usage
        choice = next(iter(chunk.get("choices") or ()), None)
        if not isinstance(choice, dict):
            return ""
        self.begun = True
        said = choice.get("delta") or choice.get("message") or {}
        for at, call in enumerate(said.get("tool_calls") or ()):
            self._called(int(call.get("index", at)), call)
        self.chances += [_chance(each) for each in (choice.get("logprobs") or {}).get("content") or ()]
        self.end = choice.get("finish_reason") or self.end
        text = str(said.get("content") or "")
        self.tokens += bool(text)
        return text

    def last(self) -> Piece:
        known = {"length": "length", "tool_calls": "tool_calls"}
        return Piece(
            ask=self.number,
            end="tool_calls" if self.calls else known.get(self.end, "stop"),
            prompt_tokens=int(self.usage.get("prompt_tokens") or 0),
            tokens=int(self.usage.get("completion_tokens") or self.tokens),
            log_probability=sum(each.log_probability for each in self.chances) if self.chances else None,
            chances=tuple(self.chances) if self.asked else (),
            calls=tuple(self.calls[at] for at in sorted(self.calls)),
        )

    def _called(self, at: int, call: Mapping[str, Any]) -> None:
        before = self.calls.get(at, ToolCall(id="", name="", arguments=""))
        function = call.get("function") or {}
        self.calls[at] = replace(
            before,
            id=before.id or str(call.get("id") or f"call-{at}"),
            name=before.name or str(function.get("name") or ""),
            arguments=before.arguments + str(function.get("arguments") or ""),
        )


def _written(message: Message) -> dict[str, Any]:
    """A turn as the interface spells it."""
    turn: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.calls:
        turn["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.calls
        ]
    if message.call:
        turn["tool_call_id"] = message.call
    return turn


def _chance(said: Mapping[str, Any]) -> Chance:
    others = tuple((str(each["token"]), float(each["logprob"])) for each in said.get("top_logprobs") or ())
    return Chance(token=str(said.get("token") or ""), log_probability=float(said["logprob"]), others=others)


def _taken(found: queue.Queue[Piece | BaseException | None], working: int) -> Iterator[Piece]:
    while working:
        item = found.get()
        if item is None:
            working -= 1
        elif isinstance(item, BaseException):
            raise item
        else:
            yield item


@contextmanager
def _closing(pieces: Any) -> Iterator[Any]:
    try:
        yield pieces
    finally:
        pieces.close()
