"""A document as rules see it: sections with their sentences, lists and tables, in plain words with offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from steep.language import sentence_spans
from steep_plugins.synthesizers.structure.plain import Line, plain, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.values import Block, Document

_MARKER = re.compile(r"\s*(?:[-*+•]|\(?(?:\d{1,3}|[a-z])[.)])\s+(?:\[[ xX]\]\s+)?")
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
            position = _table(document, position, sections[-1])
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
    if block.kind in ("item", "quote"):
        marker = (_MARKER if block.kind == "item" else re.compile(r"\s*>?\s*")).match(
            document.text, block.start, block.end
        )
        start = marker.end() if marker else start
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


def _table(document: Document, position: int, section: Section) -> int:
    """Read one table: a header row of level 1 and the rows below it; returns the position after it."""
    blocks = document.blocks
    header = _cells(document, blocks[position])
    rows: list[tuple[Line, ...]] = []
    position += 1
    while position < len(blocks) and blocks[position].kind == "row" and blocks[position].level != 1:
        if not _RULE_ROW.match(document.text[blocks[position].start : blocks[position].end]):
            rows.append(_cells(document, blocks[position]))
        position += 1
    if len(header) > 1:
        section.tables.append(Table(header=tuple(cell.text for cell in header), rows=tuple(rows)))
    return position


def _cells(document: Document, block: Block) -> tuple[Line, ...]:
    """The cells of a row; a bar that is escaped, or stands in code, separates nothing."""
    text = document.text
    edges = [block.start - 1]
    code = False
    for index in range(block.start, block.end):
        if text[index] == "`":
            code = not code
        elif text[index] == "|" and not code and text[index - 1 : index] != "\\":
            edges.append(index)
    edges.append(block.end)
    cells = [plain(text, start + 1, end) for start, end in pairwise(edges)]
    if cells and not cells[0].text and text[block.start : block.end].lstrip().startswith("|"):
        cells = cells[1:]
    if cells and not cells[-1].text and text[block.start : block.end].rstrip().endswith("|"):
        cells = cells[:-1]
    return tuple(cells)


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
