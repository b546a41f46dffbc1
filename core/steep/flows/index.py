"""index: source ─ reader ─▶ Document ─ splitter ─▶ Passage ─ embedder ─▶ vectors ─ indexes ─▶ Generation.

A file with the same bytes is not read; a text that was embedded is not embedded again; where nothing changed at all, no
part is built. A file that cannot be read is named and the rest goes on; what it held before stays in the index. The new
generation is complete and flushed before one row makes it current.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from steep.errors import PartFailed, SteepError
from steep.hooks import blamed
from steep.indexing.making import fingerprint, splitter_of
from steep.indexing.reading import STORE_EVERY, Reading
from steep.indexing.summary import IndexSummary
from steep.indexing.unchanged import search_of, settings, unchanged
from steep.kinds import IndexBuild, Progress
from steep.stages import stage
from steep.workspace.checking import check_parts
from steep.workspace.durable import space_needed
from steep.workspace.storage import CACHE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from steep.kinds import Splitter
    from steep.values import Document, Passage
    from steep.workspace.project import Project


def index(project: Project, *, progress: Callable[[Progress], None], rebuild: bool = False) -> IndexSummary:
    """Bring the index up to date with the documents; raises WorkspaceError when there are none to index.

    What steep.toml names for the later steps is looked for first: PluginError or BadOptions before anything is read.
    ``rebuild`` reads and splits every document and writes the index anew, whatever is known: the way out of damage.
    """
    check_parts(project)
    if not rebuild and (same := _unchanged(project)):
        return same
    with project.writing(), space_needed(project.state):
        with stage(project.emit, "index", "read") as outcome:
            reading = Reading(project, progress, anew=rebuild)
            search = search_of(project.folder, project.config, reading.suffixes)
            made_with = settings(project.folder, search)
            project.generations.forget_note()
            reading.read_all()
            outcome.update(documents=len(reading.versions), failed=len(reading.failed))
        reading.refuse_nothing()
        reading.forget_gone()
        with stage(project.emit, "index", "split"):
            splitter = splitter_of(project)
            _split(project, splitter, reading, progress, anew=rebuild)
        reading.refuse_nothing()
        summary = _commit(project, reading, splitter, progress, anew=rebuild)
        if not summary.failed:
            project.generations.note(summary.generation, settings=made_with, search=search)
    return summary


def _unchanged(project: Project) -> IndexSummary | None:
    known = project.generations.known()
    summary = unchanged(project.folder, known) if known else None
    if summary:
        with stage(project.emit, "index", "read") as outcome:
            outcome.update(documents=summary.documents, failed=0)
    return summary


def _split(
    project: Project, splitter: Splitter, reading: Reading, progress: Callable[[Progress], None], *, anew: bool
) -> None:
    """Cut the documents that were not cut yet; one that the splitter cannot cut is named, and the rest goes on."""
    is_split = project.documents.split(splitter.fingerprint).__contains__
    paths = sorted(reading.versions)
    waiting: dict[str, tuple[Passage, ...]] = {}
    for done, path in enumerate(paths, 1):
        version = reading.versions[path]
        if anew or not is_split(version):
            try:
                waiting[version] = splitter.split(_document(project, version))
            except PartFailed as error:
                reading.fail(path, f"{path} could not be split: {error}", usable=is_split)
            except SteepError:
                raise
            except Exception as error:  # a document can surprise a splitter as a file can surprise a reader
                use = project.config.splitter.use
                reason = f"{path} could not be split by `{use}` ({error!r}); leave it out with `exclude`."
                reading.fail(path, reason, usable=is_split)
        if len(waiting) >= STORE_EVERY:
            project.documents.save_passages(splitter.fingerprint, waiting)
            waiting = {}
        progress(Progress(stage="split", done=done, total=len(paths)))
    project.documents.save_passages(splitter.fingerprint, waiting)


def _document(project: Project, version: str) -> Document:
    document = project.documents.load(version)
    assert document is not None, "a version that is to be indexed is stored"
    return document


def _commit(
    project: Project, reading: Reading, splitter: Splitter, progress: Callable[[Progress], None], *, anew: bool
) -> IndexSummary:
    versions = reading.sorted_versions()
    passages = tuple(project.documents.passages_of(splitter.fingerprint, *versions))
    made_of = fingerprint(project, splitter, versions)
    current = project.generations.current()
    shared: dict[str, Any] = {
        "documents": len(versions),
        "passages": len(passages),
        "failed": reading.failed,
        "kept": tuple(reading.kept),
        "unsupported": reading.unsupported,
        "left_out": dict(reading.left_out),
        **reading.counts(),
    }
    whole = current is not None and not project.generations.damage(current.number, thorough=True)
    if current and whole and current.fingerprint == made_of and not anew:
        return IndexSummary(generation=current.number, embedded=0, rebuilt=False, **shared)
    building = project.generations.begin()
    vectors, embedded = None, 0
    if any(project.index(name).uses_vectors for name in project.config.index):
        with stage(project.emit, "index", "embed", passages=len(passages)) as outcome:
            vectors, embedded = _embed(project, passages, progress)
            outcome["embedded"] = embedded
    for name in project.config.index:
        with stage(project.emit, "index", "build", index=name):
            previous = project.generations.folder(current.number) / name if current and whole and not anew else None
            _build_index(project, name, building / name, previous, passages, vectors)
    with stage(project.emit, "index", "commit"):
        generation = project.generations.commit(
            building,
            fingerprint=made_of,
            splitter=splitter.fingerprint,
            versions=versions,
            passages=len(passages),
            now=project.clock(),
        )
    project.documents.forget_unused(project.generations.sweep())
    return IndexSummary(generation=generation.number, embedded=embedded, **shared)


def _embed(
    project: Project, passages: Sequence[Passage], progress: Callable[[Progress], None]
) -> tuple[npt.NDArray[np.float32], int]:
    from steep.workspace.embeddings import EmbeddingCache

    cache = EmbeddingCache(project.state / CACHE)
    with blamed("embedder", project.config.embedder.use):
        return cache.embed(project.embedder(), [each.indexed_text for each in passages], progress)


def _build_index(
    project: Project,
    name: str,
    folder: Path,
    previous: Path | None,
    passages: Sequence[Passage],
    vectors: npt.NDArray[np.float32] | None,
) -> None:
    folder.mkdir()
    part = project.index(name)
    request = IndexBuild(
        folder=folder,
        ids=tuple(each.id for each in passages),
        texts=tuple(each.indexed_text for each in passages),
        vectors=vectors if part.uses_vectors else None,
        previous=previous if previous and previous.is_dir() else None,
    )
    with blamed("index", project.config.index[name].use), space_needed(folder):
        part.build(request)
