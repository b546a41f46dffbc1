"""Documents: what is indexed, what was left out and why, and each document as it was read."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromQuery

from steep.errors import NotIndexed, NotThere, SteepError
from steep.flows.documents import Listed, left_out, listed
from steep.flows.uploads import home, limit, suffixes
from steep.server.callers import caller_of, needs
from steep.server.page.frame import page, project_of
from steep.server.page.reading import leaf
from steep.values import Caller, Document, Pair, Passage
from steep.workspace.project import Project

__all__ = ["ROUTES", "documents_page"]

_LISTED = 500


@get("/documents", sync_to_thread=True, guards=[needs("ask")])
def documents_view(request: Request[Any, Any, Any], find: FromQuery[str] = "") -> Response[str]:
    return documents_page(request, find=find)


def documents_page(
    request: Request[Any, Any, Any],
    *,
    status: int = 200,
    find: str = "",
    arrivals: Sequence[tuple[str, str, bool]] = (),
    job: str = "",
) -> Response[str]:
    """The list; ``arrivals`` says of files that were just sent what became of them, by name, line and success."""
    project, caller = project_of(request), caller_of(request)
    try:
        rows = listed(project, caller).documents
    except NotIndexed:
        rows = Listed(documents=()).documents
    current = project.generations.current()
    wanted = find.casefold().strip()
    matching = [row for row in rows if wanted in row.path.casefold() or wanted in row.title.casefold()]
    return page(
        request,
        "documents.html",
        status=status,
        view="documents",
        arrivals=arrivals,
        job=job,
        largest=limit(project),
        home=home(project),
        suffixes=sorted(suffixes(project)) if caller.may("edit") else (),
        outdated=request.app.state.answerer.outdated(generation=current.number) if current else "",
        rows=matching[:_LISTED],
        matching=len(matching),
        total=len(rows),
        left_out=left_out(project, caller),
        find=find,
    )


@get("/documents/show", sync_to_thread=True, guards=[needs("ask")])
def document_view(
    request: Request[Any, Any, Any],
    state: State,
    path: FromQuery[str] = "",
    version: FromQuery[str] = "",
    start: FromQuery[int | None] = None,
    end: FromQuery[int | None] = None,
    part: FromQuery[int | None] = None,
    cuts: FromQuery[bool] = False,
) -> Response[str]:
    """A document as it was read; open at the words from ``start`` to ``end``, in the version that was cited."""
    project, caller = project_of(request), caller_of(request)
    current = _current(project, path)
    document = _kept(project, path, version or current, caller)
    if document is None and current:
        document, start, end = _kept(project, path, current, caller), None, None
    if document is None:
        raise NotThere(f"{path or 'a document without a path'} is not in the index, or it is not yours to see.")
    known = document.version
    document, passages = state.answerer.document_leaves(document, _passages(project, document))
    marked = (start, end) if start is not None and end is not None and 0 <= start < end else None
    return page(
        request,
        "document.html",
        view="documents",
        document=document,
        version=known,
        leaf=leaf(document, passages, marked=marked, part=part),
        passages=passages,
        pairs=_pairs(project, document, caller) if caller.may("edit") else (),
        state=_state(known, current, version),
        cuts=cuts,
    )


def _kept(project: Project, path: str, version: str, caller: Caller) -> Document | None:
    """A version of a document, also one that is indexed no more, as long as it is kept and the caller may see it."""
    document = project.documents.load(version) if version else None
    return document if document and document.path == path and caller.allows(document.id) else None


def _current(project: Project, path: str) -> str:
    generation = project.generations.current()
    return project.generations.paths(generation.number).get(path, "") if generation else ""


def _state(version: str, current: str, wanted: str) -> str:
    """How what is shown stands to what was asked for, and to what is indexed now."""
    if not current:
        return "removed"
    if version != current:
        return "older"
    return "newer" if wanted and wanted != version else ""


def _passages(project: Project, document: Document) -> tuple[Passage, ...]:
    generation = project.generations.current()
    if generation is None:
        return ()
    return tuple(project.documents.passages_of(project.generations.splitter(generation.number), document.version))


def _pairs(project: Project, document: Document, caller: Caller) -> tuple[Pair, ...]:
    try:
        _, pairs = project.datasets.load()
    except SteepError:
        return ()
    own = (pair for pair in pairs if any(span.document == document.id for span in pair.spans))
    return tuple(pair for pair in own if all(caller.allows(span.document) for span in pair.spans))


ROUTES = [documents_view, document_view]
