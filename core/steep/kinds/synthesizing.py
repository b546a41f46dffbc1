"""What synthesizers and formatters are: documents become pairs, pairs become conversations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds.generating import Generator
    from steep.values import Conversation, Document, Pair, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesisRequest:
    """``documents`` have their blocks; ``passages`` are those of the documents, in order.

    ``count`` is how many pairs are wanted; a synthesizer may yield more, the filters choose. ``generator`` is the
    project's generator when it can write, else None.
    """

    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    count: int
    seed: int
    generator: Generator | None = None


class Synthesizer(Protocol):
    """Writes pairs from documents, the same ones for the same seed; every span lies in a given passage."""

    def synthesize(self, request: SynthesisRequest) -> Iterator[Pair]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatRequest:
    """``passages`` are those that the model shall see with the question, golden and others, in that order."""

    pair: Pair
    passages: tuple[Passage, ...] = ()


class Formatter(Protocol):
    """Lays a pair out as a conversation whose last message is the assistant's answer."""

    def format(self, request: FormatRequest) -> Conversation: ...
