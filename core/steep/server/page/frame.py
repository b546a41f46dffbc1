"""A page: a template with what every view needs, as a response that no cache keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from litestar import MediaType, Request, Response

from steep.errors import SteepError
from steep.report.templating import environment
from steep.server.callers import caller_of
from steep.server.page.links import document_link, place_of
from steep.server.page.prose import prose
from steep.server.page.signs import quoted
from steep.server.page.static import asset
from steep.server.page.wording import moment, plain, spell
from steep.wording import counted

if TYPE_CHECKING:
    from jinja2 import Environment
    from litestar.connection import ASGIConnection

    from steep.values import Caller, Scope
    from steep.workspace.project import Project

__all__ = ["HEADERS", "fragment", "page", "prepare", "project_of", "wants_page"]

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


class View(NamedTuple):
    """A view of the navigation, which shows it to whoever has its scope; its name is its icon's too.

    ``whole`` says that it is made of all documents, and for those alone who may see them.
    """

    name: str
    path: str
    title: str
    scope: Scope
    whole: bool = False

    def is_for(self, caller: Caller) -> bool:
        return caller.may(self.scope) and not (self.whole and caller.documents is not None)


VIEWS = (
    View("ask", "/", "Ask", "ask"),
    View("compare", "/compare", "Compare", "ask"),
    View("documents", "/documents", "Documents", "ask"),
    View("pairs", "/pairs", "Pairs", "edit"),
    View("review", "/review", "Review", "edit"),
    View("runs", "/runs", "Runs", "operate", whole=True),
    View("adapters", "/adapters", "Adapters", "operate"),
    View("keys", "/keys", "Keys", "admin"),
    View("settings", "/settings", "Settings", "operate"),
    View("status", "/status", "Health", "operate"),
)
# what a form did, by the word that its redirect carries: an address never brings words of its own
_DONE = {
    "feedback": "Thank you: what you said of the answer is kept.",
    "conversation-forgotten": "Forgotten: the conversation is gone from the list.",
    "deleted": "Deleted: the file lies in .steep/trash now, and the index is being brought up to date.",
    "deleted-later": (
        "Deleted: the file lies in .steep/trash now. The index is brought up to date as soon as what is at work now has"
        " ended; until then answers may still come from it."
    ),
    "pair-kept": "Kept: the pair is part of a new dataset version.",
    "pair-dropped": "Dropped: a new dataset version goes on without the pair.",
    "decided": "Decided: whoever asked sees it when looking at the answer again.",
    "promoted": "Promoted: what is asked from now on is answered with it.",
    "tried": "Begun: some callers are answered with it from now on, and stay with it.",
    "rollout-stopped": "Stopped: all callers are answered with the version before again.",
    "renamed": "Renamed.",
    "rolled-back": "Rolled back: the alias points where it pointed before.",
    "stopping": "It was asked to stop; it does so as soon as what it is at allows it.",
    "revoked": "Revoked: whoever uses the key is let in no more.",
    "forgotten": "Forgotten: the key is gone from the list.",
}


def page(request: Request[Any, Any, Any], template: str, *, status: int = 200, **values: Any) -> Response[str]:
    """A whole page; ``view`` among the values names the view that it belongs to."""
    project = project_of(request)
    values.setdefault("view", "")
    caller = _known(request)
    shell = {
        "views": [each for each in VIEWS if caller is not None and each.is_for(caller)],
        "project": project.config.project.name,
        "caller": caller,
        "done": _DONE.get(request.query_params.get("done", ""), ""),
    }
    text = _environment().get_template(template).render(**shell, **values)
    return Response(text, media_type=MediaType.HTML, status_code=status, headers=HEADERS)


def fragment(template: str, **values: Any) -> str:
    """A part of a page, which the script puts in."""
    return _environment().get_template(template).render(**values)


def prepare() -> None:
    """Read the templates of all views, so that nobody who opens one waits for that."""
    environment = _environment()
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)


def project_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Project:
    project: Project = connection.app.state.project
    return project


def wants_page(request: Request[Any, Any, Any]) -> bool:
    """Whether a browser asks that will show what comes, and not a program, nor the script."""
    return "text/html" in request.headers.get("accept", "")


def _known(request: Request[Any, Any, Any]) -> Caller | None:
    """Who asks; nobody on the page that says so."""
    try:
        return caller_of(request)
    except SteepError:
        return None


def _environment() -> Environment:
    made = environment("steep.server.page")
    known = (asset, counted, document_link, moment, place_of, plain, prose, quoted, spell)
    made.globals.update({each.__name__: each for each in known})
    return made
