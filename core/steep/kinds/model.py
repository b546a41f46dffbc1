"""A model: messages in, pieces out. It runs tokens and knows nothing of documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from steep.values import Message, ToolCall


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterRef:
    """The adapter that one request asks for: its folder in PEFT's layout, and its version as cache key.

    ``job`` is the intrinsic that it was taught, in whose words it is asked; "" for one that was taught none.
    """

    version: str
    folder: Path
    job: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request to a model; several are answered in one batch, each with its own adapter and seed.

    ``temperature`` 0 takes the likeliest token. The reply ends at the model's own end of turn, before any text of
    ``stop``, or after ``max_tokens``. ``top_p`` draws among the likeliest tokens that have this share of probability
    together. ``schema`` is a JSON schema that the reply must fit; ``tools`` are functions in OpenAI's form. ``chances``
    asks for the probability of each token, and of so many others at its place. A model that cannot do what is asked
    raises Unable or ModelError; it never leaves it out silently.
    """

    messages: tuple[Message, ...]
    adapter: AdapterRef | None = None
    max_tokens: int = 256
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    schema: Mapping[str, Any] | None = None
    tools: tuple[Mapping[str, Any], ...] = ()
    chances: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """A token of a reply with its log-probability, and those of the likeliest tokens at its place, likeliest first."""

    token: str
    log_probability: float
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a reply: ``ask`` says to which request of the batch it belongs.

    ``end`` is empty until the last piece of a reply, which says why it ended (stop, length or tool_calls) and carries
    the counts: ``prompt_tokens``, ``tokens``, and ``log_probability``, the reply's sum, where the model knows it.
    ``chances`` are the tokens of its text, where they were asked for. ``note`` says what was left out to fit the
    context.
    """

    text: str = ""
    ask: int = 0
    end: str = ""
    prompt_tokens: int = 0
    tokens: int = 0
    log_probability: float | None = None
    calls: tuple[ToolCall, ...] = ()
    chances: tuple[Chance, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A reply whose likelihood is asked for; the messages end with the user's."""

    messages: tuple[Message, ...]
    reply: str
    adapter: AdapterRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What a model is made of: its files or address, how large they are (None: unknown), under which licence.

    ``runs`` says on what it is computed, and in which number format.
    """

    source: str
    runs: str
    megabytes: float | None = None
    licence: str = ""


@runtime_checkable
class Described(Protocol):
    """A model that can say what it is made of, without loading it."""

    def card(self) -> ModelCard: ...


@runtime_checkable
class Loads(Protocol):
    """A model whose first request waits for its weights, unless they are loaded before."""

    def load(self) -> None:
        """Hold the weights, as the first request would; nothing where they are held already."""
        ...


@runtime_checkable
class Together(Protocol):
    """A model that writes the replies of several callers together, ``at_once`` of them for little more than one."""

    @property
    def at_once(self) -> int: ...


class Model(Protocol):
    """Writes and weighs replies. Thread-safe; per-request state travels in the request.

    ``digest`` names the weights; ``context`` is the number of tokens that prompt and reply may have together.
    """

    @property
    def digest(self) -> str: ...

    @property
    def context(self) -> int: ...

    def chat(self, asks: Sequence[Ask]) -> Iterator[Piece]:
        """The replies, in pieces as they are written; closing the iterator stops the work."""
        ...

    def score(self, asks: Sequence[Scored]) -> Sequence[float]:
        """The log-likelihood of each reply, end of turn included; raises ModelError where it cannot be known."""
        ...


KIND = Kind(
    name="model",
    summary="runs a language model",
    table='[model.NAME]\nuse = "NAME"',
    advice=(
        "What it cannot do (an adapter, tools, a schema) it refuses by `ModelError` or `Unable` before the "
        "first piece, and leaves nothing out silently. A server that does not answer is a `ModelError` too. "
        "Its offer's `where` says cheaply, before anything is loaded, whether it can run. One that describes "
        "itself (`Described`) is shown by `steep models`; one with weights to load (`Loads`) is loaded before the "
        "first question; one that can be tuned (`Tunable`) gives a trainee."
    ),
)
