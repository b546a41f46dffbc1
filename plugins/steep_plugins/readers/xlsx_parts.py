"""What of a workbook's sheets openpyxl does not keep: text boxes, and formulas that no program has computed yet."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_BOX = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}sp"
_ID = re.compile(r"\}id$")
_FORMULA = re.compile(
    rb'<c\b[^<>]*?\br="([A-Z]{1,3}\d{1,7})"[^<>]*>\s*<f\b[^<>]*(?:/>|>([^<]{0,300})[^<]*</f>)\s*'
    rb"(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_MOST = 200  # formulas that are named


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetParts:
    boxes: tuple[str, ...]
    uncomputed: tuple[str, ...]


def sheet_parts(data: bytes) -> dict[str, SheetParts]:
    """By the title of a sheet; a workbook that is built otherwise than they are has none."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        return {
            title: SheetParts(boxes=tuple(_boxes(archive, names, place)), uncomputed=tuple(_uncomputed(archive, place)))
            for title, place in _places(archive, names)
        }


def _places(archive: zipfile.ZipFile, names: set[str]) -> Iterator[tuple[str, str]]:
    book = "xl/workbook.xml"
    targets = _related(archive, names, book)
    for sheet in _parsed(archive.read(book)).iter("{*}sheet") if book in names else ():
        reference = next((str(value) for key, value in sheet.attrib.items() if _ID.search(str(key))), "")
        if (place := targets.get(reference, "")) in names:
            yield sheet.get("name", ""), place


def _related(archive: zipfile.ZipFile, names: set[str], part: str) -> dict[str, str]:
    """What a part refers to, by the ids of its relations."""
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in names:
        return {}
    found = {}
    for each in _parsed(archive.read(relations)).iter("{*}Relationship"):
        target = each.get("Target", "")
        place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[each.get("Id", "")] = place
    return found


def _boxes(archive: zipfile.ZipFile, names: set[str], place: str) -> Iterator[str]:
    for drawing in _related(archive, names, place).values():
        if "/drawings/" in drawing and drawing.endswith(".xml") and drawing in names:
            for box in _parsed(archive.read(drawing)).iter(_BOX):
                lines = ("".join(each.text or "" for each in line.iter(f"{_A}t")) for line in box.iter(f"{_A}p"))
                if words := "\n".join(line for line in lines if line.strip()):
                    yield words


def _uncomputed(archive: zipfile.ZipFile, place: str) -> Iterator[str]:
    for number, found in enumerate(_FORMULA.finditer(archive.read(place))):
        if number == _MOST:
            return
        yield f"{found[1].decode()} ={(found[2] or b'').decode('utf-8', 'replace')}".rstrip("=")


def _parsed(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
