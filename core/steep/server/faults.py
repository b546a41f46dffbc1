"""What every route says when something is wrong, for OpenAPI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from litestar.openapi import ResponseSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["with_faults"]


@dataclass(frozen=True, kw_only=True)
class Told:
    """``message`` says what was asked, what was found and what to do; ``param`` names what is wrong with a request."""

    message: str
    type: str
    param: str | None
    code: str | None


@dataclass(frozen=True, kw_only=True)
class Faulty:
    error: Told


_MEANT = {
    400: "What was sent cannot be done; the message says why.",
    401: "Nobody has signed in, or with a key that is none.",
    403: "The caller may not do this.",
    404: "It is not there, or not this caller's to see.",
    409: "Something else is at work, or what should be changed was changed meanwhile.",
    413: "More bytes than are taken.",
    415: "The body is not declared as what it is.",
    429: "Too much for now; `Retry-After` says when to come again.",
    500: "The server failed; its log says why.",
    502: "A JSON schema was asked for, and what the model wrote does not fit it.",
    503: "It cannot be done now: nothing is indexed, an adapter cannot be used, or too much waits.",
}
_FAULTS = {
    status: ResponseSpec(data_container=Faulty, description=meant, generate_examples=False)
    for status, meant in _MEANT.items()
}


def with_faults(handlers: Sequence[Any]) -> list[Any]:
    """The handlers, with all that they may say instead of what they are for."""
    for handler in handlers:
        handler.responses = {**_FAULTS, **(handler.responses or {})}
    return list(handlers)
