"""What Word draws: charts as the tables they show, diagrams as lists, and text boxes that only newer programs read."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from lxml import etree

from steep_plugins.readers.charts import chart_table, chart_title, diagram_words
from steep_plugins.readers.docx_names import DGM, MC, C, R, V, W, parsed, run_of, taken_out

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable

    from steep_plugins.readers.grids import Grid


def write_drawings(root: etree._Element, archive: zipfile.ZipFile, files: dict[str, str]) -> None:
    """Put text boxes, which converters read, in the place of charts, diagrams and boxes without an old form."""
    names = set(archive.namelist())
    for drawing in list(root.iter(f"{W}drawing")):
        chart = drawing.find(f".//{C}chart")
        diagram = drawing.find(f".//{DGM}relIds")
        if chart is not None and (part := files.get(chart.get(f"{R}id", ""))) in names and part:
            _boxed(drawing, _chart(parsed(archive.read(part))))
        elif diagram is not None and (part := files.get(diagram.get(f"{R}dm", ""))) in names and part:
            _boxed(drawing, _diagram(parsed(archive.read(part))))
        elif drawing.find(f".//{W}txbxContent") is not None:
            _boxed(drawing, [deepcopy(each) for box in drawing.iter(f"{W}txbxContent") for each in box])


def _boxed(drawing: etree._Element, content: Iterable[etree._Element]) -> None:
    """Put a box of the old form in a drawing's place; it stays where an old form of the same box follows."""
    choice = next(drawing.iterancestors(f"{MC}Choice"), None)
    shell = None if choice is None else choice.getparent()
    if shell is not None and any(each.find(f".//{W}txbxContent") is not None for each in shell.iter(f"{MC}Fallback")):
        return
    pict = etree.Element(f"{W}pict")
    box = etree.SubElement(etree.SubElement(etree.SubElement(pict, f"{V}shape"), f"{V}textbox"), f"{W}txbxContent")
    box.extend(content)
    taken_out(drawing if shell is None else shell, pict)


def _chart(chart: etree._Element) -> list[etree._Element]:
    title, grid = chart_title(chart), chart_table(chart)
    made = [_paragraph(title)] if title else []
    return [*made, _table(grid)] if grid else made


def _table(grid: Grid) -> etree._Element:
    table = etree.Element(f"{W}tbl")
    for number, cells in enumerate([grid.header, *grid.rows] if grid.header else grid.rows):
        row = etree.SubElement(table, f"{W}tr")
        if number == 0 and grid.header:
            etree.SubElement(etree.SubElement(row, f"{W}trPr"), f"{W}tblHeader")
        for words in cells:
            etree.SubElement(row, f"{W}tc").append(_paragraph(words))
    return table


def _diagram(data: etree._Element) -> list[etree._Element]:
    return [_paragraph(words) for words in diagram_words(data)]


def _paragraph(words: str) -> etree._Element:
    paragraph = etree.Element(f"{W}p")
    paragraph.append(run_of(words))
    return paragraph
