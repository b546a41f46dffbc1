"""What a generation was made with, and whether steep.toml and this machine would make the same now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from steep.errors import SteepError
from steep.values import content_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import Splitter
    from steep.workspace.project import Project

__all__ = ["fingerprint", "outdated", "outdated_line", "splitter_of"]


def splitter_of(project: Project) -> Splitter:
    return project.build("splitter", project.config.splitter)  # type: ignore[no-any-return]


def fingerprint(project: Project, splitter: Splitter, versions: Sequence[str]) -> str:
    """A hash of all that a generation is made of: documents, how they are cut and embedded, the indexes."""
    indexes = {name: spec.model_dump(mode="json") for name, spec in project.config.index.items()}
    digest = project.embedder().digest if any(project.index(name).uses_vectors for name in indexes) else ""
    return content_id("generation", splitter.fingerprint, digest, json.dumps(indexes, sort_keys=True), *versions)


def outdated(project: Project) -> str:
    """How the current generation was made otherwise than it would be now, in a sentence; "" where it was not.

    Whether documents were changed since is not looked at. The embedder is built for it, where an index holds vectors.
    """
    current = project.generations.current()
    if current is None:
        return ""
    splitter = splitter_of(project)
    if project.generations.splitter(current.number) != splitter.fingerprint:
        return "the index was made by another splitter than is used now, so its passages are cut otherwise"
    if current.fingerprint == fingerprint(project, splitter, project.generations.members(current.number)):
        return ""
    if any(project.index(name).uses_vectors for name in project.config.index):
        return "the index was made by another embedder than is used now, or with other settings; less may be found"
    return "the index was made with other settings of [index.NAME] than are used now"


def outdated_line(project: Project) -> str:
    """The same with what to do about it, as a command says it; "" too where a part cannot be built to tell by."""
    try:
        differs = outdated(project)
    except SteepError:  # the work that needs the part says so, and the doctor
        return ""
    return f"{differs}. Run `steep index`." if differs else ""
