"""The indexes that come with steep: dense (faiss) and lexical (bm25)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from steep.kinds import Index


class FaissOptions(BaseModel, extra="forbid", frozen=True):
    """Options of the index `faiss`. Eight bits and clusters save time and disk, and find a little less."""

    exact_until: int = Field(default=200_000, ge=0, description="passages up to which every vector is kept whole")
    flat_until: int = Field(default=1_000_000, ge=0, description="passages from which vectors are clustered")
    probes: int = Field(default=64, ge=1, description="clusters that a search looks into")


class Bm25Options(BaseModel, extra="forbid", frozen=True):
    """Options of the index `bm25`."""

    k1: float = Field(default=1.2, ge=0, le=10, description="how soon repeating a word stops to count")
    b: float = Field(default=0.75, ge=0, le=1, description="how much long passages are held back")
    language: Literal[
        "none", "danish", "dutch", "english", "french", "german", "italian", "norwegian", "portuguese", "russian",
        "spanish", "swedish", "turkish",
    ] = Field(default="english", description="whose endings and stop words are removed")  # fmt: skip


def _faiss(options: FaissOptions, context: Context) -> Index:
    from steep_indexes.faiss import FaissIndex

    return FaissIndex(exact_until=options.exact_until, flat_until=options.flat_until, probes=options.probes)


def _bm25(options: Bm25Options, context: Context) -> Index:
    from steep_indexes.bm25 import Bm25Index

    return Bm25Index(k1=options.k1, b=options.b, language=options.language)


@hookimpl
def steep_offers() -> Iterable[Offer[Any]]:
    """Offer the dense and the lexical index."""
    yield offer(
        kind="index",
        name="faiss",
        summary="Dense vectors: exact cosine search, compressed when the collection is large",
        config=FaissOptions,
        build=_faiss,
    )
    yield offer(
        kind="index",
        name="bm25",
        summary="Okapi BM25 over stemmed words",
        config=Bm25Options,
        build=_bm25,
    )
