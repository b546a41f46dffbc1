"""Adapters: the versions with what they were made of and what they scored, and the aliases that point to them."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from pydantic import BaseModel, Field

from steep.flows import adapters as flow
from steep.flows import rollout
from steep.server.callers import caller_of, needs
from steep.server.page.frame import page, project_of
from steep.values import AdapterVersion
from steep.workspace.adapters import AliasMove
from steep.workspace.project import Project

__all__ = ["ROUTES"]

PRODUCTION = "production"


class MoveForm(BaseModel, extra="ignore"):
    """``standing`` is what the alias pointed to when the page was shown: a second click finds it moved."""

    name: str = ""
    alias: str = PRODUCTION
    standing: str = ""
    reason: str = ""


class TrialForm(BaseModel, extra="ignore"):
    """``percent`` of the alias's callers are answered with the version."""

    alias: str = PRODUCTION
    percent: float = Field(10, ge=0.1, le=99.9)


@get("/adapters", sync_to_thread=True, guards=[needs("operate")])
def adapters_view(request: Request[Any, Any, Any]) -> Response[str]:
    project = project_of(request)
    versions = project.adapters.versions()
    aliases = project.adapters.aliases()
    return page(
        request,
        "adapters.html",
        view="adapters",
        versions=versions,
        pointing={each.version: _aliases_of(aliases, each.version) for each in versions},
        aliases=[(alias, project.adapters.history(*_parts(alias))[-1:]) for alias in aliases],
        forgetting={each.version: _forgotten(each.lineage) for each in versions},
        rollouts=rollout.listed(project),
    )


@get("/adapters/{version:str}", sync_to_thread=True, guards=[needs("operate")])
def adapter_view(request: Request[Any, Any, Any], version: FromPath[str]) -> Response[str]:
    project = project_of(request)
    found = project.adapters.resolve(version)
    aliases = project.adapters.aliases()
    return page(
        request,
        "adapter.html",
        view="adapters",
        adapter=found,
        pointing=_aliases_of(aliases, found.version),
        standing=aliases.get(f"{found.name}@{PRODUCTION}", ""),
        tried=project.rollouts.running(found.name),
        moves=_moves(project, found.name),
        damage=project.adapters.damage(found.version),
        made_of=_made_of(found),
        phases=found.lineage.get("phases", ()),
        forgetting=_forgotten(found.lineage),
    )


@post("/adapters/{version:str}/promote", status_code=200, sync_to_thread=True, guards=[needs("operate")])
def promote(request: Request[Any, Any, Any], version: FromPath[str], data: URLEncodedBody[MoveForm]) -> Redirect:
    """Point an alias at a version; what is asked from then on is answered with it."""
    flow.promote(
        project_of(request),
        version,
        alias=data.alias,
        reason=data.reason.strip() or "promoted on the page",
        caller=caller_of(request),
        standing=data.standing,
    )
    return Redirect("/adapters?done=promoted", status_code=303)


@post("/adapters/rollback", status_code=200, sync_to_thread=True, guards=[needs("operate")])
def roll_back(request: Request[Any, Any, Any], data: URLEncodedBody[MoveForm]) -> Redirect:
    flow.rollback(project_of(request), data.name, alias=data.alias, standing=data.standing)
    return Redirect("/adapters?done=rolled-back", status_code=303)


@post("/adapters/{version:str}/try", status_code=200, sync_to_thread=True, guards=[needs("operate")])
def try_it(request: Request[Any, Any, Any], version: FromPath[str], data: URLEncodedBody[TrialForm]) -> Redirect:
    """Answer some callers with a version; the guards end it where it is shown to be worse."""
    rollout.begin(project_of(request), version, share=data.percent / 100, alias=data.alias)
    return Redirect("/adapters?done=tried", status_code=303)


@post("/rollouts/{identity:str}/stop", status_code=200, sync_to_thread=True, guards=[needs("operate")])
def stop(request: Request[Any, Any, Any], identity: FromPath[str]) -> Redirect:
    rollout.stop(project_of(request), identity, reason="stopped on the page")
    return Redirect("/adapters?done=rollout-stopped", status_code=303)


def _parts(alias: str) -> tuple[str, str]:
    name, _, own = alias.partition("@")
    return name, own


def _aliases_of(aliases: Mapping[str, str], version: str) -> list[str]:
    return [_parts(alias)[1] for alias, target in aliases.items() if target == version]


def _moves(project: Project, name: str) -> list[AliasMove]:
    found = [move for alias in project.adapters.aliases(name) for move in project.adapters.history(*_parts(alias))]
    return sorted(found, key=lambda move: -move.created)


def _forgotten(lineage: Mapping[str, Any]) -> str:
    """What was lost of general text and of instructions, in words; "" where nothing was measured."""
    told = lineage.get("forgetting")
    if not told:
        return ""
    loss, followed = told["general_loss"], told["instructions_followed"]
    return (
        f"general loss {loss['before']:.3f} → {loss['after']:.3f}, instructions followed {followed['before']:.0%} → "
        f"{followed['after']:.0%}"
    )


def _made_of(adapter: AdapterVersion) -> dict[str, str]:
    """The lineage in words: what decided the adapter, without what stands elsewhere on the page."""
    lineage = adapter.lineage
    generation = lineage.get("generation") or {}
    lora = lineage.get("lora") or {}
    told = {
        "recipe": lineage.get("recipe"),
        "base": adapter.base,
        "dataset": lineage.get("dataset"),
        "generation": generation.get("number"),
        "rows": lineage.get("rows"),
        "held-out rows": lineage.get("dev_rows"),
        "steps": lineage.get("steps"),
        "LoRA": ", ".join(f"{name} {value}" for name, value in lora.items()),
        "seed": lineage.get("seed"),
        "libraries": ", ".join(f"{name} {value}" for name, value in (lineage.get("versions") or {}).items()),
    }
    return {name: str(value) for name, value in told.items() if value not in (None, "")}


ROUTES = [adapters_view, adapter_view, promote, roll_back, try_it, stop]
