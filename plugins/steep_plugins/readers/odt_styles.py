"""What the styles of an OpenDocument hide: text, sheets, rows, columns and slides that nobody sees."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steep_plugins.readers.html_seen import colour_of, pixels, same_colour
from steep_plugins.readers.typefaces import EVEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml import etree

_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_FAMILIES = {
    "p": "paragraph", "h": "paragraph", "span": "text", "a": "text", "section": "section", "table": "table",
    "table-row": "table-row", "table-column": "table-column", "table-cell": "table-cell", "page": "drawing-page",
    "frame": "graphic", "custom-shape": "graphic", "text-box": "graphic",
}  # fmt: skip
_KINDS = {
    "title": "title", "quotations": "quote", "quote": "quote", "intense_20_quote": "quote", "block_20_text": "quote",
    "preformatted_20_text": "code",
    "html_20_preformatted": "code", "source_20_code": "code", "code": "code", "listing": "code",
}  # fmt: skip
_CONTENTS = re.compile(r"Contents_20_(?:\d|Heading)|TOC_20_Heading")
_TINY = 2.1  # pixels
_DEEPEST = 20  # styles that rest on each other
_OUTSIDE = 20  # parts that a part may stand in

Look = dict[str, str]


@dataclass(slots=True)
class Styles:
    """The styles of a document by family and name, each with what it takes from those it rests on."""

    stated: dict[tuple[str, str], tuple[str, Look]] = field(default_factory=dict)
    unlisted: set[tuple[str, str]] = field(default_factory=set)  # styles that say that they are in no list
    _known: dict[tuple[str, str], Look] = field(default_factory=dict)
    _inks: bool = False  # whether any style says how letters look

    def add(self, root: etree._Element) -> None:
        for style in root.iter(f"{_STYLE}style"):
            look = {_local(key): str(value) for part in style for key, value in part.attrib.items()}
            family, name = style.get(f"{_STYLE}family", ""), style.get(f"{_STYLE}name", "")
            self.stated[family, name] = (style.get(f"{_STYLE}parent-style-name", ""), look)
            if style.get(f"{_STYLE}list-style-name") == "":
                self.unlisted.add((family, name))
            self._inks = self._inks or not look.keys().isdisjoint(("color", "font-size", "display"))

    def of(self, element: etree._Element) -> Look:
        family = _FAMILIES.get(_local(str(element.tag)), "")
        named = next((str(v) for k, v in element.attrib.items() if _local(k) == "style-name"), "")
        return self._look(family, named) if family and named else {}

    def _look(self, family: str, name: str) -> Look:
        key = (family, name)
        if key not in self._known:
            look: Look = {}
            at = name
            for _ in range(_DEEPEST):
                parent, own = self.stated.get((family, at)) or self.stated.get(("", at), ("", {}))
                look = {**own, **look}
                if not (at := parent):
                    break
            self._known[key] = look
        return self._known[key]

    def kind(self, element: etree._Element) -> str:
        """What a paragraph's style, or one that it rests on, makes of it: title, quote, code, contents or ""."""
        for name in self._names(element):
            if kind := _KINDS.get(name.lower()) or ("contents" if _CONTENTS.fullmatch(name) else ""):
                return kind
        return "code" if self._is_even(element) else ""

    def is_outlined(self, heading: etree._Element) -> bool:
        """Whether a heading is counted with others; a style may say that its headings are not."""
        return not any(("paragraph", name) in self.unlisted for name in self._names(heading))

    def _names(self, element: etree._Element) -> Iterable[str]:
        """The style of an element, and those that it rests on."""
        family = _FAMILIES.get(_local(str(element.tag)), "")
        name = next((str(v) for k, v in element.attrib.items() if _local(k) == "style-name"), "")
        for _ in range(_DEEPEST):
            yield name
            name = self.stated.get((family, name), ("", {}))[0]
            if not name:
                break

    def _is_even(self, element: etree._Element) -> bool:
        """Whether all letters of a paragraph are of one width: by its own style, or by those of all its spans."""
        if EVEN.search(self.of(element).get("font-name", "")):
            return True
        blank = ("s", "tab", "line-break", "bookmark")
        spans = [each for each in element if _local(str(each.tag)) not in blank and "".join(each.itertext()).strip()]
        beside = "".join([element.text or "", *(each.tail or "" for each in element)]).strip()
        return (
            bool(spans)
            and not beside
            and all(
                _local(str(each.tag)) == "span" and EVEN.search(self.of(each).get("font-name", "")) for each in spans
            )
        )

    def is_hidden(self, element: etree._Element) -> bool:
        """Whether a part is hidden with all that is in it: a section, sheet, row, column or slide."""
        name = _local(str(element.tag))
        said = {_local(key): str(value) for key, value in element.attrib.items()}
        if name in ("table-row", "table-column", "table-row-group"):
            return said.get("visibility") in ("collapse", "filter") or said.get("display") == "false"
        if name == "section":
            return said.get("display") == "none" or said.get("is-hidden") == "true"
        look = self.of(element) if name in ("table", "page") else {}
        return look.get("display") == "false" or look.get("visibility") == "hidden"

    def shows(self, element: etree._Element) -> bool:
        """Whether the words of an element are seen; where it cannot be told, they are."""
        if not self._inks:
            return True
        ink = size = ""
        for each in _around(element):
            look = self.of(each)
            if look.get("display") == "none" and _local(str(each.tag)) != "table":
                return False
            ink = ink or ("auto" if look.get("use-window-font-color") == "true" else look.get("color", ""))
            size = size or look.get("font-size", "")
        if size and not size.endswith("%") and (pixels(size) or _TINY) < _TINY:
            return False
        return not ink or ink == "auto" or not self._on_like(element, ink)

    def is_raised(self, element: etree._Element) -> bool:
        place = self.of(element).get("text-position", "").split(" ")[0]
        return place == "super" or (place.endswith("%") and place[:-1].isdecimal() and int(place[:-1]) > 0)

    def is_struck(self, element: etree._Element) -> bool:
        look = self.of(element)
        line = look.get("text-line-through-style") or look.get("text-line-through-type") or "none"
        return line != "none"

    def _on_like(self, element: etree._Element, ink: str) -> bool:
        """Whether the paper has the colour of the letters."""
        for each in _around(element):
            look = self.of(each)
            filled = look.get("fill-color", "") if look.get("fill") == "solid" else ""
            if look.get("fill") not in (None, "none", "solid"):
                return False
            if (behind := look.get("background-color") or filled) and behind != "transparent":
                return same_colour(colour_of(ink), colour_of(behind))
        page = any(key[0] == "drawing-page" for key in self.stated)  # slides have pictures and colours of their own
        return not page and same_colour(colour_of(ink), (1, 1, 1, 1))


def _around(element: etree._Element) -> Iterable[etree._Element]:
    at: etree._Element | None = element
    for _ in range(_OUTSIDE):
        if at is None:
            return
        yield at
        at = at.getparent()


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]
