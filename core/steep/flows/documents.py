"""documents: what the current generation holds of each file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steep.errors import NotIndexed, SourceError
from steep.validation import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.values import Document, Generation, Passage
    from steep.workspace.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    path: str
    title: str
    version: str
    passages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """``failed`` are the files that could not be read, with what was said of each."""

    documents: tuple[Row, ...]
    failed: Mapping[str, str] = field(default_factory=dict)


def listed(project: Project) -> Listed:
    """Every indexed document; raises NotIndexed. No index is opened, and no model."""
    current = _current(project)
    splitter = project.generations.splitter(current.number)
    rows = []
    for path, version in sorted(project.generations.paths(current.number).items()):
        document = project.documents.load(version)
        count = sum(1 for _ in project.documents.places(splitter, version))
        rows.append(Row(path=path, title=document.title if document else "", version=version, passages=count))
    return Listed(documents=tuple(rows), failed=_failed(project))


def shown(project: Project, path: str) -> tuple[Document, tuple[Passage, ...]]:
    """A document as it was read, with its passages; raises SourceError for a path that is not in the index."""
    current = _current(project)
    paths = project.generations.paths(current.number)
    wanted = path.removeprefix("./")
    document = project.documents.load(paths[wanted]) if wanted in paths else None
    if document is None:
        why = _failed(project).get(wanted)
        raise SourceError(why or f"{path} is not in the index; {nearest(wanted, paths)}", path=path)
    splitter = project.generations.splitter(current.number)
    return document, tuple(project.documents.passages_of(splitter, document.version))


def _current(project: Project) -> Generation:
    current = project.generations.current()
    if current is None:
        raise NotIndexed(f"nothing has been indexed in {project.folder} yet; run `steep index` first.")
    return current


def _failed(project: Project) -> dict[str, str]:
    return {path: file.error for path, file in sorted(project.documents.files().items()) if file.error}
