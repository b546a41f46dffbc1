"""What of a Word document nobody sees: hidden runs and rows, letters that are tiny or look like their paper.

What was deleted while changes were tracked is shown beside the text, if at all, and is counted too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.values import LeftOut
from steep_plugins.readers.docx_names import V, W, number, taken_out, value, words_of
from steep_plugins.readers.docx_styles import is_colour, is_white, on

if TYPE_CHECKING:
    from lxml import etree

    from steep_plugins.readers.docx_styles import Styles

_SMALLEST = 3  # half points
_HIGHLIGHTS = {"black": "000000", "blue": "0000ff", "cyan": "00ffff", "green": "00ff00", "magenta": "ff00ff",
               "red": "ff0000", "yellow": "ffff00", "white": "ffffff", "darkblue": "000080", "darkred": "800000",
               "lightgray": "c0c0c0", "darkgray": "808080"}  # fmt: skip
_PLAIN_TABLES = ("tablenormal", "tablegrid", "normaltable")
_NO = ("f", "false", "0")


def take_hidden(root: etree._Element, styles: Styles) -> list[LeftOut]:
    """Take hidden rows and runs out of a part of the document, and say what they and what was deleted said."""
    hidden = _deleted(root)
    for row in [row for row in root.iter(f"{W}tr") if on(row.find(f"{W}trPr/{W}hidden"))]:
        if words := words_of(row):
            hidden.append(LeftOut(reason="hidden", text=words))
        taken_out(row)
    for run in [run for run in root.iter(f"{W}r") if _is_hidden(run, styles)]:
        if words := "".join(run.itertext(f"{W}t")).strip():
            hidden.append(LeftOut(reason="hidden", text=words))
        taken_out(run)
    for run in root.iter(f"{W}r"):
        if on(styles.stated(run, "strike")) or on(styles.stated(run, "dstrike")):
            _strike(run)
    return hidden


def _strike(run: etree._Element) -> None:
    """Say of a run itself that it is struck out; converters do not look at its style, or for a second line."""
    own = run.find(f"{W}rPr")
    if own is None:
        own = run.makeelement(f"{W}rPr")
        run.insert(0, own)
    for each in own.findall(f"{W}strike"):
        own.remove(each)
    own.append(own.makeelement(f"{W}strike"))


def comments(root: etree._Element) -> list[LeftOut]:
    """What stands in the comments of a document."""
    return [LeftOut(reason="comment", text=words) for words in map(words_of, root.iter(f"{W}comment")) if words]


def _deleted(root: etree._Element) -> list[LeftOut]:
    gone = [
        each for each in root.iter(f"{W}del", f"{W}moveFrom") if each.getparent().tag not in (f"{W}trPr", f"{W}rPr")
    ]
    gone += [row for row in root.iter(f"{W}tr") if row.find(f"{W}trPr/{W}del") is not None]
    return [LeftOut(reason="struck out", text=words) for words in map(words_of, gone) if words]


def _is_hidden(run: etree._Element, styles: Styles) -> bool:
    if run.find(f"{W}t") is None:
        return on(styles.stated(run, "vanish"))
    if on(styles.stated(run, "vanish")) or number(styles.stated(run, "sz"), _SMALLEST + 1) <= _SMALLEST:
        return True
    ink = styles.stated(run, "color")
    return _is_its_paper(run, value(ink).lower()) or (_is_white(ink) and not _on_colour(run, styles))


def _is_its_paper(run: etree._Element, ink: str) -> bool:
    """Whether letters have the very colour that was put behind them."""
    own = run.find(f"{W}rPr")
    if own is None or not ink or ink == "auto":
        return False
    marked = _HIGHLIGHTS.get(value(own.find(f"{W}highlight")).lower(), "")
    return ink == (marked or value(own.find(f"{W}shd"), "fill").lower())


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
