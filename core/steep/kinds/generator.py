"""A generator: a question, with or without passages, becomes a draft of an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from steep.values import Hit, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterRef:
    """The adapter that one request asks for: its folder in PEFT's layout, and its version as cache key."""

    version: str
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """``question`` stands alone (history was condensed into it); ``history`` is for models that use it.

    ``barred`` maps a passage id to character ranges of it that may not be quoted. ``messages`` replaces the
    default prompt where a flow or a synthesizer writes its own. ``insist`` asks for the best answer there is, where
    the generator would rather abstain: a check of what it sees in a passage, never an answer for a user.
    """

    question: str
    hits: tuple[Hit, ...] = ()
    history: tuple[Message, ...] = ()
    prompt: str = ""
    messages: tuple[Message, ...] = ()
    adapter: AdapterRef | None = None
    barred: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    max_tokens: int = 256
    temperature: float = 0.0
    seed: int = 0
    insist: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A stretch of a passage that a draft rests on, as offsets into ``Passage.text``."""

    passage: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a generator wrote, before citations are checked. ``prompt_tokens`` and ``tokens`` are counts."""

    text: str
    quotes: tuple[Quote, ...] = ()
    confidence: float | None = None
    abstained: bool = False
    reason: str = ""
    prompt_tokens: int = 0
    tokens: int = 0


class Generator(Protocol):
    """Answers a question. ``digest`` names the base model; ``writes`` is False for one that can only quote.

    ``closed_book`` says whether it can answer without passages.
    """

    @property
    def digest(self) -> str: ...

    @property
    def writes(self) -> bool: ...

    @property
    def closed_book(self) -> bool: ...

    def generate(self, request: GenerationRequest) -> Draft: ...


KIND = Kind(
    name="generator",
    summary="answers questions",
    table='[generator]\nuse = "NAME"',
)
