"""The embedders that come with steep: the embedded default, a larger one, and any Sentence Transformers model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, NoOptions, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from steep.kinds import Embedder


class SentenceTransformersOptions(BaseModel, extra="forbid", frozen=True):
    """Options of the embedder `sentence-transformers`."""

    model: str = Field(min_length=1, description="a hub id, or a path relative to steep.toml")
    revision: str | None = Field(default=None, description="a branch, tag or commit on the hub")
    query_prompt: str = Field(default="", description="put before every question, as E5 and BGE want it")
    passage_prompt: str = Field(default="", description="put before every passage")
    batch: int = Field(default=32, ge=1, le=4096, description="texts a batch")


class MiniLMOptions(BaseModel, extra="forbid", frozen=True):
    """Options of the embedder `minilm`."""

    taught: bool = Field(
        default=True, description="with the starter that was taught on questions about manuals and handbooks"
    )


def _minilm(options: MiniLMOptions, context: Context) -> Embedder:
    from steep_plugins.embedders.encoder import STARTER, EncoderEmbedder
    from steep_plugins.encoders import MINILM

    return EncoderEmbedder(MINILM, adapter=STARTER if options.taught else None, device=context.device)


def _where_minilm() -> str:
    from steep_plugins.encoders import MINILM, where

    return where(MINILM)


def _mpnet(options: NoOptions, context: Context) -> Embedder:
    from steep_plugins.embedders.encoder import EncoderEmbedder
    from steep_plugins.encoders import MPNET

    return EncoderEmbedder(MPNET, device=context.device)


def _where_mpnet() -> str:
    from steep_plugins.encoders import MPNET, where

    return where(MPNET)


def _sentence_transformers(options: SentenceTransformersOptions, context: Context) -> Embedder:
    from steep_plugins.embedders.sentence_transformers import SentenceTransformersEmbedder

    local = context.project / options.model if context.project else None
    return SentenceTransformersEmbedder(
        model=str(local) if local and local.is_dir() else options.model,
        revision=options.revision,
        query_prompt=options.query_prompt,
        passage_prompt=options.passage_prompt,
        batch=options.batch,
        device=context.device,
    )


@hookimpl
def steep_offers() -> Iterable[Offer[Any]]:
    """Offer the embedded default, the larger encoder, and the door to the hub's models."""
    yield offer(
        kind="embedder",
        name="minilm",
        summary="all-MiniLM-L6-v2 from the installed package, taught on questions: 384 dimensions, English",
        config=MiniLMOptions,
        build=_minilm,
        where=_where_minilm,
    )
    yield offer(
        kind="embedder",
        name="mpnet",
        summary="all-mpnet-base-v2 from the hub's cache or its packages: 768 dimensions, English, larger",
        build=_mpnet,
        where=_where_mpnet,
    )
    yield offer(
        kind="embedder",
        name="sentence-transformers",
        summary="Any Sentence Transformers model, by hub id or path",
        config=SentenceTransformersOptions,
        build=_sentence_transformers,
    )
