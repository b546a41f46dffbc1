"""The reader `pptx`: presentations, a slide a page, with its tables and the notes of the speaker."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lxml import etree

from steep.values import Document, LeftOut
from steep_plugins.readers.charts import chart_table, chart_title, diagram_words
from steep_plugins.readers.composing import Composer
from steep_plugins.readers.docx_equations import linear
from steep_plugins.readers.docx_names import DGM, MC, M, R, taken_out
from steep_plugins.readers.grids import Cell, grid_of
from steep_plugins.readers.numerals import raised
from steep_plugins.readers.office import readable
from steep_plugins.readers.pptx_bullets import bullet_of, margins_of, marker
from steep_plugins.readers.pptx_code import is_code, is_typed
from steep_plugins.readers.pptx_seen import Slide, slide_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from steep.kinds import Source

_DEEPEST = 8
# kinds of the main part that the library does not know
_MACROS = tuple(f"application/vnd.ms-powerpoint.{each}.macroEnabled.main+xml" for each in ("template", "slideshow"))
_A14 = "{http://schemas.microsoft.com/office/drawing/2010/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


class PptxReader:
    """Hidden slides, shapes and letters are left out and counted; what a master repeats is not part of a slide."""

    def read(self, source: Source) -> Document:
        writing = _Writing()
        with readable(source.data, source.path, what="a presentation", suffix=".pptx"):
            deck = _deck(source.data)
            stated = str(deck.core_properties.title or "").strip()
            writing.authors = _authors(deck)
            writing.coded = not is_typed(deck.slides)
            for slide in deck.slides:
                writing.slide(slide, slide_of(deck, slide))
        declared = "" if stated == "PowerPoint Presentation" else stated
        return writing.out.document(source.path, declared=declared, pages=writing.starts, left_out=writing.hidden)


def _deck(data: bytes) -> Any:
    """The presentation, also of a template or a slide show, which the library would open by no other way."""
    from pptx.opc.package import PartFactory
    from pptx.package import Package
    from pptx.parts.presentation import PresentationPart

    PartFactory.part_type_for.update(dict.fromkeys(_MACROS, PresentationPart))
    part = Package.open(io.BytesIO(data)).main_document_part
    if not isinstance(part, PresentationPart):
        raise ValueError("there are no slides in it")
    return part.presentation


@dataclass(slots=True)
class _Writing:
    out: Composer = field(default_factory=Composer)
    starts: list[int] = field(default_factory=list)
    hidden: list[LeftOut] = field(default_factory=list)
    authors: dict[str, str] = field(default_factory=dict)  # of comments, by their id
    coded: bool = False  # whether what is set in letters of one width is code
    lines: list[str] = field(default_factory=list)  # of code that goes on
    hang: tuple[int, int] | None = None  # the level of the item before, and how far in its words stand
    numbers: dict[int, int] = field(default_factory=dict)  # how far the numbered list of each level has come

    def slide(self, slide: Any, seen: Slide) -> None:
        before = len(self.out.blocks)
        self.starts.append(self.out.length)
        if slide.element.get("show") in ("0", "false"):
            self._hide(_texts(slide.shapes))
            return
        _choose(slide.element)
        _write_equations(slide.element)
        title = slide.shapes.title
        if title is not None and title.has_text_frame and seen.shows(title):
            self.out.heading(1, title.text_frame.text.replace("\x0b", " "))
        for shape in _shapes(slide.shapes):
            if not seen.shows(shape):
                self._hide(_texts([shape]))
            elif title is None or shape.shape_id != title.shape_id:
                self._shape(shape, seen)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            self.out.paragraph(slide.notes_slide.notes_text_frame.text.replace("\x0b", "\n"))
        self._comments(slide)
        if len(self.out.blocks) > before:
            self.starts[-1] = self.out.blocks[before].start if before else 0

    def _hide(self, said: Iterable[str]) -> None:
        self.hidden += [LeftOut(reason="hidden", text=" ".join(words.split())) for words in said if words.strip()]

    def _shape(self, shape: Any, seen: Slide) -> None:
        if getattr(shape, "has_table", False) and shape.has_table:
            self._table(shape.table)
        elif getattr(shape, "has_chart", False) and shape.has_chart:
            self._chart(shape.chart_part)
        elif shape.has_text_frame:
            self.numbers, self.hang = {}, None
            for paragraph in shape.text_frame.paragraphs:
                for run in [run for run in paragraph.runs if not seen.shows_run(shape, run)]:
                    self._hide([run.text])
                    run._r.getparent().remove(run._r)
                self._mark_runs(paragraph)
                self._text(shape, paragraph)
            self._end_code()
        elif part := _diagram(shape):
            for words in diagram_words(_xml(part)):
                self.out.item(1, "-", words)

    def _mark_runs(self, paragraph: Any) -> None:
        """Say of raised letters that they are; leave out what is struck out."""
        for run in paragraph.runs:
            look = run._r.find(f"{_A}rPr")
            if look is None or not run.text.strip():
                continue
            if look.get("strike", "noStrike") != "noStrike":
                self.hidden.append(LeftOut(reason="struck out", text=" ".join(run.text.split())))
                run._r.getparent().remove(run._r)
            elif look.get("baseline", "0").rstrip("%").isdecimal() and look.get("baseline", "0").strip("0%"):
                run.text = raised(run.text)

    def _text(self, shape: Any, paragraph: Any) -> None:
        """A paragraph of a shape; what is code is kept until it ends."""
        words = paragraph.text.replace("\x0b", "\n")
        if self.coded and (is_code(paragraph._p) or (self.lines and not words.strip())):
            self.lines.append(words)
            return
        self._end_code()
        mark, level = bullet_of(shape, paragraph), paragraph.level
        margin, first = margins_of(shape, paragraph)
        if mark is None and self.hang is not None and margin == self.hang[1] > 0 and first >= 0:
            self.out.item(self.hang[0] + 1, "", words)
            return
        self.hang = None if mark is None else (level, margin)
        self._paragraph(level, mark, words)

    def _end_code(self) -> None:
        lines, self.lines = self.lines, []
        self.out.code("\n".join(lines))

    def _paragraph(self, level: int, mark: etree._Element | None, words: str) -> None:
        counts = mark is not None and mark.tag == f"{_A}buAutoNum"
        self.numbers = {at: number for at, number in self.numbers.items() if at < level or (at == level and counts)}
        if counts:
            self.numbers[level] = self.numbers.get(level, 0) + bool(words.strip())
        if mark is not None:
            self.out.item(level + 1, marker(mark, self.numbers.get(level, 0)), words)
        elif level:
            self.out.item(level + 1, "-", words)
        else:
            self.out.paragraph(words)

    def _table(self, table: Any) -> None:
        rows = [
            [
                Cell(words=cell.text, rows=cell.span_height, columns=cell.span_width)
                for cell in row.cells
                if not cell.is_spanned
            ]
            for row in table.rows
        ]
        self.out.end_table()
        self.out.table(grid_of(rows, headers=1 if table.first_row and len(rows) > 1 else None))
        self.out.end_table()

    def _chart(self, part: Any) -> None:
        self.out.paragraph(chart_title(part._element))
        if grid := chart_table(part._element):
            self.out.end_table()
            self.out.table(grid)
            self.out.end_table()

    def _comments(self, slide: Any) -> None:
        """What was written beside a slide."""
        for relation in slide.part.rels.values():
            if not relation.reltype.endswith("/comments") or relation.is_external:
                continue
            for comment in _xml(relation.target_part.blob).iter():
                if isinstance(comment.tag, str) and comment.tag.endswith("}cm"):
                    words = " ".join("".join(comment.itertext()).split())
                    who = self.authors.get(comment.get("authorId") or "", "")
                    by = ", ".join(filter(None, (who, (comment.get("dt") or "")[:10])))
                    self.out.quote(f"Comment ({by}): {words}" if words else "")


def _choose(slide: etree._Element) -> None:
    """Put shapes that only newer programs draw, as those with equations, where the choice between forms stands."""
    for shell in list(slide.iter(f"{MC}AlternateContent")):
        forms = [each for each in shell if each.tag in (f"{MC}Choice", f"{MC}Fallback")]
        chosen = next((each for each in forms if each.find(f".//{_A}t") is not None), None)
        taken_out(shell, *(chosen if chosen is not None else ()))


def _write_equations(slide: etree._Element) -> None:
    """Put runs, which libraries read, in the place of equations."""
    for shell in list(slide.iter(f"{_A14}m")):
        run = etree.Element(f"{_A}r")
        etree.SubElement(run, f"{_A}t").text = "\n".join(map(linear, shell.iter(f"{M}oMath")))
        taken_out(shell, run)


def _authors(deck: Any) -> dict[str, str]:
    for relation in deck.part.rels.values():
        if relation.reltype.endswith("/commentAuthors") and not relation.is_external:
            return {each.get("id") or "": each.get("name") or "" for each in _xml(relation.target_part.blob)}
    return {}


def _xml(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def _diagram(shape: Any) -> bytes:
    """The part that holds the words of a diagram (SmartArt); nothing for other shapes."""
    named = shape._element.find(f".//{DGM}relIds")
    relation = None if named is None else shape.part.rels.get(named.get(f"{R}dm", ""))
    return b"" if relation is None or relation.is_external else bytes(relation.target_part.blob)


def _shapes(shapes: Iterable[Any], depth: int = 0) -> Iterator[Any]:
    """The shapes of a slide, also those in groups."""
    for shape in shapes:
        if hasattr(shape, "shapes") and depth < _DEEPEST:
            yield from _shapes(shape.shapes, depth + 1)
        else:
            yield shape


def _texts(shapes: Iterable[Any]) -> Iterator[str]:
    for shape in _shapes(shapes):
        if getattr(shape, "has_table", False) and shape.has_table:
            yield from (cell.text for row in shape.table.rows for cell in row.cells)
        elif shape.has_text_frame:
            yield shape.text_frame.text
