"""The reader `pdf`: the text layer of a PDF, with the offset at which each page begins."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pypdfium2

from steep.errors import SourceError
from steep.values import Block, Document
from steep_plugins.readers.decoding import empty
from steep_plugins.readers.pdf_layout import Piece, marker, pieces_of, without_running_lines
from steep_plugins.readers.pdf_lines import HYPHEN, PDFIUM, Line, page_lines
from steep_plugins.readers.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import Source

_PASSWORD = 4  # FPDF_ERR_PASSWORD
_PROGRAM = re.compile(r"^Microsoft (?:Word|PowerPoint|Excel) - ")
_NO_TITLE = re.compile(
    r"(?:untitled.*|powerpoint presentation|.*\.(?:docx?|pptx?|xlsx?|pdf|indd|tex|dvi|html?))", re.IGNORECASE
)
_BROKEN_WORD = re.compile(rf"(\w+){HYPHEN}\s*(\w+)")
_WORD = re.compile(r"\w+(?:-\w+)*")


class PdfReader:
    """Reading order is that of the file's content; tables are kept row by row, pictures are not read."""

    def __init__(self, *, running_lines: bool = False) -> None:
        self._running_lines = running_lines

    def read(self, source: Source) -> Document:
        if not source.data:
            raise empty(source.path)
        with PDFIUM:
            pages, heights, stated = _pages(source)
        if not any(pages):
            raise SourceError(
                f"{source.path} has no text layer: it is a scan, or pictures only; run OCR over it (ocrmypdf does) "
                "and index the result.",
                path=source.path,
            )
        if not self._running_lines:
            # a page of nothing but its margins is kept as it is
            kept = without_running_lines(pages, heights)
            pages = kept if any(kept) else pages
        pieces = pieces_of([line for lines in pages for line in lines])
        text, blocks, starts = _laid_out(pieces, len(pages))
        title = title_of(source.path, text, blocks[:3], declared="" if _has_title(blocks) else _stated(stated))
        return Document(path=source.path, text=text, title=title, blocks=blocks, pages=starts)


def _pages(source: Source) -> tuple[list[list[Line]], list[float], str]:
    """Lines and height of each page, and the title that the file states."""
    try:
        pdf = pypdfium2.PdfDocument(source.data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD:
            message = f"{source.path} is encrypted; remove its password, save it, and index again."
        else:
            message = f"{source.path} is not a PDF that can be read ({error}); print it to a new PDF file."
        raise SourceError(message, path=source.path) from error
    try:
        pages: list[list[Line]] = []
        heights: list[float] = []
        for number in range(len(pdf)):
            page = pdf[number]
            pages.append(page_lines(page, number))
            heights.append(page.get_height())
            page.close()
        return pages, heights, str(pdf.get_metadata_value("Title") or "")
    except pypdfium2.PdfiumError as error:
        message = f"{source.path} has a page that cannot be read ({error}); print it to a new PDF file."
        raise SourceError(message, path=source.path) from error
    finally:
        pdf.close()


def _has_title(blocks: Sequence[Block]) -> bool:
    """Whether the document begins with its title: a heading further down names a section."""
    return any(block.kind == "heading" and block.level == 1 for block in blocks[:3])


def _stated(title: str) -> str:
    """The title in the file's properties, unless a program wrote it there."""
    title = _PROGRAM.sub("", title).strip()
    return "" if _NO_TITLE.fullmatch(title) else title


def _laid_out(pieces: Sequence[Piece], count: int) -> tuple[str, tuple[Block, ...], tuple[int, ...]]:
    """The text of all pieces, their blocks in it, and where each page begins."""
    known = Counter(word.lower() for piece in pieces for line in piece.lines for word in _WORD.findall(line.text))
    parts: list[str] = []
    blocks: list[Block] = []
    starts: list[int] = []
    length = 0
    before = ""
    for piece in pieces:
        gap = "" if not parts else "\n" if before == piece.kind and piece.kind in ("item", "row") else "\n\n"
        start = length + len(gap)
        parts.append(gap)
        length = start
        for text, page in _written(piece, known):
            starts += [length] * (page + 1 - len(starts))
            parts.append(text)
            length += len(text)
        blocks.append(Block(kind=piece.kind, start=start, end=length, level=piece.level))
        before = piece.kind
    starts += [length] * (count - len(starts))
    return "".join(parts), tuple(blocks), (0, *starts[1:])


def _written(piece: Piece, known: Counter[str]) -> list[tuple[str, int]]:
    """The texts that make up a piece, with the page each stands on."""
    if piece.kind == "code":
        return [(line.text + "\n" * (line is not piece.lines[-1]), line.page) for line in piece.lines]
    if piece.kind == "row":
        return [
            ("| " + " | ".join(cell.replace("|", "/").replace(HYPHEN, "-") for cell in line.cells) + " |", line.page)
            for line in piece.lines
        ]
    written: list[tuple[str, int]] = []
    for index, line in enumerate(piece.lines):
        following = piece.lines[index + 1].text if index + 1 < len(piece.lines) else ""
        text = line.text
        if index == 0:
            text = "#" * piece.level + " " + text if piece.kind == "heading" else marker(text)
        if following and re.search(r"\w[-\x02]$", text) and following[:1].islower():
            # the word that goes on in the next line is mended together with its beginning
            head, _, tail = following.partition(" ")
            piece.lines[index + 1] = _with_text(piece.lines[index + 1], tail)
            text = text[:-1] + HYPHEN + head
        written.append((_mended(text, known) + " " * bool(following), line.page))
    last, page = written[-1]
    written[-1] = (last.rstrip(), page)
    return written


def _with_text(line: Line, text: str) -> Line:
    return replace(line, text=text)


def _mended(text: str, known: Counter[str]) -> str:
    """A word broken at a line's end is put together, with its hyphen where the document writes it so elsewhere."""

    def joined(found: re.Match[str]) -> str:
        plain, compound = found.group(1) + found.group(2), f"{found.group(1)}-{found.group(2)}"
        return compound if known[compound.lower()] > known[plain.lower()] else plain

    return _BROKEN_WORD.sub(joined, text).replace(HYPHEN, "-")
