"""The readers of a project, by the suffixes that they take."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steep.errors import BadOptions, BrokenPlugin, SourceError, SteepError
from steep.hooks import Context, Wrong, storable
from steep.indexing.apart import ReaderFailed, ReadingApart, recipe, stranger
from steep.indexing.sources import suffix_of
from steep.indexing.unseen import without_unseen
from steep.validation import validated
from steep.values import content_id
from steep.workspace.defaults import default
from steep.workspace.places import FILE_NAME
from steep.workspace.sections import PartSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from steep.hooks import Offered
    from steep.kinds import Reader, Source
    from steep.values import Document
    from steep.workspace.project import Project


class Readers:
    """The readers by suffix, built when the first file of theirs is read.

    The built-in ones read apart, under the limits of [project].
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._built: dict[str, Reader] = {}
        self._recipes: dict[str, bytes] = {}
        self._by_suffix: dict[str, Offered] = {}
        limits = project.config.project
        self._apart = ReadingApart(seconds=limits.read_seconds, megabytes=limits.read_megabytes)
        configured = project.config.reader
        for name in configured:
            project.plugins.find("reader", name)
        # a reader that steep.toml names comes before those that always read; one that was only installed, or that a
        # later steep brings, does not join: an existing steep.toml must not mean something else afterwards
        always = default("reader", "always")
        offers = [
            each
            for each in project.plugins.offers("reader")
            if each.origin.local or (each.origin.builtin and each.offer.name in always) or _named(each, configured)
        ]
        for offered in sorted(offers, key=lambda each: not _named(each, configured)):
            for suffix in offered.offer.handles:
                self._by_suffix.setdefault(suffix, offered)

    @property
    def suffixes(self) -> frozenset[str]:
        return frozenset(self._by_suffix)

    def handles(self, path: str) -> bool:
        return suffix_of(path) in self._by_suffix

    def fingerprint(self, path: str) -> str:
        """Changes when the same bytes would be read otherwise: another reader, version or option."""
        offered = self._by_suffix[suffix_of(path)]
        options = json.dumps(self._options(offered), sort_keys=True, default=str)
        version = _hash_of(offered.origin.distribution) if offered.origin.local else offered.origin.version
        return content_id("reader", offered.qualified, version, options)

    def read(self, source: Source) -> Document:
        offered = self._by_suffix[suffix_of(source.path)]
        try:
            return without_unseen(storable(self._read(offered, source), source))
        except SourceError:
            raise
        except BrokenPlugin as error:
            if offered.qualified not in self._built:
                raise
            raise SourceError(_unread(offered, source, error), path=source.path) from error
        except SteepError:
            raise
        except Exception as error:  # a malformed file can surprise any library; the rest goes on
            raise SourceError(_unread(offered, source, error), path=source.path) from error

    def close(self) -> None:
        """Let go of the process that reads apart."""
        self._apart.close()

    def _read(self, offered: Offered, source: Source) -> Document:
        if offered.origin.builtin:
            return self._apart.read(self._recipe(offered), source)
        if offered.qualified not in self._built:  # what cannot be built is said before a file is blamed
            spec = PartSpec(use=offered.qualified, **self._options(offered))
            where = f"reader.{offered.offer.name}"
            self._built[offered.qualified] = self._project.build("reader", spec, where=where)
        if offered.origin in self._project.plugins.found:
            return self._apart.read(self._recipe(offered), source)
        return self._built[offered.qualified].read(source)  # it was adopted here, and is known to no other process

    def _recipe(self, offered: Offered) -> bytes:
        if offered.qualified not in self._recipes:
            made = self._own(offered) if offered.origin.builtin else self._strangers(offered)
            self._recipes[offered.qualified] = made
        return self._recipes[offered.qualified]

    def _own(self, offered: Offered) -> bytes:
        place = f"{self._project.folder / FILE_NAME}, [reader.{offered.offer.name}]"
        options = validated(offered.offer.config, self._options(offered), where=place, error=BadOptions)
        return recipe(offered.offer.build, options, Context())

    def _strangers(self, offered: Offered) -> bytes:
        """It is told of the project's folder, and of nothing that another process could not have."""
        config, plugins = self._project.config, self._project.plugins
        files = {each.distribution: _hash_of(each.distribution) for each in plugins.origins if each.local}
        build = partial(stranger, use=offered.qualified, selection=plugins.selection, files=files)
        context = Context(seed=config.project.seed, device=config.project.device, project=self._project.folder)
        return recipe(build, self._options(offered), context)

    def _options(self, offered: Offered) -> dict[str, Any]:
        configured = self._project.config.reader
        return dict(configured.get(offered.qualified, configured.get(offered.offer.name, {})))


def _unread(offered: Offered, source: Source, error: Exception) -> str:
    said = str(error) if isinstance(error, ReaderFailed | Wrong | BrokenPlugin) else f"{type(error).__name__}: {error}"
    if offered.origin.builtin:
        return (
            f"{source.path} could not be read by {offered.qualified} ({said}); "
            "open and save it again with the program that made it, or leave it out with `exclude`."
        )
    return f"{source.path} could not be read: {said}"


def _hash_of(file: str) -> str:
    """What stands in a plugin that steep.toml names."""
    try:
        return hashlib.sha256(Path(file).read_bytes()).hexdigest()
    except OSError:
        return ""


def joining(project: Project, suffixes: Iterable[str]) -> tuple[str, ...]:
    """The readers that `steep init` names: those for documents, and others that files of these suffixes wait for.

    Built-in ones are named shortly, installed ones by qualified name, and only where no built-in one takes the suffix.
    """
    missing = set(suffixes) - Readers(project).suffixes
    always, new = default("reader", "always"), default("reader", "new")
    named: list[str] = []
    taken: set[str] = set()
    for each in sorted(project.plugins.offers("reader"), key=lambda each: not each.origin.builtin):
        name = each.offer.name if each.origin.builtin else each.qualified
        wanted = (missing - taken) & set(each.offer.handles)
        if (wanted or (each.origin.builtin and name in new)) and not (each.origin.builtin and name in always):
            named.append(name)
            taken |= set(each.offer.handles)
    return tuple(named)


def _named(offered: Offered, configured: Mapping[str, Any]) -> bool:
    return offered.qualified in configured or offered.offer.name in configured
