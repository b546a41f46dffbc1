"""/v1/models: the profiles that can answer now, and what a model's name stands for."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from typing import Any

from litestar import Request, get
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import SerializationException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from steep.flows.answer import Answerer
from steep.server.callers import needs
from steep.server.errors import BadRequest, UnknownModel
from steep.workspace.places import FILE_NAME
from steep.workspace.project import Project

__all__ = ["EMBEDDER", "ROUTES", "asked_profile", "known_model", "profile_of", "readable"]


EMBEDDER = "embedder"
"""What the embedder is called as a model: ``harbor/embedder``, or ``embedder`` alone."""


@get("/v1/models", sync_to_thread=True, guards=[needs("ask")])
def models(state: State) -> dict[str, Any]:
    """The profiles that can answer now, as models: arms, and profiles of steep.toml.

    One that needs an adapter is listed when there is one for its alias; one that answers without passages, when the
    generator can. What embeds, `embedder`, does not answer and is not in the list.
    """
    return {"object": "list", "data": [_model(state.project, name) for name in _ready(state.answerer)]}


@get("/v1/models/{name:path}", sync_to_thread=True, guards=[needs("ask")])
def model(state: State, name: FromPath[str]) -> dict[str, Any]:
    """One model; 404 says what a profile lacks that is there and cannot answer now."""
    if name.lstrip("/").removeprefix(f"{state.project.config.project.name}/") == EMBEDDER:
        return _model(state.project, EMBEDDER)
    profile = asked_profile(state.project, state.answerer, name.lstrip("/"))
    if lacking := state.answerer.lacks(profile):
        raise UnknownModel(f"the model `{profile}` cannot answer now: {lacking}", param="model", code="model_not_ready")
    return _model(state.project, profile)


async def readable(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard: what is no JSON is refused in words."""
    await _body(connection)


async def known_model(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard: an unknown model is 404 whatever else is wrong with the request; the body is checked after this."""
    body = await _body(connection)
    name = body.get("model") if isinstance(body, dict) else None
    if isinstance(name, str):
        profile_of(connection.app.state.project, connection.app.state.answerer, name)


async def _body(connection: ASGIConnection[Any, Any, Any, Any]) -> Any:
    assert isinstance(connection, Request)
    try:
        return await connection.json()
    except (SerializationException, UnicodeDecodeError) as error:
        why = "its text is not UTF-8" if isinstance(error, UnicodeDecodeError) else "it is not JSON"
    except RecursionError:
        why = "it is nested too deeply"
    raise BadRequest(f"the body cannot be read: {why}.", code="invalid_json")


def profile_of(project: Project, answerer: Answerer, name: str) -> str:
    """The profile that a model name stands for: ``harbor/rag``, or ``rag`` alone."""
    profile = name.removeprefix(f"{project.config.project.name}/")
    if profile not in answerer.profiles:
        known = ", ".join(f"`{project.config.project.name}/{each}`" for each in _ready(answerer))
        raise UnknownModel(
            f"there is no model `{name}`; these can answer now: {known or 'none'}.",
            param="model",
            code="model_not_found",
        )
    return profile


def asked_profile(project: Project, answerer: Answerer, name: str) -> str:
    """The same for a program that asks it: one that the generator rules out is no model, and says why."""
    profile = profile_of(project, answerer, name)
    if ruled_out := answerer.rules_out(profile):
        raise UnknownModel(f"there is no model `{name}`: {ruled_out}", param="model", code="model_not_found")
    return profile


def _model(project: Project, profile: str) -> dict[str, Any]:
    created = int((project.folder / FILE_NAME).stat().st_mtime)
    identity = f"{project.config.project.name}/{profile}"
    return {"id": identity, "object": "model", "created": created, "owned_by": "steep"}


def _ready(answerer: Answerer) -> list[str]:
    return [name for name in answerer.profiles if not answerer.lacks(name)]


ROUTES = [models, model]
