"""The readers of a project, by the suffixes that they take."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from steep.errors import SourceError, SteepError
from steep.indexing.sources import suffix_of
from steep.values import content_id
from steep.workspace.config import PartSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from steep.hooks import Offered
    from steep.kinds import Reader, Source
    from steep.values import Document
    from steep.workspace.project import Project


class Readers:
    """The readers by suffix, built when the first file of theirs is read."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._built: dict[str, Reader] = {}
        self._by_suffix: dict[str, Offered] = {}
        configured = project.config.reader
        for name in configured:
            project.plugins.find("reader", name)
        # a reader that steep.toml names comes before the built-in ones; one that was only installed does not join: an
        # existing steep.toml must not mean something else afterwards
        offers = [
            each
            for each in project.plugins.offers("reader")
            if each.origin.builtin or each.origin.local or _named(each, configured)
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
        return content_id("reader", offered.qualified, offered.origin.version, options)

    def read(self, source: Source) -> Document:
        offered = self._by_suffix[suffix_of(source.path)]
        if offered.qualified not in self._built:
            spec = PartSpec(use=offered.qualified, **self._options(offered))
            where = f"reader.{offered.offer.name}"
            self._built[offered.qualified] = self._project.build("reader", spec, where=where)
        try:
            return _sound(self._built[offered.qualified].read(source), source)
        except SteepError:
            raise
        except Exception as error:  # a malformed file can surprise any library; the rest goes on
            raise SourceError(
                f"{source.path} could not be read by {offered.qualified} ({type(error).__name__}: {error}); "
                "open and save it again with the program that made it, or leave it out with `exclude`.",
                path=source.path,
            ) from error

    def _options(self, offered: Offered) -> dict[str, Any]:
        configured = self._project.config.reader
        return dict(configured.get(offered.qualified, configured.get(offered.offer.name, {})))


def _sound(document: Document, source: Source) -> Document:
    """The document, if it can be kept: it has the source's path, and text that UTF-8 can hold."""
    if document.path != source.path:
        raise ValueError(f"a document with another path, {document.path!r}, was returned")
    for text in (document.text, document.title):
        text.encode("utf-8")
    return document


def joining(project: Project, suffixes: Iterable[str]) -> tuple[str, ...]:
    """The installed readers, by qualified name, that files of these suffixes wait for: what `steep init` names."""
    missing = set(suffixes) - Readers(project).suffixes
    offers = project.plugins.offers("reader")
    return tuple(each.qualified for each in offers if missing & set(each.offer.handles))


def _named(offered: Offered, configured: Mapping[str, Any]) -> bool:
    return offered.qualified in configured or offered.offer.name in configured
