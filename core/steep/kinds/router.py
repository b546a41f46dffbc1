"""A router: a question is sent to the profile that suits it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from steep.values import Caller, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRequest:
    """``profiles`` are those that can be chosen, the default one first."""

    question: str
    caller: Caller
    profiles: tuple[str, ...]
    history: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The profile to answer with, one of those given, and why."""

    profile: str
    reason: str


class Router(Protocol):
    def route(self, request: RouteRequest) -> Route: ...


KIND = Kind(
    name="router",
    summary="sends a question to the profile that suits it",
    table='[router]\nuse = "NAME"',
    advice=(
        "A question to the profile `auto` goes through it, and `steep ask` asks so where steep.toml has a "
        "router. `steep.language.language_of(text)` tells the language."
    ),
)
