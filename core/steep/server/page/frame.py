"""A page: a template with what every view needs, as a response that no cache keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from litestar import MediaType, Request, Response
from markupsafe import Markup

from steep.report.templating import environment
from steep.server.callers import caller_of
from steep.server.page.links import document_link, place_of
from steep.server.page.prose import prose
from steep.server.page.static import asset
from steep.server.page.times import moment, spell
from steep.wording import counted

if TYPE_CHECKING:
    from jinja2 import Environment

    from steep.workspace.project import Project

__all__ = ["fragment", "page", "project_of", "wants_page"]


class View(NamedTuple):
    """A view of the navigation: its name is its icon's too."""

    name: str
    path: str
    title: str


VIEWS = (
    View("ask", "/", "Ask"),
    View("compare", "/compare", "Compare"),
    View("documents", "/documents", "Documents"),
)

# what a form did, by the word that its redirect carries: an address never brings words of its own
_DONE = {"feedback": "Thank you: what you said of the answer is kept."}


def page(request: Request[Any, Any, Any], template: str, *, status: int = 200, **values: Any) -> Response[str]:
    """A whole page; ``view`` among the values names the view that it belongs to."""
    project = project_of(request)
    values.setdefault("view", "")
    shell = {
        "views": VIEWS,
        "project": project.config.project.name,
        "caller": caller_of(request),
        "done": _DONE.get(request.query_params.get("done", ""), ""),
    }
    text = _environment().get_template(template).render(**shell, **values)
    return Response(text, media_type=MediaType.HTML, status_code=status, headers={"cache-control": "no-store"})


def fragment(template: str, **values: Any) -> str:
    """A part of a page, which the script puts in."""
    return _environment().get_template(template).render(**values)


def project_of(request: Request[Any, Any, Any]) -> Project:
    project: Project = request.app.state.project
    return project


def wants_page(request: Request[Any, Any, Any]) -> bool:
    """Whether a browser asks that will show what comes, and not the script."""
    return "text/html" in request.headers.get("accept", "text/html")


def _environment() -> Environment:
    made = environment("steep.server.page")
    made.globals.setdefault("asset", asset)
    made.globals.setdefault("counted", counted)
    made.globals.setdefault("document_link", document_link)
    made.globals.setdefault("place_of", place_of)
    made.globals.setdefault("prose", prose)
    made.globals.setdefault("moment", moment)
    made.globals.setdefault("spell", spell)
    made.globals.setdefault("nothing", Markup(""))
    return made
