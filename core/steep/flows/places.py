"""Where pairs stand: which documents they rest on, and where the words of an answer are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.errors import DatasetError
from steep.flows.documents import shown
from steep.values import Span, content_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.values import Caller, Pair
    from steep.workspace.project import Project

__all__ = ["Homes", "homes_of", "standing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Homes:
    """The current generation's document ids by passage, and its paths by document id."""

    by_passage: Mapping[str, str]
    by_document: Mapping[str, str]

    def documents(self, pair: Pair) -> tuple[str, ...]:
        """The ids of the documents that a pair rests on, "" for a passage that is no longer indexed."""
        of_passages = (self.by_passage.get(each, "") for each in pair.passages)
        return tuple(dict.fromkeys((*(span.document for span in pair.spans), *of_passages)))

    def paths(self, pair: Pair) -> tuple[str, ...]:
        return tuple(self.by_document[each] for each in self.documents(pair) if each in self.by_document)

    def seen(self, pair: Pair, caller: Caller) -> bool:
        """Whether a caller may see all that a pair rests on; what is no longer indexed is for who sees everything."""
        return caller.documents is None or all(caller.allows(each) for each in self.documents(pair))


def homes_of(project: Project) -> Homes:
    """Empty where nothing is indexed."""
    current = project.generations.current()
    if current is None:
        return Homes(by_passage={}, by_document={})
    paths = project.generations.paths(current.number)
    places = project.documents.places(project.generations.splitter(current.number), *paths.values())
    return Homes(
        by_passage={place.passage: place.document for place in places},
        by_document={content_id("document", path): path for path in paths},
    )


def standing(
    project: Project, caller: Caller, path: str, quote: str, start: int | None
) -> tuple[Span, tuple[str, ...]]:
    """Where words stand in a document, with the passages that hold them.

    ``start`` says which of several places is meant. Raises NotThere for a document that the caller cannot see, and
    DatasetError for words that do not stand there.
    """
    document, passages = shown(project, path, caller)
    found = [place for place in _places(document.text, quote) if start in (None, place)]
    if not found:
        where = f" at {start}" if start is not None else ""
        raise DatasetError(
            f"the words {_short(quote)} do not stand{where} in {path} as they are written; quote them exactly."
        )
    if len(found) > 1:
        places = ", ".join(map(str, found[:5]))
        raise DatasetError(f"the words {_short(quote)} stand {len(found)} times in {path}, at {places}; say `start`.")
    begin, end = found[0], found[0] + len(quote)
    holding = tuple(each.id for each in passages if each.start < end and begin < each.end)
    if not holding:
        raise DatasetError(f"no passage of {path} holds the words {_short(quote)}; quote others.")
    span = Span(document=document.id, version=document.version, start=begin, end=end, text=document.text[begin:end])
    return span, holding


def _places(text: str, quote: str) -> list[int]:
    found: list[int] = []
    place = text.find(quote)
    while place >= 0:
        found.append(place)
        place = text.find(quote, place + 1)
    return found


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:59]}…")
