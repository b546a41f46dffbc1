"""A synthesizer: documents become pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from steep.kinds.model import Model
    from steep.values import Document, Pair, Passage


def _unheard(note: str) -> None:
    """What becomes of a note where nobody listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesisRequest:
    """``documents`` have their blocks; ``passages`` are those of the documents, in order.

    ``count`` is how many pairs are wanted; a synthesizer may yield more, the filters choose. ``model`` is the language
    model to write them with, or None where steep.toml names none. ``note`` takes a sentence for the summary: what was
    left out, and why.
    """

    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    count: int
    seed: int
    model: Model | None = None
    note: Callable[[str], None] = _unheard


class Synthesizer(Protocol):
    """Writes pairs from documents, the same ones for the same seed; every span lies in a given passage."""

    def synthesize(self, request: SynthesisRequest) -> Iterator[Pair]: ...


KIND = Kind(
    name="synthesizer",
    summary="writes pairs from documents",
    table='[[synthesizer]]\nuse = "NAME"\npairs = 500',
    reserved=("use", "pairs", "model"),
    advice=(
        "Offsets of spans are the document's, so a place in `passage.text` is moved by `passage.start`. A "
        "pair without spans is one that the documents do not answer; its answer is empty. `request.model` is "
        "None where steep.toml names no model. `request.note` takes a sentence for the summary."
    ),
)
