"""A document as rules see it: sections with their sentences, lists and tables, in plain words with offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from steep.language import sentence_spans
from steep.values import item_words, tables_of
from steep_plugins.synthesizers.structure.plain import Line, plain, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.values import Block, Document

_QUOTED = re.compile(r"\s*>?\s*")
_HASHES = re.compile(r"\s*#{1,6}\s*")
_NUMBERING = re.compile(
    r"^(?:(?:section|step|chapter|part|kapitel|abschnitt|teil|chapitre|partie|capítulo|parte|capitolo)\s+\d+[a-z]?"
    r"\s*[-–—:.]\s*|\d+(?:\.\d+)*[.)]?\s+)",
    re.IGNORECASE,
)
_RULE_ROW = re.compile(r"^[\s|:\-+=]*$")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Sentences that follow each other; ``item`` says that they are a list's item, ``step`` a numbered list's."""

    sentences: tuple[Line, ...]
    item: bool = False
    step: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemList:
    """Items of the outermost level, with the sentence that leads in to them, if it ends with a colon."""

    items: tuple[Line, ...]
    lead: Line | None = None
    ordered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]


@dataclass(slots=True, kw_only=True)
class Section:
    """What stands below one heading and above the next. ``heading`` is the path of headings, outermost first."""

    title: str
    heading: tuple[str, ...] = ()
    paragraphs: list[Paragraph] = field(default_factory=list)
    lists: list[ItemList] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    @property
    def topic(self) -> str:
        """The innermost heading, or the title."""
        return self.heading[-1] if self.heading else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """``common`` holds the words that the document also writes in lower case: at a sentence's start, no names.

    ``names`` holds the words that it writes with a capital letter within a sentence.
    """

    sections: tuple[Section, ...]
    common: frozenset[str]
    names: frozenset[str]


def outline(document: Document) -> Outline:
    """Read a document's blocks; code, and what is left of templates, is passed over."""
    sections = [Section(title=heading_text(document.title))]
    path: list[tuple[int, str]] = []
    blocks = document.blocks
    position = 0
    while position < len(blocks):
        block = blocks[position]
        if block.kind == "heading":
            _enter(document, block, path, sections)
        elif block.kind == "item":
            position = _items(document, position, sections[-1])
            continue
        elif block.kind == "row":
            position = _tables(document, position, sections[-1])
            continue
        elif block.kind in ("paragraph", "quote"):
            _paragraph(document, block, sections[-1])
        position += 1
    return Outline(sections=tuple(sections), common=_common(sections), names=_names(sections))


def heading_text(text: str) -> str:
    """A heading without marks, numbering and closing punctuation."""
    words = plain_text(_HASHES.sub("", text, count=1)).strip(" #")
    return _NUMBERING.sub("", words).strip(" .:")


def _enter(document: Document, block: Block, path: list[tuple[int, str]], sections: list[Section]) -> None:
    words = heading_text(document.text[block.start : block.end])
    while path and path[-1][0] >= block.level:
        path.pop()
    if words:
        path.append((block.level, words))
    sections.append(Section(title=sections[0].title, heading=tuple(each for _, each in path)))


def _line(document: Document, block: Block) -> Line:
    start = block.start
    if block.kind == "item":
        start, _ = item_words(document.text, block)
    elif block.kind == "quote" and (mark := _QUOTED.match(document.text, block.start, block.end)):
        start = mark.end()
    return plain(document.text, start, block.end)


def _sentences(line: Line) -> tuple[Line, ...]:
    return tuple(line.cut(start, end) for start, end in sentence_spans(line.text))


def _paragraph(document: Document, block: Block, section: Section, *, item: bool = False, step: bool = False) -> None:
    raw = document.text[block.start : block.end]
    if _RULE_ROW.match(raw) or raw.count("{%") > 2:
        return
    sentences = _sentences(_line(document, block))
    if sentences:
        section.paragraphs.append(Paragraph(sentences=sentences, item=item, step=step))


def _items(document: Document, position: int, section: Section) -> int:
    """Read the items that follow each other; returns the position after them."""
    blocks = document.blocks
    outermost = blocks[position].level
    lines: list[Line] = []
    numbered = document.text[blocks[position].start : blocks[position].end].lstrip()[:1].isdigit()
    lead = section.paragraphs[-1].sentences[-1] if section.paragraphs else None
    while position < len(blocks) and blocks[position].kind == "item":
        block = blocks[position]
        line = _line(document, block)
        if line.text and block.level <= outermost:
            lines.append(line)
        _paragraph(document, block, section, item=True, step=numbered)
        position += 1
    if lines:
        lead = lead if lead is not None and lead.text.endswith(":") else None
        section.lists.append(ItemList(items=tuple(lines), lead=lead, ordered=numbered))
    return position


def _tables(document: Document, position: int, section: Section) -> int:
    """Read the rows that follow each other as the tables they make; returns the position after them."""
    text = document.text
    rows = list(takewhile(lambda block: block.kind == "row", islice(document.blocks, position, None)))
    for table in tables_of(text, rows):
        if len(table.header) > 1:
            below = tuple(tuple(plain(text, *cell) for cell in row) for row in table.rows)
            section.tables.append(Table(header=tuple(plain(text, *cell).text for cell in table.header), rows=below))
    return position + len(rows)


def _common(sections: list[Section]) -> frozenset[str]:
    return frozenset(word for word in _words(sections) if word.islower())


def _names(sections: list[Section]) -> frozenset[str]:
    return frozenset(
        word
        for section in sections
        for paragraph in section.paragraphs
        for sentence in paragraph.sentences
        for word in _WORD.findall(sentence.text)[1:]
        if word[0].isupper()
    )


def _words(sections: list[Section]) -> Iterator[str]:
    for section in sections:
        for paragraph in section.paragraphs:
            for sentence in paragraph.sentences:
                yield from _WORD.findall(sentence.text)
