"""The names of OpenDocument's XML, and what stands in its elements and attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_NAMES = {
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0": "draw",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
    "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0": "presentation",
    "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0": "fo",
}
CHART = "{urn:oasis:names:tc:opendocument:xmlns:chart:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_MOST = 1000  # repetitions of a row or cell


def name_of(element: etree._Element) -> str:
    if not isinstance(element.tag, str):
        return ""
    space, _, name = element.tag.removeprefix("{").rpartition("}")
    return f"{_NAMES.get(space, '')}:{name}"


def stated(element: etree._Element, name: str) -> str:
    """An attribute by its name without the namespace."""
    return next((str(value) for key, value in element.attrib.items() if str(key).endswith("}" + name)), "")


def count_of(element: etree._Element, name: str) -> int:
    """An attribute that counts; 1 where it is missing or no number."""
    value = stated(element, name)
    return max(1, min(int(value), _MOST)) if value.isascii() and value.isdigit() and len(value) < 9 else 1


def texts(element: etree._Element) -> Iterator[str]:
    """All words of a part, seen or not."""
    for each in element.iter():
        if isinstance(each.tag, str) and each.text and each.text.strip():
            yield each.text.strip()
        if each is not element and each.tail and each.tail.strip():
            yield each.tail.strip()
