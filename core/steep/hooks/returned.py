"""What a part of each kind may return: the value, or Wrong with what is wrong with it.

Containers are taken as they come, a list for a tuple, a wider float for a narrow one; what is in them must be right,
since flows, the records and a caller's permissions rest on it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from steep.hooks.said import Wrong, instance, replies, rows, sayings, written
from steep.kinds import Check, Ranked, Route, Sifted, ToolResult
from steep.values import Block, Conversation, Document, Finding, Hit, Pair, Passage, Score

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from steep.kinds import (
        EmbedRequest,
        FilterRequest,
        GuardRequest,
        IndexQuery,
        RerankRequest,
        RetrievalRequest,
        RouteRequest,
        Scored,
        Source,
    )

__all__ = ["LOOKED_AT", "Wrong", "storable"]

_KINDS = ("heading", "paragraph", "item", "row", "code", "quote")


def _document(part: object, returned: Any, source: Source) -> Document:
    """A document whose blocks lie in its text, one behind the other."""
    document = storable(returned, source)
    position = 0
    for block in document.blocks:
        position = _block_end(instance(block, Block), position, len(document.text))
    return document


def storable(returned: Any, source: Source) -> Document:
    """A document that can be kept: it has the source's path, and text that UTF-8 can hold."""
    document: Document = instance(returned, Document)
    if document.path != source.path:
        raise Wrong(f"returned a document with another path, {document.path!r}")
    for name, text in (("text", document.text), ("title", document.title)):
        try:
            instance(text, str).encode("utf-8")
        except UnicodeEncodeError as error:
            raise Wrong(f"returned a document whose {name} UTF-8 cannot hold ({error.reason})") from None
    return document


def _block_end(block: Block, position: int, length: int) -> int:
    if block.kind not in _KINDS:
        raise Wrong(f"returned a block of the kind {block.kind!r}; there are {', '.join(_KINDS)}")
    if not position <= block.start <= block.end <= length:
        raise Wrong(
            f"returned a {block.kind} block at {block.start} to {block.end} in a text of {length} characters, "
            f"where the block before it ends at {position}"
        )
    return block.end


def _passages(part: object, returned: Any, document: Document) -> tuple[Passage, ...]:
    found = _each(returned, Passage)
    for passage in found:
        if (passage.document, passage.version) != (document.id, document.version):
            raise Wrong(f"returned a passage that is not of {document.path}")
        if not passage.text or document.text[passage.start : passage.end] != passage.text:
            raise Wrong(
                f"returned a passage whose text is not {document.path}'s from {passage.start} to {passage.end}: "
                f"{passage.text[:40]!r}"
            )
    if len({passage.id for passage in found}) < len(found):
        raise Wrong(f"returned the same stretch of {document.path} twice")
    return found


def _vectors(part: Any, returned: Any, request: EmbedRequest) -> Any:
    import numpy as np

    try:
        vectors = np.asarray(returned, dtype=np.float32)
    except (TypeError, ValueError):
        raise Wrong(f"returned {returned!r:.60}, which is no array of vectors") from None
    if vectors.shape != (len(request.texts), part.dimension):
        wanted = (len(request.texts), part.dimension)
        raise Wrong(f"returned an array of shape {vectors.shape} where {wanted} was wanted: texts, dimension")
    if not np.isfinite(vectors).all():
        raise Wrong("returned a vector with a number that is not finite")
    if len(vectors) and np.abs(np.linalg.norm(vectors, axis=1) - 1).max() > 0.01:
        raise Wrong("returned a vector that is not of length one; divide each by its norm")
    return vectors


def _opened(part: object, returned: Any, folder: object) -> Any:
    if not hasattr(returned, "search"):
        raise Wrong(f"returned {returned!r:.60}, which has no `search`")
    return returned


def _ranked(part: object, returned: Any, query: IndexQuery) -> Ranked:
    ranked = instance(returned, Ranked)
    if len(ranked.ids) != len(ranked.scores) or len(ranked.ids) > max(query.k, 0):
        raise Wrong(f"returned {len(ranked.ids)} ids and {len(ranked.scores)} scores where {query.k} were asked for")
    _finite(ranked.scores)
    if len(set(ranked.ids)) < len(ranked.ids):
        raise Wrong("returned a passage twice")
    return ranked


def _hits(part: object, returned: Any, request: RetrievalRequest | RerankRequest) -> tuple[Hit, ...]:
    """In the order in which they were returned, which is what their ranks say."""
    hits = _each(returned, Hit)
    for hit in hits:
        instance(hit.passage, Passage)
    if len(hits) > max(request.k, 0):
        raise Wrong(f"returned {len(hits)} hits where at most {request.k} were asked for")
    _finite([hit.score for hit in hits])
    if len({hit.passage.id for hit in hits}) < len(hits):
        raise Wrong("returned a passage twice")
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(hits, start=1))


def _reranked(part: object, returned: Any, request: RerankRequest) -> tuple[Hit, ...]:
    hits = _hits(part, returned, request)
    if not {hit.passage.id for hit in hits} <= {hit.passage.id for hit in request.hits}:
        raise Wrong("returned a passage that it was not given")
    return hits


def _sifted(part: object, returned: Any, request: FilterRequest) -> Sifted:
    sifted = instance(returned, Sifted)
    kept = _each(sifted.kept, Pair)
    order = iter(pair.id for pair in request.pairs)
    if not all(pair.id in order for pair in kept):
        raise Wrong("kept a pair that it was not given, or changed their order")
    if len(kept) + sum(sifted.dropped.values()) != len(request.pairs):
        counted = sum(sifted.dropped.values())
        raise Wrong(f"was given {len(request.pairs)} pairs, kept {len(kept)}, and counted {counted} as dropped")
    _finite([score for pair in kept for score in pair.scores.values()])
    return replace(sifted, kept=kept)


def _conversation(part: object, returned: Any, request: object) -> Conversation:
    conversation = instance(returned, Conversation)
    if not conversation.messages or conversation.messages[-1].role != "assistant":
        raise Wrong("returned a conversation whose last message is not the assistant's")
    return conversation


def _likelihoods(part: object, returned: Any, asks: Sequence[Scored]) -> Sequence[float]:
    scores = tuple(returned) if isinstance(returned, list | tuple) else returned
    if len(scores) != len(asks):
        raise Wrong(f"returned {len(scores)} log-likelihoods for {len(asks)} replies")
    return scores


def _question(part: object, returned: Any, request: object) -> str | None:
    if returned is not None and (not isinstance(returned, str) or not returned.strip()):
        raise Wrong(f"returned {returned!r:.60}, which is neither a question nor None")
    return returned


def _route(part: object, returned: Any, request: RouteRequest) -> Route:
    route = instance(returned, Route)
    if route.profile not in request.profiles:
        raise Wrong(f"chose the profile {route.profile!r}; it was offered {', '.join(request.profiles)}")
    return route


def _result(part: object, returned: Any, request: object) -> ToolResult:
    result = instance(returned, ToolResult)
    if not isinstance(result.text, str):
        raise Wrong(f"returned a text that is {result.text!r:.60}")
    return replace(result, hits=_each(result.hits, Hit))


def _check(part: object, returned: Any, request: GuardRequest) -> Check:
    check = instance(returned, Check)
    if not isinstance(check.passed, bool) or not isinstance(check.reason, str):
        raise Wrong(f"returned passed={check.passed!r} with the reason {check.reason!r:.60}")
    if not check.passed and not check.reason.strip():
        raise Wrong("let a text not pass, and gave no reason")
    if check.rewritten is not None and not isinstance(check.rewritten, str):
        raise Wrong(f"returned a rewritten text that is {check.rewritten!r:.60}")
    return replace(check, findings=_each(check.findings, Finding))


def _score(part: object, returned: Any, case: object) -> Score:
    score = instance(returned, Score)
    if score.value is not None:
        _finite([score.value])
    elif not score.reason.strip():
        raise Wrong("returned no value and no reason why")
    return score


def _each(returned: Any, kind: type[Any]) -> tuple[Any, ...]:
    try:
        found = tuple(returned)
    except TypeError:
        raise Wrong(f"returned {returned!r:.60} where a tuple of {kind.__name__} was wanted") from None
    for each in found:
        instance(each, kind)
    return found


def _finite(scores: Sequence[Any]) -> None:
    for score in scores:
        if not isinstance(score, int | float) or not math.isfinite(score):
            raise Wrong(f"returned the score {score!r:.60}, which is no finite number")


LOOKED_AT: Mapping[tuple[str, str], Callable[..., Any]] = {
    ("reader", "read"): _document,
    ("splitter", "split"): _passages,
    ("embedder", "embed"): _vectors,
    ("index", "build"): lambda part, returned, request: None,
    ("index", "open"): _opened,
    ("searchable", "search"): _ranked,
    ("retriever", "retrieve"): _hits,
    ("reranker", "rerank"): _reranked,
    ("synthesizer", "synthesize"): written,
    ("filter", "sift"): _sifted,
    ("formatter", "format"): _conversation,
    ("strategy", "rows"): rows,
    ("model", "chat"): replies,
    ("model", "score"): _likelihoods,
    ("generator", "answer"): sayings,
    ("guardrail", "check"): _check,
    ("metric", "score"): _score,
    ("tool", "call"): _result,
    ("router", "route"): _route,
    ("rewriter", "rewrite"): _question,
    ("tracker", "saw"): lambda part, returned, event: None,
}
"""By kind and method; a look is given the part, what it returned, and what it was asked."""
