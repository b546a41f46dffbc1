"""Cuts a document at its headings and blank lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.values import Passage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Splitter
    from steep.values import Document


class Options(BaseModel, extra="forbid", frozen=True):
    """What a user may write beside `use = "my-splitter"`."""

    words: int = Field(default=120, ge=1, description="words from which a passage is long enough")


_PARAGRAPH = re.compile(r"\S(?:.|\n(?![ \t]*\n))*")


class MySplitter:
    """Joins whole paragraphs until a passage has the wanted number of words."""

    def __init__(self, *, words: int) -> None:
        self._words = words

    @property
    def fingerprint(self) -> str:
        return f"my-splitter:1:{self._words}"

    def split(self, document: Document) -> tuple[Passage, ...]:
        return tuple(
            _passage(document, start, end, heading)
            for first, last, heading in _sections(document)
            for start, end in self._spans(document.text, first, last)
        )

    def _spans(self, text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
        start: int | None = None
        end = first
        for paragraph in _PARAGRAPH.finditer(text, first, last):
            start = paragraph.start() if start is None else start
            end = start + len(text[start : paragraph.end()].rstrip())
            if len(text[start:end].split()) >= self._words:
                yield start, end
                start = None
        if start is not None:
            yield start, end


def _sections(document: Document) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """The stretches between headings, each with the path of headings above it."""
    headings = [block for block in document.blocks if block.kind == "heading"]
    path: dict[int, str] = {}
    start = 0
    for heading in headings:
        yield start, heading.start, tuple(path.values())
        title = document.text[heading.start : heading.end].lstrip("# ").strip()
        path = {level: above for level, above in path.items() if level < heading.level} | {heading.level: title}
        start = heading.end
    yield start, len(document.text), tuple(path.values())


def _passage(document: Document, start: int, end: int, heading: tuple[str, ...]) -> Passage:
    return Passage(
        document=document.id,
        version=document.version,
        path=document.path,
        title=document.title,
        start=start,
        end=end,
        text=document.text[start:end],
        heading=heading,
        page=document.page_at(start),
    )


def build(options: Options, context: Context) -> Splitter:
    return MySplitter(words=options.words)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="splitter",
        name="my-splitter",
        summary="Passages of whole paragraphs",
        config=Options,
        build=build,
    )
