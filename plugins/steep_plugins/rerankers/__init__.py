"""The rerankers that come with steep. Importing this loads nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Reranker


class MiniLMOptions(BaseModel, extra="forbid", frozen=True):
    """Options of the reranker `minilm`."""

    hits: int = Field(default=20, ge=1, description="how many of what was found it reads; the rest stays behind")
    tokens: int = Field(default=384, ge=32, le=512, description="tokens of question and passage together; more are cut")
    weight: float = Field(
        default=0.7, ge=0, le=1, description="what its own judgement counts; the rest is the search's"
    )


class CrossEncoderOptions(BaseModel, extra="forbid", frozen=True):
    """Options of the reranker `cross-encoder`."""

    model: str = Field(min_length=1, description="a hub id, or a path relative to steep.toml")
    revision: str | None = Field(default=None, description="a branch, tag or commit on the hub")
    tokens: int = Field(default=512, ge=16, description="tokens of question and passage together; more are cut")
    batch: int = Field(default=16, ge=1, le=4096, description="passages a batch")


def build_minilm(options: MiniLMOptions, context: Context) -> Reranker:
    from steep_plugins.rerankers.minilm import MiniLMReranker

    return MiniLMReranker(hits=options.hits, tokens=options.tokens, weight=options.weight, device=context.device)


def where_minilm() -> str:
    from steep_plugins.encoders import MINILM, where

    return where(MINILM)


def build_cross_encoder(options: CrossEncoderOptions, context: Context) -> Reranker:
    from steep_plugins.rerankers.cross_encoder import CrossEncoderReranker

    local = context.project / options.model if context.project else None
    return CrossEncoderReranker(
        model=str(local) if local and local.is_dir() else options.model,
        revision=options.revision,
        tokens=options.tokens,
        batch=options.batch,
        device=context.device,
    )


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="reranker",
        name="minilm",
        summary="The encoder on board reads question and passage together, taught on questions about manuals: English",
        config=MiniLMOptions,
        build=build_minilm,
        where=where_minilm,
    )
    yield offer(
        kind="reranker",
        name="cross-encoder",
        summary="Reads question and passage together: any cross-encoder of Sentence Transformers, by hub id or path",
        config=CrossEncoderOptions,
        build=build_cross_encoder,
    )
