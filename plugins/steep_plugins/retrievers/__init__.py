"""The retrievers that come with steep: all indexes fused, with a model's help or without, or one of them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from steep.kinds import Library, Retriever


class HybridOptions(BaseModel, extra="forbid", frozen=True):
    """Options of the retriever `hybrid`. Indexes are named as in steep.toml, `[index.NAME]`."""

    indexes: tuple[str, ...] = Field(default=(), description="which indexes to search; all when empty")
    fusion: Literal["convex", "rrf"] = Field(default="convex", description="fuse scores, or only ranks")
    weights: dict[str, float] = Field(
        default={"dense": 3.0},
        description="an index's share by its name; 1 where not given. Cosines lie closer together than BM25's scores",
    )
    growth: dict[str, Annotated[float, Field(gt=0)]] = Field(
        default={"dense": 6.0},
        description="words of a question from which an index's share grows with them, by its name (convex): of many "
        "words most tell nothing of what is sought, and BM25 adds all of them",
    )
    floors: dict[str, float] = Field(
        default={"dense": -1.0}, description="the least score an index can give, by its name; 0 where not given"
    )
    depth: int = Field(default=100, ge=1, description="passages taken from each index before fusing")
    rrf_k: int = Field(default=60, ge=0, description="how flat ranks are weighed by `rrf`")
    feedback: float = Field(
        default=0.3,
        ge=0,
        le=2,
        description="how far the question moves towards the two passages found best (convex)",
    )
    neighbours: float = Field(
        default=0.15, ge=0, le=0.9, description="share of a score that comes from the passages most like it (convex)"
    )


class ExpandedOptions(HybridOptions, extra="forbid", frozen=True):
    """Options of the retriever `expanded`: those of `hybrid`, and who writes what is searched beside the question."""

    model: str = Field(default="main", description="a model of [model.NAME]; a small one knows too few words to help")


class SingleOptions(BaseModel, extra="forbid", frozen=True):
    """Options of a retriever over one index; the index's name in steep.toml."""

    index: str = Field(default="", description="which index to search; the one named like the retriever when empty")


def _library(context: Context) -> Library:
    if context.library is None:
        raise ConfigError("a retriever needs an index to search; run `steep index` first.")
    return context.library


def _hybrid(options: HybridOptions, context: Context) -> Retriever:
    from steep_plugins.retrievers.hybrid import Hybrid

    library = _library(context)

    def named(key: str, values: Mapping[str, float]) -> dict[str, float]:
        """The defaults are of indexes that may have other names here."""
        return {name: each for name, each in values.items() if key in options.model_fields_set or name in library.names}

    return Hybrid(
        library,
        indexes=options.indexes,
        fusion=options.fusion,
        weights=named("weights", options.weights),
        growth=named("growth", options.growth),
        floors=options.floors,
        depth=options.depth,
        rrf_k=options.rrf_k,
        feedback=options.feedback,
        neighbours=options.neighbours,
    )


def _expanded(options: ExpandedOptions, context: Context) -> Retriever:
    from steep_plugins.retrievers.expanded import Expanded

    if context.model is None:
        raise ConfigError("the retriever `expanded` needs a project whose steep.toml names a model in [model.NAME].")
    return Expanded(_hybrid(options, context), context.model(options.model))


def _dense(options: SingleOptions, context: Context) -> Retriever:
    from steep_plugins.retrievers.single import Single

    return Single(_library(context), index=options.index or "dense", embeds=True)


def _lexical(options: SingleOptions, context: Context) -> Retriever:
    from steep_plugins.retrievers.single import Single

    return Single(_library(context), index=options.index or "lexical", embeds=False)


@hookimpl
def steep_offers() -> Iterable[Offer[Any]]:
    """Offer the fused retriever, and one for each sort of index."""
    yield offer(
        kind="retriever",
        name="hybrid",
        summary="Searches every index and fuses the scores",
        config=HybridOptions,
        build=_hybrid,
    )
    yield offer(
        kind="retriever",
        name="expanded",
        summary="`hybrid` with the question, and with the terms that a language model thinks the documents use for it",
        config=ExpandedOptions,
        build=_expanded,
    )
    yield offer(
        kind="retriever",
        name="dense",
        summary="Searches one index by the question's vector",
        config=SingleOptions,
        build=_dense,
    )
    yield offer(
        kind="retriever",
        name="lexical",
        summary="Searches one index by the question's words",
        config=SingleOptions,
        build=_lexical,
    )
