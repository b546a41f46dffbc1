"""index: source ─ reader ─▶ Document ─ splitter ─▶ Passage ─ embedder ─▶ vectors ─ indexes ─▶ Generation.

A file that is as it was is not opened; one with the same bytes is not read; a text that was embedded is not embedded
again. A file that cannot be read is named and the rest goes on; what it held before stays in the index. The new
generation is complete and flushed before one row makes it current.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from steep.flows.stages import stage
from steep.indexing.reading import Reading
from steep.kinds import IndexBuild, Progress
from steep.values import content_id
from steep.workspace.durable import space_needed
from steep.workspace.embeddings import EmbeddingCache

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from steep.kinds import Splitter
    from steep.values import Passage
    from steep.workspace.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSummary:
    """What an indexing did. ``failed`` maps paths to reasons; ``kept`` are failed ones whose old version stays.

    ``unsupported`` counts files by suffix that no reader takes; ``embedded`` counts passages embedded anew.
    """

    generation: int
    documents: int
    passages: int
    added: int
    changed: int
    removed: int
    unchanged: int
    embedded: int
    failed: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    unsupported: Mapping[str, int] = field(default_factory=dict)
    rebuilt: bool = True


def index(project: Project, *, progress: Callable[[Progress], None]) -> IndexSummary:
    """Bring the index up to date with the documents; raises WorkspaceError when there are none to index."""
    with project.writing(), space_needed(project.state):
        with stage(project.plugins, "index", "read") as outcome:
            reading = Reading(project, progress)
            reading.read_all()
            outcome.update(documents=len(reading.versions), failed=len(reading.failed))
        reading.refuse_nothing()
        with stage(project.plugins, "index", "split"):
            splitter: Splitter = project.build("splitter", project.config.splitter)
            passages = _split(project, splitter, reading.sorted_versions(), progress)
        return _commit(project, reading, splitter, passages, progress)


def _split(
    project: Project, splitter: Splitter, versions: Sequence[str], progress: Callable[[Progress], None]
) -> tuple[Passage, ...]:
    passages: list[Passage] = []
    for done, version in enumerate(versions, 1):
        if not project.documents.is_split(splitter.fingerprint, version):
            document = project.documents.load(version)
            assert document is not None, "a version that a file record names is stored with it"
            project.documents.save_passages(splitter.fingerprint, version, splitter.split(document))
        passages += project.documents.passages_of(splitter.fingerprint, version)
        progress(Progress(stage="split", done=done, total=len(versions)))
    return tuple(passages)


def _commit(
    project: Project,
    reading: Reading,
    splitter: Splitter,
    passages: tuple[Passage, ...],
    progress: Callable[[Progress], None],
) -> IndexSummary:
    counts = reading.counts()
    versions = reading.sorted_versions()
    fingerprint = _fingerprint(project, splitter, versions)
    current = project.generations.current()
    shared: dict[str, Any] = {
        "documents": len(versions),
        "passages": len(passages),
        "failed": reading.failed,
        "kept": tuple(reading.kept),
        "unsupported": reading.unsupported,
        **counts,
    }
    if current and current.fingerprint == fingerprint and not project.generations.damage(current.number):
        return IndexSummary(generation=current.number, embedded=0, rebuilt=False, **shared)
    building = project.generations.begin()
    embedded = 0
    vectors = None
    if any(project.index(name).uses_vectors for name in project.config.index):
        with stage(project.plugins, "index", "embed", passages=len(passages)) as outcome:
            vectors, embedded = _embed(project, passages, progress)
            outcome["embedded"] = embedded
    for name in project.config.index:
        with stage(project.plugins, "index", "build", index=name):
            _build_index(project, name, building / name, passages, vectors)
    generation = project.generations.commit(
        building,
        fingerprint=fingerprint,
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
    cache = EmbeddingCache(project.state / "embeddings.sqlite")
    try:
        return cache.embed(project.embedder(), [each.indexed_text for each in passages], progress)
    finally:
        cache.close()


def _build_index(
    project: Project, name: str, folder: Path, passages: Sequence[Passage], vectors: npt.NDArray[np.float32] | None
) -> None:
    folder.mkdir()
    part = project.index(name)
    part.build(
        IndexBuild(
            folder=folder,
            ids=tuple(each.id for each in passages),
            texts=tuple(each.indexed_text for each in passages),
            vectors=vectors if part.uses_vectors else None,
        )
    )


def _fingerprint(project: Project, splitter: Splitter, versions: Sequence[str]) -> str:
    indexes = {name: spec.model_dump() for name, spec in project.config.index.items()}
    digest = project.embedder().digest if any(project.index(name).uses_vectors for name in indexes) else ""
    return content_id("generation", splitter.fingerprint, digest, json.dumps(indexes, sort_keys=True), *versions)
