"""documents: what the current generation holds of each file, what was left out of it, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steep.errors import NotIndexed, NotThere
from steep.indexing.readers import Readers
from steep.indexing.sources import scan, suffix_of
from steep.validation import nearest
from steep.values import content_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.values import Caller, Document, Generation, Passage
    from steep.workspace.project import Project

__all__ = ["LeftOutFile", "Listed", "Row", "left_out", "listed", "shown"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutFile:
    """A file beside steep.toml that the current generation has nothing of, or an older version, and why."""

    path: str
    reason: str


def listed(project: Project, caller: Caller) -> Listed:
    """Every indexed document that the caller may see; raises NotIndexed. No index is opened, and no model."""
    from steep.records import queries

    current = _current(project)
    rows = queries.listing(project.records, current.number, project.generations.splitter(current.number))
    found = (Row(**{name: row[name] for name in Row.__slots__}) for row in rows if caller.allows(row["id"]))
    return Listed(documents=tuple(found), failed=_failed(project, caller))


def shown(project: Project, path: str, caller: Caller) -> tuple[Document, tuple[Passage, ...]]:
    """A document as it was read, with its passages; raises NotThere for one that is not there, or not to be seen."""
    current = _current(project)
    paths = project.generations.paths(current.number)
    wanted = path.removeprefix("./")
    known = {each: version for each, version in paths.items() if _allowed(caller, each)}
    document = project.documents.load(known[wanted]) if wanted in known else None
    if document is None:
        why = _failed(project, caller).get(wanted)
        raise NotThere(why or f"{path} is not in the index; {nearest(wanted, known)}")
    splitter = project.generations.splitter(current.number)
    return document, tuple(project.documents.passages_of(splitter, document.version))


def left_out(project: Project, caller: Caller) -> tuple[LeftOutFile, ...]:
    """The files that the globs of steep.toml name and no answer can come from, by path, each with the reason."""
    found = scan(project.folder, project.config)
    readers = Readers(project)
    known = project.documents.files()
    reasons = dict(found.unreadable)
    for file in found.files:
        record = known.get(file.path)
        if record is not None and record.error:
            reasons[file.path] = record.error
        elif not readers.handles(file.path):
            reasons[file.path] = (
                f"no reader takes `{suffix_of(file.path) or 'a name without a suffix'}`; `steep plugins list reader` "
                "shows those that steep.toml can name under [reader.NAME]."
            )
        elif record is None:
            reasons[file.path] = "is new: `steep index` reads it."
    return tuple(
        LeftOutFile(path=path, reason=reason) for path, reason in sorted(reasons.items()) if _allowed(caller, path)
    )


def _current(project: Project) -> Generation:
    current = project.generations.current()
    if current is None:
        raise NotIndexed(f"nothing has been indexed in {project.folder} yet; run `steep index` first.")
    return current


def _failed(project: Project, caller: Caller) -> dict[str, str]:
    files = project.documents.files()
    return {path: file.error for path, file in sorted(files.items()) if file.error and _allowed(caller, path)}


def _allowed(caller: Caller, path: str) -> bool:
    return caller.allows(content_id("document", path))
