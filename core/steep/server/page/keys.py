"""Keys: who may call, with which scope and groups. A key is shown once, when it is made."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

import re
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from pydantic import BaseModel

from steep.errors import ConfigError, SteepError
from steep.server.callers import needs
from steep.server.page.faults import told
from steep.server.page.frame import page, project_of
from steep.values import SCOPES
from steep.workspace.project import Project

__all__ = ["ROUTES"]

_NUMBER = re.compile(r"\d{1,5}(?:\.\d{1,3})?")


class KeyForm(BaseModel, extra="ignore"):
    name: str = ""
    scope: str = "ask"
    groups: str = ""
    days: str = ""


@get("/keys", sync_to_thread=True, guards=[needs("admin")])
def keys_view(request: Request[Any, Any, Any]) -> Response[str]:
    return _view(request)


@post("/keys", status_code=200, sync_to_thread=True, guards=[needs("admin")])
def new_key(request: Request[Any, Any, Any], data: URLEncodedBody[KeyForm]) -> Response[str]:
    """Make a key and show it; the words are on no other page, and in no address."""
    project = project_of(request)
    try:
        days = data.days.strip()
        if days and not _NUMBER.fullmatch(days):
            raise ConfigError(f"a key cannot be good for {days[:40]!r} days; give a number, or nothing for ever.")
        if data.scope != "admin" and not project.keys.any():
            raise ConfigError(
                "the first key must have the scope `admin`: once there is one, nobody else could make another here."
            )
        key, words = project.keys.new(
            data.name.strip(),
            now=project.clock(),
            scope=data.scope,
            groups=[each.strip() for each in data.groups.split(",") if each.strip()],
            days=float(days) if days else None,
        )
    except SteepError as error:
        status, line = told(request, error)
        return _view(request, status=status, line=line, form=data)
    return page(request, "key_made.html", view="keys", key=key, words=words)


@post("/keys/{identity:str}/revoke", status_code=200, sync_to_thread=True, guards=[needs("admin")])
def revoke(request: Request[Any, Any, Any], identity: FromPath[str]) -> Response[Any]:
    """Revoke a key, but for the last one by which others can be made here."""
    project = project_of(request)
    if _is_the_last(project, identity):
        line = (
            "This is the last good key with the scope `admin`, and without one nobody can make another here. Make one "
        )
        line += "first; or type `steep keys revoke` where the server runs."
        return _view(request, status=409, line=line)
    project.keys.revoke(identity, now=project.clock())
    return Redirect("/keys?done=revoked", status_code=303)


@post("/keys/{identity:str}/forget", status_code=200, sync_to_thread=True, guards=[needs("admin")])
def forget(request: Request[Any, Any, Any], identity: FromPath[str]) -> Redirect:
    project = project_of(request)
    project.keys.forget(identity, now=project.clock())
    return Redirect("/keys?done=forgotten", status_code=303)


def _is_the_last(project: Project, identity: str) -> bool:
    said = project.config.serve
    if said.trusted_header and "admin" in (said.trusted_scope, *said.trusted_scopes.values()):
        return False
    now = project.clock()
    return [each.id for each in project.keys.all() if each.scope == "admin" and not each.refusal(now)] == [identity]


def _view(
    request: Request[Any, Any, Any], *, status: int = 200, line: str = "", form: KeyForm | None = None
) -> Response[str]:
    project = project_of(request)
    keys = project.keys.all()
    form = form or KeyForm(scope="ask" if keys else "admin")
    now = project.clock()
    return page(
        request, "keys.html", status=status, view="keys", line=line, keys=keys, form=form, scopes=SCOPES, now=now
    )


ROUTES = [keys_view, new_key, revoke, forget]
