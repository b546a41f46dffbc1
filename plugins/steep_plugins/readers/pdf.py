"""The reader `pdf`: the text layer of a PDF and what was filled in, with the offset at which each page begins."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pypdfium2

from steep.errors import SourceError
from steep.values import Document, LeftOut
from steep_plugins.readers.composing import Composer
from steep_plugins.readers.decoding import empty
from steep_plugins.readers.enumerated import with_items
from steep_plugins.readers.grids import grid_of
from steep_plugins.readers.pdf_hyphens import Hyphens
from steep_plugins.readers.pdf_layout import Piece, blank_lines, pieces_of, unmarked
from steep_plugins.readers.pdf_margins import without_margins
from steep_plugins.readers.pdf_ocr import read_by_ocr
from steep_plugins.readers.pdf_page import PageParts, page_parts
from steep_plugins.readers.pdf_rows import flow_of
from steep_plugins.readers.pdf_tables import Table
from steep_plugins.readers.pdf_turned import with_turned, without_repeats
from steep_plugins.readers.pdf_view import PDFIUM
from steep_plugins.readers.titles import title_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import Source
    from steep.values import Block

_DEEPEST = 120  # letters that a line of code is set in
_PASSWORD = 4  # FPDF_ERR_PASSWORD
_PROGRAM = re.compile(r"^Microsoft (?:Word|PowerPoint|Excel) - ")
_NO_TITLE = re.compile(
    r"(?:untitled.*|powerpoint presentation|.*\.(?:docx?|pptx?|xlsx?|pdf|indd|tex|dvi|html?))", re.IGNORECASE
)


class PdfReader:
    """Reading order is that of the file's content; tables are kept row by row, pictures are not read.

    ``ocr`` names the languages, as tesseract does, by which pages without any text are read from their picture.
    """

    def __init__(self, *, running_lines: bool = False, ocr: str = "") -> None:
        self._running_lines = running_lines
        self._ocr = ocr

    def read(self, source: Source) -> Document:
        if not source.data:
            raise empty(source.path)
        with PDFIUM:
            pages, stated = _pages(source, self._ocr)
        hidden = [LeftOut(reason="hidden", text=words) for page in pages for words in page.hidden]
        hidden += [LeftOut(reason="struck out", text=words) for page in pages for words in page.struck]
        if not any(page.items or page.turned for page in pages):
            seen = "all of its text is hidden" if hidden else "it is a scan, or pictures only"
            raise SourceError(
                f"{source.path} has no text layer that can be seen: {seen}; run OCR over it (ocrmypdf does) "
                "and index the result, or set `ocr` under [reader.pdf].",
                path=source.path,
            )
        running = [] if self._running_lines else [*without_margins(pages), *without_repeats(pages)]
        flow = [item for page in pages for item in flow_of(page)]
        written = _Writing(hyphens=Hyphens(_texts(flow)))
        for piece in with_turned(pieces_of(flow), pages):
            written.put(piece)
        text = written.out.text
        blocks = with_items(text, written.out.blocks)
        title = title_of(source.path, text, blocks[:3], declared="" if _has_title(blocks) else _stated(stated))
        return Document(
            path=source.path,
            text=text,
            title=title,
            blocks=blocks,
            pages=written.begins(len(pages)),
            left_out=(*hidden, *(LeftOut(reason="header or footer", text=words) for words in running)),
        )


def _pages(source: Source, ocr: str) -> tuple[list[PageParts], str]:
    """The parts of each page, and the title that the file states."""
    try:
        pdf = pypdfium2.PdfDocument(source.data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD:
            message = f"{source.path} is encrypted; remove its password, save it, and index again."
        else:
            message = f"{source.path} is not a PDF that can be read ({error}); print it to a new PDF file."
        raise SourceError(message, path=source.path) from error
    try:
        pages = _parts(pdf, source.path, ocr)
        return pages, str(pdf.get_metadata_value("Title") or "")
    except pypdfium2.PdfiumError as error:
        message = f"{source.path} has a page that cannot be read ({error}); print it to a new PDF file."
        raise SourceError(message, path=source.path) from error
    finally:
        pdf.close()


def _parts(pdf: Any, path: str, ocr: str) -> list[PageParts]:
    """The parts of each page. What one page shows of a font holds for those before it, which are looked at again."""
    form = _form(pdf)
    uneven: set[str] = set()

    def parts_of(number: int) -> PageParts:
        page = pdf[number]
        parts = page_parts(page, number, form, uneven)
        made = read_by_ocr(page, parts, language=ocr, path=path) if ocr and not parts.items else parts
        page.close()
        return made

    pages: list[PageParts] = []
    again = 0
    for number in range(len(pdf)):
        known = len(uneven)
        pages.append(parts_of(number))
        again = number if len(uneven) > known else again
    return [*map(parts_of, range(again)), *pages[again:]]


def _form(pdf: Any) -> Any:
    """Pdfium's handle of the form's fields; None where there are none."""
    if not pdf.get_formtype():
        return None
    pdf.init_forms()
    return pdf.formenv.raw if pdf.formenv else None


def _has_title(blocks: Sequence[Block]) -> bool:
    """Whether the document begins with its title: a heading further down names a section."""
    return any(block.kind == "heading" and block.level == 1 for block in blocks[:3])


def _stated(title: str) -> str:
    """The title in the file's properties, unless a program wrote it there."""
    title = _PROGRAM.sub("", title).strip()
    return "" if _NO_TITLE.fullmatch(title) else title


def _texts(flow: Sequence[Any]) -> Iterator[str]:
    for item in flow:
        if isinstance(item, Table):
            yield from (line for row in item.rows for cell in row.cells for line in cell.lines)
        else:
            yield item.text


@dataclass(slots=True)
class _Writing:
    """Writes pieces, and notes where each page begins."""

    hyphens: Hyphens
    out: Composer = field(default_factory=Composer)
    starts: dict[int, int] = field(default_factory=dict)

    def put(self, piece: Piece | Table) -> None:
        if isinstance(piece, Table):
            self._table(piece)
            return
        lines = [line.text for line in piece.lines]
        words = self._code(piece) if piece.kind == "code" else self.hyphens.joined(lines)
        count = len(self.out.blocks)
        if piece.kind == "heading":
            self.out.heading(piece.level, words)
        elif piece.kind == "item":
            marker, rest = unmarked(words)
            self.out.item(piece.level, marker, rest)
        elif piece.kind == "code":
            self.out.code(words)
        else:
            self.out.paragraph(words)
        if len(self.out.blocks) > count:
            self._pages_of(piece, self.out.blocks[-1])

    def _code(self, piece: Piece) -> str:
        """The lines as they stand: letters of one width say how far each is set in."""
        widths = sorted((line.right - line.left) / len(line.text) for line in piece.lines)
        width, edge = widths[len(widths) // 2], min(line.left for line in piece.lines)
        said = []
        for number, line in enumerate(piece.lines):
            said += [""] * (blank_lines(piece.lines[number - 1], line) if number else 0)
            indent = min(_DEEPEST, round((line.left - edge) / max(width, 0.1)))
            said.append(" " * indent + self.hyphens.mended(line.text))
        return "\n".join(said)

    def _pages_of(self, piece: Piece, block: Block) -> None:
        """A page begins in the midst of a block where its first line does."""
        end = block.end - 4 * (piece.kind == "code")  # the fence below it
        pages = [line.page for line in piece.lines]
        for number, page in enumerate(pages):
            if page in self.starts:
                continue
            # what follows is as long as it would be by itself, but for a word that is broken there
            rest = self.hyphens.joined([line.text for line in piece.lines[number:]])
            self.starts[page] = block.start if number == 0 else max(block.start, end - len(rest))

    def _table(self, table: Table) -> None:
        count = len(self.out.blocks)
        grid = grid_of(table.grid_rows(self.hyphens.joined), headers=table.head_count())
        self.out.end_table()
        self.out.table(grid)
        self.out.end_table()
        blocks = self.out.blocks[count:]
        said = [*([grid.header] if grid.header else []), *grid.rows]
        pages = [row.page for row in table.rows[len(table.rows) - len(grid.rows) :]]
        pages = [table.rows[0].page] * bool(grid.header) + pages
        shown = [page for page, row in zip(pages, said, strict=True) if any(row)]
        for page, block in zip(shown, blocks, strict=True):
            self.starts.setdefault(page, block.start)

    def begins(self, count: int) -> tuple[int, ...]:
        """Where each page begins; one without words begins where the next does."""
        begins = [self.starts.get(page) for page in range(count)]
        following = self.out.length
        for page in reversed(range(count)):
            found = begins[page]
            begins[page] = following = min(following, following if found is None else found)
        return (0, *(begin for begin in begins[1:] if begin is not None))
