"""Values as JSON and back: one codec for what is kept, and one mapping for what is shown to people and clients.

`to_json` and `from_json` carry a whole value, for files and records that only steep reads. The named mappings are what
the command line, the server and the reports show: their keys are the same everywhere, and they are a choice, so that a
field that a value gains is not public by accident.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from steep.values import Answer, Called, Citation, Document, Hit, Pair, Passage, Verdict

__all__ = [
    "answer_json",
    "call_json",
    "citation_json",
    "document_json",
    "from_json",
    "hit_json",
    "pair_json",
    "search_json",
    "to_json",
    "verdict_json",
]

T = TypeVar("T")

# what the modules of values import for types alone, and their annotations name
_NAMES = {"Mapping": Mapping, "Sequence": Sequence, "Path": Path}
_PLACE = ("path", "start", "end", "text", "page", "heading")


def to_json(value: object) -> Any:
    """A value as plain JSON values: a dataclass becomes an object of its fields, a set or tuple a list.

    What is equal gives equal JSON, but for sets of more than one element, whose order is not kept. A float that is no
    number stays one; whoever writes a file says whether that is allowed.
    """
    from pydantic_core import to_jsonable_python

    return to_jsonable_python(value, inf_nan_mode="constants")


def from_json(kind: type[T], data: object) -> T:
    """The value of a kind that `to_json` made these JSON values of.

    Keys that a later version added are left out. Raises pydantic's ValidationError, a ValueError, where a key is
    missing or a value is of another kind.
    """
    return cast("T", _adapter(kind).validate_python(data))  # type: ignore[arg-type]  # every class is hashable


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    adapter = TypeAdapter(kind)
    if not adapter.pydantic_complete:
        adapter.rebuild(_types_namespace=_NAMES)
    return adapter


def without_none(value: Any) -> Any:
    """JSON of which what is not set is left out."""
    if isinstance(value, dict):
        return {key: without_none(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_none(inner) for inner in value]
    return value


def answer_json(answer: Answer) -> dict[str, Any]:
    """What `steep ask --json` prints and `POST /answer` returns; ``timings`` are milliseconds by stage.

    ``prompt_tokens`` and ``tokens`` are 0 where nothing counts them.
    """
    return {
        "id": answer.id,
        "question": answer.question,
        "answer": answer.text,
        "citations": [citation_json(citation) for citation in answer.citations],
        "confidence": answer.confidence,
        "abstained": answer.abstained,
        "escalated": answer.escalated,
        "refusal": answer.refusal,
        "nearest": [citation_json(each) for each in answer.nearest],
        "verdicts": [verdict_json(verdict) for verdict in answer.verdicts],
        "timings": {timing.stage: round(timing.milliseconds, 3) for timing in answer.timings},
        "prompt_tokens": answer.prompt_tokens,
        "tokens": answer.tokens,
        "arm": answer.arm,
        "profile": answer.profile,
        "adapter": answer.versions.adapter,
        "generation": answer.versions.generation,
        "caller": answer.caller,
        "versions": to_json(answer.versions),
        "note": answer.note,
        "route": answer.route,
        "calls": [call_json(call) for call in answer.calls],
        "hits": [hit_json(hit) for hit in answer.hits],
    }


def search_json(question: str, hits: Sequence[Hit], generation: int | None) -> dict[str, Any]:
    """What `steep search --json` prints and `POST /search` returns."""
    return {"question": question, "generation": generation, "hits": [hit_json(hit) for hit in hits]}


def document_json(document: Document, passages: Sequence[Passage]) -> dict[str, Any]:
    """What `steep documents show --json` prints; all offsets are into ``text``."""
    shown = ("id", "start", "end", "heading", "page", "lead", "indexed_text")
    return {
        **_picked(document, ("path", "title", "text", "pages", "blocks", "left_out")),
        "id": document.id,
        "version": document.version,
        "passages": [{name: to_json(getattr(each, name)) for name in shown} for each in passages],
    }


def pair_json(pair: Pair) -> dict[str, Any]:
    """A pair as the service shows it; ``spans`` say where in which document the answer stands."""
    return {"id": pair.id, "answerable": pair.answerable, **to_json(pair)}


def citation_json(citation: Citation) -> dict[str, Any]:
    """``start`` and ``end`` are character offsets into the document's text; ``heading`` is outermost first."""
    return _picked(citation, _PLACE)


def call_json(call: Called) -> dict[str, Any]:
    """``id`` is what an asker sends back to confirm it; ``arguments`` is JSON text, as the model wrote it."""
    return _picked(call, ("id", "name", "arguments", "result", "outcome", "seconds"))


def hit_json(hit: Hit) -> dict[str, Any]:
    """``also`` are the places of its copies."""
    also = [_picked(each, ("path", "start", "end", "page", "heading")) for each in hit.also]
    return {**_picked(hit.passage, _PLACE), "score": hit.score, "rank": hit.rank, "also": also}


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    return _picked(verdict, ("guardrail", "stage", "action", "reason", "findings"))


def _picked(value: object, names: Sequence[str]) -> dict[str, Any]:
    whole: Mapping[str, Any] = to_json(value)
    return {name: whole[name] for name in names}
