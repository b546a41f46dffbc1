"""/v1/embeddings: the vectors that this project's embedder gives texts, for programs that index by themselves."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

import base64
from typing import Annotated, Any, Literal

from litestar import Response, post
from litestar.datastructures import State
from litestar.params import JSONBody
from pydantic import BaseModel, Field

from steep.kinds import Counting, Embedder, EmbedRequest
from steep.server.admission import WORK
from steep.server.callers import needs
from steep.server.errors import BadRequest, UnknownModel
from steep.server.openai.models import EMBEDDER, readable
from steep.server.openai.settings import Tokens, headers, ignored, prompts_of

__all__ = ["ROUTES", "EmbeddingRequest"]

_MOST = 2048  # texts


class EmbeddingRequest(BaseModel, extra="allow"):
    """``input_type`` says whether texts are looked for (``query``) or looked through, where the model tells them apart.

    ``dimensions`` can only be what the model has: a vector cut short would be another model's.
    """

    model: str
    input: str | Annotated[list[str], Field(min_length=1, max_length=_MOST)] | Tokens
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: int | None = Field(None, ge=1)
    input_type: Literal["query", "passage"] | None = None


@post("/v1/embeddings", status_code=200, sync_to_thread=True, guards=[needs("ask"), readable], opt=WORK)
def embeddings(state: State, data: JSONBody[EmbeddingRequest]) -> Response[Any]:
    """The vectors of texts, each of length one, as numbers or as base64 of 32-bit floats (little-endian).

    `steep.cut` lists the texts that are longer than the model reads; `usage` counts what it read, and is 0 where the
    embedder counts nothing.
    """
    project = state.project
    name = f"{project.config.project.name}/{EMBEDDER}"
    if data.model not in (EMBEDDER, name):
        raise UnknownModel(
            f"there is no model `{data.model}` that embeds; this one does: `{name}`.",
            param="model",
            code="model_not_found",
        )
    texts = prompts_of(data.input, "input")
    if not all(texts):
        raise BadRequest("`input` holds an empty text.", param="input", code="invalid_value")
    embedder: Embedder = project.embedder()
    if data.dimensions not in (None, embedder.dimension):
        raise BadRequest(
            f"`dimensions` can only be {embedder.dimension}, as many as this model has.",
            param="dimensions",
            code="unsupported_value",
        )
    vectors = embedder.embed(EmbedRequest(texts=tuple(texts), role=data.input_type or "passage"))
    rows = [
        {"object": "embedding", "index": index, "embedding": _encoded(vector, data.encoding_format)}
        for index, vector in enumerate(vectors)
    ]
    read, cut = _read(embedder, texts)
    body = {
        "object": "list",
        "model": data.model,
        "data": rows,
        "usage": {"prompt_tokens": read, "total_tokens": read},
        "steep": {"cut": cut},
    }
    return Response(body, headers=headers(ignored(data, frozenset())))


def _encoded(vector: Any, form: str | None) -> list[float] | str:
    if form == "base64":
        return base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")
    numbers: list[float] = vector.tolist()
    return numbers


def _read(embedder: Embedder, texts: list[str]) -> tuple[int, list[int]]:
    """How many tokens were read, and which texts were longer than that."""
    if not isinstance(embedder, Counting):
        return 0, []
    counts, most = embedder.count(texts), embedder.reads
    return sum(min(each, most) for each in counts), [at for at, each in enumerate(counts) if each > most]


ROUTES = [embeddings]
