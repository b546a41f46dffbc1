"""/api/v1/adapters: versions with their lineage and scores, and the aliases that point to them."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from typing import Any

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery, JSONBody
from pydantic import BaseModel, Field

from steep.flows import adapters as flow
from steep.server.callers import caller_of, needs
from steep.wire import to_json
from steep.workspace.sections import Name

__all__ = ["ROUTES", "PromotionBody", "RollbackBody"]

PRODUCTION = "production"


class PromotionBody(BaseModel, extra="forbid"):
    """``standing`` is the version that the alias was seen to point to, "" for none: 409 where it was moved since."""

    reason: str = Field(min_length=1, max_length=1000)
    alias: Name = PRODUCTION
    standing: str | None = Field(None, max_length=64)


class RollbackBody(BaseModel, extra="forbid"):
    """``name`` is the adapter's; by default the project's."""

    name: Name | None = None
    alias: Name = PRODUCTION
    standing: str | None = Field(None, max_length=64)


@get("/adapters", sync_to_thread=True, guards=[needs("operate")])
def adapters(state: State) -> dict[str, Any]:
    """Every version, newest first, with its scores, what it forgot, and the aliases that point to it."""
    found = flow.listed(state.project)
    aliases = state.project.adapters.aliases()
    return {"adapters": to_json([each.to_json(whole=False) for each in found]), "aliases": aliases}


@get("/adapters/history", sync_to_thread=True, guards=[needs("operate")])
def history(state: State, name: FromQuery[str] = "", alias: FromQuery[str] = PRODUCTION) -> dict[str, Any]:
    """Every move of an alias, oldest first, with the reason."""
    chosen = name or state.project.config.project.name
    return {"name": chosen, "alias": alias, "moves": to_json(state.project.adapters.history(chosen, alias))}


@post("/adapters/rollback", status_code=200, sync_to_thread=True, guards=[needs("operate")])
def rollback(state: State, data: JSONBody[RollbackBody]) -> dict[str, Any]:
    """Point an alias where it pointed before its last move."""
    name = data.name or state.project.config.project.name
    moved: dict[str, Any] = to_json(flow.rollback(state.project, name, alias=data.alias, standing=data.standing))
    return moved


@get("/adapters/{version:str}", sync_to_thread=True, guards=[needs("operate")])
def adapter(state: State, version: FromPath[str]) -> dict[str, Any]:
    """A version with its whole lineage, and what is wrong with its files, if anything is."""
    found: dict[str, Any] = to_json(flow.shown(state.project, version).to_json())
    return found


@post("/adapters/{version:str}/promote", status_code=200, sync_to_thread=True, guards=[needs("operate")])
def promote(
    request: Request[Any, Any, Any], state: State, version: FromPath[str], data: JSONBody[PromotionBody]
) -> dict[str, Any]:
    """Point an alias at a version; what is asked from then on is answered with it. The reason is kept."""
    caller = caller_of(request)
    move = flow.promote(
        state.project, version, alias=data.alias, reason=data.reason, caller=caller, standing=data.standing
    )
    moved: dict[str, Any] = to_json(move)
    return moved


ROUTES = [adapters, history, rollback, adapter, promote]
