"""The splitter that comes with steep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from steep.kinds import Splitter


class SentencesOptions(BaseModel, extra="forbid", frozen=True):
    """Options of the splitter `sentences`."""

    words: int = Field(default=150, ge=20, le=5000, description="how long a passage may be, in words")
    overlap: int = Field(default=1, ge=0, le=10, description="sentences that a passage shares with the one before")


def _sentences(options: SentencesOptions, context: Context) -> Splitter:
    from steep_plugins.splitters.sentences import SentenceSplitter

    return SentenceSplitter(words=options.words, overlap=options.overlap)


@hookimpl
def steep_offers() -> Iterable[Offer[Any]]:
    """Offer the splitter that keeps sentences, list items and table rows whole."""
    yield offer(
        kind="splitter",
        name="sentences",
        summary="Passages of whole sentences, list items and table rows, never across a heading",
        config=SentencesOptions,
        build=_sentences,
    )
