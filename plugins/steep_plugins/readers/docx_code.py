"""Code in Word documents: paragraphs all of whose letters are equally wide, in a text whose letters are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep_plugins.readers.docx_names import W, run_of, taken_out, value
from steep_plugins.readers.docx_numbers import BEGIN, END
from steep_plugins.readers.typefaces import EVEN

if TYPE_CHECKING:
    from lxml import etree

    from steep_plugins.readers.docx_styles import Styles

__all__ = ["CODE_RULE", "mark_code"]

_STYLE = "SteepCode"
CODE_RULE = f"p.{_STYLE} => pre:separator('\\n')\n"  # neighbours become one block
_UNMARKED = BEGIN + END
_MOST = 0.8  # the share of paragraphs from which on it is a document typed in such a font


def mark_code(root: etree._Element, styles: Styles) -> None:
    """Give such paragraphs a style that is converted to code; empty ones between them are its blank lines."""
    paragraphs = list(root.iter(f"{W}p"))
    said = [each for each in paragraphs if _runs(each)]
    code = {each for each in said if _is_code(each, styles)}
    if not code or len(code) > _MOST * len(said):
        return
    for before, each, after in zip(paragraphs, paragraphs[1:], paragraphs[2:], strict=False):
        if before in code and after in code and not _runs(each) and each.getnext() is after:
            each.append(run_of(" "))
            code.add(each)
    for each in code:
        _set_style(each)


def _runs(paragraph: etree._Element) -> list[etree._Element]:
    """The runs that say something."""
    said = ((run, "".join(run.itertext(f"{W}t")).strip()) for run in paragraph.iter(f"{W}r"))
    return [run for run, words in said if words not in ("", _UNMARKED)]


def _is_code(paragraph: etree._Element, styles: Styles) -> bool:
    properties = paragraph.find(f"{W}pPr")
    listed = properties is not None and properties.find(f"{W}numPr") is not None and not _is_unmarked(paragraph)
    within = next(paragraph.iterancestors(f"{W}tc"), None) is not None
    if listed or within or styles.level(styles.of_paragraph(paragraph)):
        return False
    return all(EVEN.search(_font(run, styles)) for run in _runs(paragraph))


def _is_unmarked(paragraph: etree._Element) -> bool:
    """Whether it stands below an item of a list, of which it shows no mark of its own."""
    return any("".join(run.itertext(f"{W}t")) == _UNMARKED for run in paragraph.iter(f"{W}r"))


def _font(run: etree._Element, styles: Styles) -> str:
    fonts = styles.stated(run, "rFonts")
    return value(fonts, "ascii") or value(fonts, "hAnsi")


def _set_style(paragraph: etree._Element) -> None:
    for run in list(paragraph.iter(f"{W}r")):
        if "".join(run.itertext(f"{W}t")) == _UNMARKED:
            taken_out(run)
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        properties = paragraph.makeelement(f"{W}pPr")
        paragraph.insert(0, properties)
    style = properties.find(f"{W}pStyle")
    if style is None:
        style = properties.makeelement(f"{W}pStyle")
        properties.insert(0, style)
    style.set(f"{W}val", _STYLE)
