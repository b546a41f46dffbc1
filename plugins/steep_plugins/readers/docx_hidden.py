"""What of a Word document nobody sees: hidden runs, white ones on white, and letters of a point or less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.values import LeftOut
from steep_plugins.readers.docx_names import V, W, number, taken_out, value
from steep_plugins.readers.docx_styles import is_colour, is_white, on

if TYPE_CHECKING:
    from lxml import etree

    from steep_plugins.readers.docx_styles import Styles

_SMALLEST = 2  # half points
_PLAIN_TABLES = ("tablenormal", "tablegrid", "normaltable")
_NO = ("f", "false", "0")


def take_hidden(root: etree._Element, styles: Styles) -> list[LeftOut]:
    """Take hidden runs out of a part of the document, and say what they said."""
    hidden: list[LeftOut] = []
    for run in [run for run in root.iter(f"{W}r") if _is_hidden(run, styles)]:
        if words := "".join(run.itertext(f"{W}t")).strip():
            hidden.append(LeftOut(reason="hidden", text=words))
        taken_out(run)
    return hidden


def _is_hidden(run: etree._Element, styles: Styles) -> bool:
    if run.find(f"{W}t") is None:
        return on(styles.stated(run, "vanish"))
    if on(styles.stated(run, "vanish")) or number(styles.stated(run, "sz"), _SMALLEST + 1) <= _SMALLEST:
        return True
    return _is_white(styles.stated(run, "color")) and not _on_colour(run, styles)


def _is_white(colour: etree._Element | None) -> bool:
    return is_white(value(colour)) or value(colour, "themeColor") in ("background1", "light1")


def _on_colour(run: etree._Element, styles: Styles) -> bool:
    """Whether something behind the words shows them; where it cannot be told, they are taken to be seen."""
    own = run.find(f"{W}rPr")
    if own is not None and (own.find(f"{W}highlight") is not None or is_colour(own.find(f"{W}shd"), "fill")):
        return True
    if styles.shaded(value(own.find(f"{W}rStyle")) if own is not None else ""):
        return True
    for above in run.iterancestors():
        if above.tag == f"{W}p" and (
            is_colour(above.find(f"{W}pPr/{W}shd"), "fill") or styles.shaded(styles.of_paragraph(above))
        ):
            return True
        if above.tag == f"{W}tc" and is_colour(above.find(f"{W}tcPr/{W}shd"), "fill"):
            return True
        if above.tag == f"{W}tbl" and _coloured_table(above, styles):
            return True
        if above.tag.startswith(V) and _filled(above):
            return True
        if above.tag == f"{W}document" and is_colour(above.find(f"{W}background"), "color"):
            return True
    return False


def _coloured_table(table: etree._Element, styles: Styles) -> bool:
    style = value(table.find(f"{W}tblPr/{W}tblStyle"))
    shaded = style.lower() not in _PLAIN_TABLES and styles.shaded(style)
    return shaded or is_colour(table.find(f"{W}tblPr/{W}shd"), "fill")


def _filled(shape: etree._Element) -> bool:
    colour = str(shape.get("fillcolor", "")).split(" ")[0].lower()
    white = colour in ("", "white", "#fff", "window") or is_white(colour.removeprefix("#"))
    return not white and shape.get("filled") not in _NO
