"""Where the evidence of a question stands in the documents of this generation.

A quote is searched as it is, then folded. A span is taken as it is where an answer stands in it, or where the file is
read to the very text that stands in it; else the span's words in the file are searched as a quote. Where neither is
found, the answer itself is searched in the document that was named. Of several occurrences, the one nearest to the
span is taken; without a span, the one whose surroundings share most words with the question.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, Protocol

from steep.measuring.folding import Folded
from steep.values import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from steep.values import Document, Evidence, Question

How = Literal["span", "quote", "answer"]

_SURROUNDINGS = 300  # characters on each side
_OCCURRENCES = 200
_WORD = re.compile(r"\w{3,}")


class Shelf(Protocol):
    """Documents that can be listed, and loaded by id; a Library is one."""

    def documents(self) -> Iterator[Document]: ...

    def document(self, document: str) -> Document: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """The gold spans of a question, how each was found, and what was not found, in words.

    ``document`` is the path of the document the question rests on, "" where it names none that is here.
    """

    spans: tuple[Span, ...] = ()
    how: tuple[How, ...] = ()
    missing: tuple[str, ...] = ()
    document: str = ""


class Locator:
    """Finds evidence in one generation. ``raw`` reads a file's own text by its path, None if it has none."""

    def __init__(self, shelf: Shelf, raw: Callable[[str], str | None]) -> None:
        self._shelf = shelf
        self._raw = raw
        self._by_name: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for document in shelf.documents():
            path = _plain_path(document.path)
            self._by_name[path.rpartition("/")[2]].append((path, document.id))
        self._folded = lru_cache(maxsize=16)(self._fold)

    def locate(self, question: Question) -> Located:
        spans: dict[Span, How] = {}
        missing: list[str] = []
        home = ""
        for evidence in question.evidence:
            found = self._document(evidence.document)
            if isinstance(found, str):
                missing.append(found)
                continue
            home = home or found.path
            if not question.answerable:
                continue
            place = self._place(question, evidence, found)
            if place is None:
                missing.append(f"the evidence was not found in {found.path}")
            else:
                (start, end), how = place
                spans[_span(found, start, end)] = how
        return Located(spans=tuple(spans), how=tuple(spans.values()), missing=tuple(missing), document=home)

    def _document(self, wanted: str) -> Document | str:
        """The document meant by a path, or why there is none: the path itself, or the only one that ends in it."""
        path = _plain_path(wanted)
        named = self._by_name.get(path.rpartition("/")[2], [])
        exact = [each for each in named if each[0] == path]
        ending = exact or [each for each in named if each[0].endswith(f"/{path}")]
        if not ending:
            return f"the document {wanted!r} is not indexed"
        if len(ending) > 1:
            places = ", ".join(place for place, _ in ending[:3])
            return f"the document {wanted!r} could be any of {len(ending)}: {places}"
        return self._shelf.document(ending[0][1])

    def _place(self, question: Question, evidence: Evidence, document: Document) -> tuple[tuple[int, int], How] | None:
        if evidence.quote is not None:
            found = self._choose(document, evidence.quote, question, evidence.start)
            if found:
                return found, "quote"
        elif evidence.start is not None and evidence.end is not None:
            found = self._span(question, document, evidence.start, evidence.end)
            if found:
                return found, "span"
        answers = (self._choose(document, answer, question, evidence.start) for answer in question.answers)
        found = next((place for place in answers if place), None)
        return (found, "answer") if found else None

    def _span(self, question: Question, document: Document, start: int, end: int) -> tuple[int, int] | None:
        marked = document.text[start:end] if start < end <= len(document.text) else ""
        raw = self._raw(document.path)
        if marked and (raw is None or raw == document.text or _shares_words(marked, question.answers)):
            return start, end
        wanted = raw[start:end] if raw is not None else ""
        return self._choose(document, wanted, question, start)

    def _choose(self, document: Document, wanted: str, question: Question, near: int | None) -> tuple[int, int] | None:
        places = self._folded(document.id).find(wanted.strip())[:_OCCURRENCES]
        if near is not None:
            return min(places, key=lambda place: abs(place[0] - near), default=None)
        if len(places) < 2:
            return places[0] if places else None
        asked = _words(question.question)
        around = {
            place: len(asked & _words(document.text[max(0, place[0] - _SURROUNDINGS) : place[1] + _SURROUNDINGS]))
            for place in places
        }
        return max(places, key=lambda place: around[place])

    def _fold(self, document: str) -> Folded:
        return Folded.of(self._shelf.document(document).text)


def _span(document: Document, start: int, end: int) -> Span:
    return Span(document=document.id, version=document.version, start=start, end=end, text=document.text[start:end])


def _plain_path(path: str) -> str:
    plain = unicodedata.normalize("NFC", path).replace("\\", "/")
    return plain.removeprefix("./").lstrip("/")


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(text))


def _shares_words(marked: str, answers: tuple[str, ...]) -> bool:
    """Whether an answer and the marked words have to do with each other; short ones must contain one another."""
    folded = Folded.of(marked).text
    return any(
        _words(marked) & _words(answer) or Folded.of(answer).text in folded for answer in answers if answer.strip()
    )
