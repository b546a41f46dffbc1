"""Makes the PDF and DOCX documents of the sample domain from the Markdown files in `sources/`.

`python make_documents.py [folder]` writes them into `folder` (default: `documents/` beside this file).
`sources/finance/x.pdf.md` becomes `finance/x.pdf`. Needs reportlab, python-docx and markdown-it-py.
The bytes do not depend on the clock, and not on the zlib at hand either, since nothing is compressed.
"""

from __future__ import annotations

import io
import sys
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.shared import Pt
from markdown_it import MarkdownIt
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, ListFlowable, Paragraph, SimpleDocTemplate, Spacer, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docx.text.paragraph import Paragraph as WordParagraph
    from markdown_it.token import Token

HERE = Path(__file__).resolve().parent
AUTHOR = "Marrowick Harbor Company"
FIXED_DATE = datetime(2026, 7, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A run of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False


Line: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading or paragraph (one line), a list (a line an item) or a table (rows of lines)."""

    kind: str
    level: int = 0
    lines: tuple[Line, ...] = ()
    rows: tuple[tuple[Line, ...], ...] = ()


def spans(inline: Token) -> Line:
    found: list[Span] = []
    bold = italic = False
    for child in inline.children or []:
        if child.type in ("strong_open", "strong_close"):
            bold = child.type == "strong_open"
        elif child.type in ("em_open", "em_close"):
            italic = child.type == "em_open"
        else:
            text = " " if child.type == "softbreak" else child.content
            found.append(Span(text=text, bold=bold, italic=italic))
    return tuple(found)


def section(tokens: Sequence[Token], start: int) -> Sequence[Token]:
    """The tokens strictly between the one that opens at `start` and the one that closes it."""
    closing = tokens[start].type.replace("_open", "_close")
    level = tokens[start].level
    end = next(i for i in range(start, len(tokens)) if tokens[i].type == closing and tokens[i].level == level)
    return tokens[start + 1 : end]


def table_rows(tokens: Sequence[Token]) -> Iterator[tuple[Line, ...]]:
    for i, token in enumerate(tokens):
        if token.type == "tr_open":
            yield tuple(spans(t) for t in section(tokens, i) if t.type == "inline")


def blocks(markdown: str) -> Iterator[Block]:
    """The blocks of a Markdown text, in order; nested lists are not used in the sources and are refused."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    for i, token in enumerate(tokens):
        if token.level != 0 or token.nesting != 1:
            continue
        inside = section(tokens, i)
        if token.type == "table_open":
            yield Block(kind="table", rows=tuple(table_rows(inside)))
            continue
        if any(t.type in ("bullet_list_open", "ordered_list_open", "blockquote_open") for t in inside):
            raise ValueError(f"nested block near source line {(token.map or [0])[0] + 1}: write it flat")
        lines = tuple(spans(t) for t in inside if t.type == "inline")
        level = int(token.tag[1]) if token.type == "heading_open" else 0
        yield Block(kind=token.type.removesuffix("_open"), level=level, lines=lines)


BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10.5, leading=14.5, spaceAfter=7)
CELL = ParagraphStyle("cell", parent=BODY, fontSize=9.5, leading=12, spaceAfter=0)
ITEM = ParagraphStyle("item", parent=BODY, spaceAfter=2)
HEADINGS = {
    1: ParagraphStyle("h1", parent=BODY, fontName="Helvetica-Bold", fontSize=19, leading=24, spaceAfter=10),
    2: ParagraphStyle(
        "h2", parent=BODY, fontName="Helvetica-Bold", fontSize=13.5, leading=18, spaceBefore=9, keepWithNext=1
    ),
}
GRID: list[Any] = [
    ("GRID", (0, 0), (-1, -1), 0.5, colors.grey),
    ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]


def marked_up(line: Line) -> str:
    parts = []
    for span in line:
        text = escape(span.text)
        text = f"<b>{text}</b>" if span.bold else text
        parts.append(f"<i>{text}</i>" if span.italic else text)
    return "".join(parts)


def flowables(block: Block) -> Iterator[Flowable]:
    if block.kind == "table":
        cells = [[Paragraph(marked_up(cell), CELL) for cell in row] for row in block.rows]
        widths = [165 * mm / len(cells[0])] * len(cells[0])
        yield Table(cells, style=GRID, repeatRows=1, hAlign="LEFT", colWidths=widths)
        yield Spacer(1, 8)
    elif block.kind.endswith("_list"):
        items = [Paragraph(marked_up(line), ITEM) for line in block.lines]
        ordered = block.kind == "ordered_list"
        bullet: dict[str, Any] = (
            {"bulletType": "1", "bulletFormat": "%s."} if ordered else {"bulletType": "bullet", "start": "•"}
        )
        yield ListFlowable(items, leftIndent=16, bulletFontSize=10.5, **bullet)
        yield Spacer(1, 6)
    else:
        yield Paragraph(marked_up(block.lines[0]), HEADINGS.get(block.level, BODY))


def pdf_bytes(markdown: str) -> bytes:
    parsed = list(blocks(markdown))
    title = "".join(span.text for span in parsed[0].lines[0])

    def footer(canvas: Any, document: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(22 * mm, 12 * mm, title)
        canvas.drawRightString(A4[0] - 22 * mm, 12 * mm, f"Page {document.page}")

    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=22 * mm, rightMargin=22 * mm, topMargin=22 * mm, bottomMargin=24 * mm,
        title=title, author=AUTHOR, invariant=1, pageCompression=0,
    )  # fmt: skip
    story = [flowable for block in parsed for flowable in flowables(block)]
    document.build(story, onFirstPage=footer, onLaterPages=footer)
    return out.getvalue()


def write_runs(paragraph: WordParagraph, line: Line) -> None:
    for span in line:
        run = paragraph.add_run(span.text)
        run.bold = span.bold or None
        run.italic = span.italic or None


def new_numbering(document: Any) -> int:
    """The id of a numbering that starts at 1 again; without it Word counts on from the list before."""
    numbering = document.part.numbering_part.element
    style_id = document.styles["List Number"].element.pPr.numPr.numId.val
    num = numbering.add_num(numbering.num_having_numId(style_id).abstractNumId.val)
    num.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(num.numId)


def write_block(document: Any, block: Block) -> None:
    if block.kind == "table":
        table = document.add_table(rows=len(block.rows), cols=len(block.rows[0]), style="Table Grid")
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for row, cells in zip(table.rows, block.rows, strict=True):
            for cell, line in zip(row.cells, cells, strict=True):
                write_runs(cell.paragraphs[0], line)
        document.add_paragraph()
        return
    style = {"bullet_list": "List Bullet", "ordered_list": "List Number"}.get(block.kind)
    style = f"Heading {block.level}" if block.level else style
    number = new_numbering(document) if block.kind == "ordered_list" else None
    for line in block.lines:
        paragraph = document.add_paragraph(style=style)
        write_runs(paragraph, line)
        if number is not None:
            paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number


def drop_unused_parts(document: Any) -> None:
    """Nine tenths of python-docx's template are styles that no document here uses."""
    for style in list(document.styles):
        if style.type == WD_STYLE_TYPE.TABLE and style.name not in ("Normal Table", "Table Grid"):
            style.delete()
    for relations in (document.part.rels, document.part.package.rels):
        for key, relation in list(relations.items()):
            if relation.reltype.endswith(("/stylesWithEffects", "/thumbnail")):
                del relations[key]


def without_timestamps(package: bytes) -> bytes:
    source, out = zipfile.ZipFile(io.BytesIO(package)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            target.writestr(info, source.read(name))
    return out.getvalue()


def docx_bytes(markdown: str) -> bytes:
    parsed = list(blocks(markdown))
    document = Document()
    drop_unused_parts(document)
    document.styles["Normal"].font.size = Pt(11)
    properties = document.core_properties
    properties.title = "".join(span.text for span in parsed[0].lines[0])
    properties.author = properties.last_modified_by = AUTHOR
    properties.created = properties.modified = FIXED_DATE
    for block in parsed:
        write_block(document, block)
    out = io.BytesIO()
    document.save(out)
    return without_timestamps(out.getvalue())


MAKERS = {".pdf": pdf_bytes, ".docx": docx_bytes}


def make(folder: Path) -> list[Path]:
    """Writes every document that has a source, and returns their paths."""
    made = []
    for source in sorted((HERE / "sources").rglob("*.md")):
        target = folder / source.relative_to(HERE / "sources").with_suffix("")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(MAKERS[target.suffix](source.read_text(encoding="utf-8")))
        made.append(target)
    return made


if __name__ == "__main__":
    for path in make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "documents"):
        print(path)
