"""What the requests of OpenAI's interface have in common, and what becomes of each parameter.

Every parameter is heeded, refused with its name, or named in the header ``x-steep-ignored``: none is silently left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field

from steep.server.errors import BadRequest
from steep.server.schemas import Truth

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "MOST_ANSWERS",
    "Drawing",
    "Sampling",
    "StreamOptions",
    "Tokens",
    "headers",
    "ignored",
    "needless",
    "prompts_of",
    "refuse",
]

MOST_ANSWERS = 8
"""Answers to one request (``n``): each is worked out."""

IGNORED = "x-steep-ignored"

# parameters by the setting of a generator that they are; a generator that writes nothing heeds none of them
_SETTINGS = {
    "max_tokens": "max_tokens",
    "max_completion_tokens": "max_tokens",
    "max_output_tokens": "max_tokens",
    "temperature": "temperature",
    "top_p": "top_p",
    "seed": "seed",
    "confirm": "confirm",
}
_ODD = re.compile(r"[^\x21-\x2b\x2d-\x7e]")  # what has no place in a header's list
_LONGEST, _MOST = 64, 32  # characters of a name in it, and names


Tokens = (
    Annotated[list[int], Field(min_length=1)]
    | Annotated[list[Annotated[list[int], Field(min_length=1)]], Field(min_length=1)]
)
"""Numbers of tokens, of one text or several: they are understood so that they can be refused in words."""


class StreamOptions(BaseModel, extra="ignore"):
    include_usage: Truth = False


class Drawing(BaseModel, extra="allow", allow_inf_nan=False):
    """``model`` is a profile, with or without the project's name before it; ``temperature`` is 0 where none is said.

    ``confirm`` is ours: ids of calls, from ``steep.calls`` of an earlier answer, that change something and may be made.
    """

    model: str
    stream: Truth | None = None
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, ge=0, le=1)
    seed: int | None = Field(None, ge=-(2**63), lt=2**63)
    confirm: list[str] | None = Field(None, max_length=20)

    @property
    def stops(self) -> tuple[str, ...]:
        """Texts before which an answer ends."""
        return ()


class Sampling(Drawing):
    """What the interfaces have that give several answers, each up to a text at which it stops."""

    n: int | None = Field(None, ge=1, le=MOST_ANSWERS)
    stop: str | Annotated[list[str], Field(max_length=16)] | None = None
    stream_options: StreamOptions | None = None

    @property
    def stops(self) -> tuple[str, ...]:
        given = [self.stop] if isinstance(self.stop, str) else self.stop or []
        return tuple(stop for stop in given if stop)

    @property
    def usage_wanted(self) -> bool:
        """Whether a stream shall end with what it cost."""
        return self.stream_options is not None and self.stream_options.include_usage


def refuse(request: BaseModel, reasons: Mapping[str, str]) -> None:
    """Raises BadRequest for a parameter that cannot be left out without changing what was asked for."""
    for name, value in (request.model_extra or {}).items():
        if name in reasons and not needless(value):
            raise BadRequest(f"`{name}` is not supported: {reasons[name]}.", param=name, code="unsupported_parameter")


def ignored(request: BaseModel, heeds: frozenset[str], *further: str) -> tuple[str, ...]:
    """The names of what was sent and makes no difference, with a generator that heeds these settings."""
    extra = [name for name, value in (request.model_extra or {}).items() if not needless(value)]
    unheeded = [
        name
        for name, setting in _SETTINGS.items()
        if getattr(request, name, None) is not None and setting not in heeds and name not in extra
    ]
    return tuple(sorted({*extra, *unheeded, *further}))


def headers(names: tuple[str, ...]) -> dict[str, str]:
    shown = [_ODD.sub("?", name[:_LONGEST]) for name in names[:_MOST]]
    return {IGNORED: ", ".join(shown)} if shown else {}


def prompts_of(given: str | list[str] | list[int] | list[list[int]], param: str) -> list[str]:
    """The texts that were sent; raises BadRequest for tokens, whose numbers mean other words to each model."""
    texts = [given] if isinstance(given, str) else [each for each in given if isinstance(each, str)]
    if len(texts) < (1 if isinstance(given, str) else len(given)):
        raise BadRequest(
            f"`{param}` holds token numbers, which this server cannot know the vocabulary of; send text "
            "(LangChain: `check_embedding_ctx_length=False`).",
            param=param,
            code="unsupported_value",
        )
    return texts


def needless(value: Any) -> bool:
    """Whether a parameter says what is so anyway: nothing, none, zero or false."""
    return value is None or value is False or value == 0 or value in ("", [], {})


class JsonSchema(BaseModel, extra="ignore"):
    json_schema: dict[str, Any] | None = Field(None, alias="schema")


class ResponseFormat(BaseModel, extra="ignore"):
    """``json_schema`` needs its ``schema``."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None

    @property
    def schema_asked(self) -> dict[str, Any] | None:
        """The JSON schema that the answer must fit; None where any text will do."""
        if self.type == "text":
            return None
        if self.type == "json_object":
            return {"type": "object"}
        if self.json_schema is None or self.json_schema.json_schema is None:
            raise BadRequest(
                "`response_format` of type json_schema needs `json_schema.schema`.",
                param="response_format",
                code="invalid_value",
            )
        return self.json_schema.json_schema
