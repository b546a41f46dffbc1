"""How a paragraph of a slide is marked: by itself, or as its box, its layout or its master says for its level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from steep_plugins.readers.numerals import letters, roman

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

__all__ = ["bullet_of", "margins_of", "marker"]

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_MARKS = tuple(f"{_A}{name}" for name in ("buNone", "buChar", "buAutoNum", "buBlip"))
_TITLES = ("title", "ctrTitle")
_BODIES = ("body", "obj", "")  # "" is what a placeholder is that states no type
_PLAIN = ("subTitle", "dt", "ftr", "sldNum", "hdr")


def bullet_of(shape: Any, paragraph: Any) -> etree._Element | None:
    """What marks the paragraph: a character, a picture or a number; None where nothing does."""
    for properties in _properties(shape, paragraph):
        mark = next((each for each in properties if each.tag in _MARKS), None)
        if mark is not None:
            return None if mark.tag == f"{_A}buNone" else mark
    return None


def margins_of(shape: Any, paragraph: Any) -> tuple[int, int]:
    """How far in the lines of a paragraph stand, and its first one beside them."""
    stated = list(_properties(shape, paragraph))
    left, first = (next((str(each.get(name)) for each in stated if each.get(name)), "") for name in ("marL", "indent"))
    return int(left) if left.isdecimal() else 0, int(first) if first.lstrip("-").isdecimal() else 0


def marker(mark: etree._Element, count: int) -> str:
    """The marker of an item, as the slide shows it; ``count`` is its place in the list, from 1."""
    if mark.tag != f"{_A}buAutoNum":
        return "-"
    stated = str(mark.get("startAt", "1"))
    number = count - 1 + (int(stated) if stated.isdecimal() and len(stated) < 6 else 1)
    kind = mark.get("type", "arabicPeriod")
    said = letters(number) if kind.startswith("alpha") else roman(number) if kind.startswith("roman") else str(number)
    said = said.upper() if "Uc" in kind else said
    return f"({said})" if kind.endswith("ParenBoth") else f"{said})" if kind.endswith("ParenR") else f"{said}."


def _properties(shape: Any, paragraph: Any) -> Iterator[etree._Element]:
    """The properties that hold for a paragraph, nearest first."""
    if paragraph._p.pPr is not None:
        yield paragraph._p.pPr
    level = f"{_A}lvl{min(paragraph.level, 8) + 1}pPr"
    for styles in _styles(shape):
        if styles is not None and (found := styles.find(level)) is not None:
            yield found


def _styles(shape: Any) -> Iterator[etree._Element | None]:
    yield _list_style(shape._element)
    if not getattr(shape, "is_placeholder", False):
        return
    place = shape.element.find(f".//{_P}nvPr/{_P}ph")
    kind, index = ("", "0") if place is None else (place.get("type", ""), place.get("idx", "0"))
    layout = shape.part.slide_layout if hasattr(shape.part, "slide_layout") else None
    if layout is None:
        return
    yield _of_placeholder(layout.element, lambda each: each.get("idx", "0") == index)
    master = layout.slide_master.element
    role = ("title",) if kind in _TITLES else ("body",) if kind in _BODIES else (kind,)
    yield _of_placeholder(master, lambda each: each.get("type", "") in role)
    if kind not in _PLAIN:
        texts = master.find(f"{_P}txStyles")
        yield None if texts is None else texts.find(f"{_P}{'titleStyle' if kind in _TITLES else 'bodyStyle'}")


def _of_placeholder(root: etree._Element, wanted: Any) -> etree._Element | None:
    for each in root.iter(f"{_P}sp"):
        place = each.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
        if place is not None and wanted(place):
            return _list_style(each)
    return None


def _list_style(shape: etree._Element) -> etree._Element | None:
    return shape.find(f"{_P}txBody/{_A}lstStyle")
