"""What .steep takes on the disk, and what of it served earlier generations alone.

Vectors and answers are kept so that nothing is computed twice; those that the current generation has no use for can be
had again, and go when the user says so. Reports, datasets and adapters are never pruned.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.errors import NotIndexed
from steep.workspace.durable import space_needed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from steep.workspace.embeddings import EmbeddingCache
    from steep.workspace.project import Project

__all__ = ["CACHE", "JOURNALS", "Pruned", "Spare", "prune", "sizes", "spare"]

CACHE = "embeddings"
JOURNALS = ("reports", "answers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spare:
    """How much the current generation has no use for: ``vectors`` in the cache, ``journals`` of answers."""

    vectors: int
    journals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What was dropped, and how many bytes that freed."""

    vectors: int
    journals: int
    freed: int


def sizes(state: Path) -> dict[str, int]:
    """Bytes by what lies in .steep, the largest first; a database counts with its log."""
    found: dict[str, int] = {}
    for file in state.rglob("*"):
        if file.is_file() and not file.is_symlink():
            name = file.relative_to(state).parts[0].removesuffix("-wal").removesuffix("-shm")
            found[name] = found.get(name, 0) + file.stat().st_size
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def spare(project: Project) -> Spare:
    """What `prune` would drop; raises NotIndexed where there is no generation yet."""
    vectors = _cache(project).unused(project.embedder().digest, _texts(project))
    return Spare(vectors=vectors, journals=len(list(_old_journals(project))))


def prune(project: Project) -> Pruned:
    """Drop the vectors and the answers that the current generation has no use for."""
    with project.writing(), space_needed(project.state):
        before = sum(sizes(project.state).values())
        vectors = _cache(project).keep_only(project.embedder().digest, _texts(project))
        journals = list(_old_journals(project))
        for journal in journals:
            journal.unlink(missing_ok=True)
        freed = before - sum(sizes(project.state).values())
    return Pruned(vectors=vectors, journals=len(journals), freed=max(0, freed))


def _cache(project: Project) -> EmbeddingCache:
    from steep.workspace.embeddings import EmbeddingCache

    return EmbeddingCache(project.state / CACHE)


def _texts(project: Project) -> list[str]:
    generation = _current(project)
    splitter = project.generations.splitter(generation)
    members = project.generations.members(generation)
    return [passage.indexed_text for passage in project.documents.passages_of(splitter, *members)]


def _old_journals(project: Project) -> Iterator[Path]:
    """Journals of an earlier generation; answers that rest on no generation at all are not of an earlier one."""
    current = _current(project)
    for journal in sorted(project.state.joinpath(*JOURNALS).glob("*.jsonl")):
        with journal.open("rb") as lines:
            first = lines.readline()
        try:
            generation = json.loads(first)["answer"]["generation"]
        except (ValueError, KeyError, TypeError):
            continue  # torn by a kill; the next measuring drops it
        if generation is not None and generation != current:
            yield journal


def _current(project: Project) -> int:
    generation = project.generations.current()
    if generation is None:
        raise NotIndexed(f"nothing has been indexed in {project.folder} yet; run `steep index` first.")
    return generation.number
