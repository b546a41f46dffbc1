"""Tables of texts in XML as HTML, with the columns that cells name and the rows that they reach down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep_plugins.readers.xml_names import CELLS, ROWS, TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml import etree

__all__ = ["name_of", "table_html"]


def name_of(element: etree._Element) -> str:
    """An element's name in lower case, without its namespace; "" for comments and the like."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def table_html(table: etree._Element, said: Callable[[etree._Element], str]) -> str:
    """A table; ``said`` gives the words of a cell, as HTML."""
    groups = [each for each in table.iter() if name_of(each) == "tgroup"] or [table]
    return "".join(_group(each, said) for each in groups)


def _group(group: etree._Element, said: Callable[[etree._Element], str]) -> str:
    order = [each.get("colname") or str(at) for at, each in enumerate(_of(group, "colspec"), 1)]
    spans = {each.get("spanname"): (each.get("namest"), each.get("nameend")) for each in _of(group, "spanspec")}
    parts = []
    for row in _rows(group):
        above = row.getparent()
        head = name_of(row) in ("sthead", "prophead") or (above is not None and name_of(above) == "thead")
        cells = "".join(_cell(cell, order, spans, said, head=head) for cell in row if name_of(cell) in CELLS)
        parts.append(f"<thead><tr>{cells}</tr></thead>" if head else f"<tr>{cells}</tr>")
    return f"<table>{''.join(parts)}</table>"


def _of(group: etree._Element, name: str) -> Iterator[etree._Element]:
    return (each for each in group if name_of(each) == name)


def _rows(element: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table, but not of those within its cells."""
    for child in element:
        name = name_of(child)
        if name in ROWS:
            yield child
        elif name and name not in CELLS | TABLES:
            yield from _rows(child)


def _cell(
    cell: etree._Element,
    order: list[str],
    spans: dict[str | None, tuple[str | None, str | None]],
    said: Callable[[etree._Element], str],
    *,
    head: bool,
) -> str:
    first, last = spans.get(cell.get("spanname"), (cell.get("namest"), cell.get("nameend")))
    wide = order.index(last) - order.index(first) + 1 if first in order and last in order else _number(cell, "colspan")
    tall = max(_number(cell, "rowspan"), _number(cell, "morerows", otherwise=0) + 1)
    name = "th" if head or name_of(cell) == "th" else "td"
    return f'<{name} rowspan="{tall}" colspan="{max(1, wide)}">{said(cell)}</{name}>'


def _number(cell: etree._Element, name: str, *, otherwise: int = 1) -> int:
    value = cell.get(name) or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else otherwise
