"""The names of Word's XML, and how its parts are parsed and its relations are followed."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    import zipfile

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
V = "{urn:schemas-microsoft-com:vml}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_OFF = ("0", "false", "off")
# the strict edition of the format, and the names that it gives to the same things
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W,
    b"http://purl.oclc.org/ooxml/officeDocument/math": M,
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": R,
    b"http://purl.oclc.org/ooxml/drawingml/chart": C,
    b"http://purl.oclc.org/ooxml/drawingml/diagram": DGM,
    b"http://purl.oclc.org/ooxml/drawingml/main": A,
}


def parsed(content: bytes) -> etree._Element:
    """A part of the file, in the names of the usual edition."""
    if b"purl.oclc.org" in content[:8192]:
        for strict, usual in _STRICT.items():
            content = content.replace(strict + b'"', usual[1:-1].encode() + b'"')
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def value(element: etree._Element | None, name: str = "val") -> str:
    """An attribute of an element; "" where either is missing."""
    return "" if element is None else str(element.get(f"{W}{name}", ""))


def number(element: etree._Element | None, otherwise: int, name: str = "val") -> int:
    """An attribute that counts; ``otherwise`` where it is missing or no number."""
    said = value(element, name)
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else otherwise


def switched(element: etree._Element | None) -> bool | None:
    """What a switch such as ``w:vanish`` says; None where it is not there."""
    return None if element is None else value(element) not in _OFF


def words_of(element: etree._Element) -> str:
    """The words of a part, deleted ones too; paragraphs and tabs part them."""
    gaps = (f"{W}tab", f"{W}br", f"{W}p")
    parts = element.iter(f"{W}t", f"{W}delText", *gaps)
    return " ".join("".join(" " if each.tag in gaps else each.text or "" for each in parts).split())


def run_of(words: str) -> etree._Element:
    """A run that holds words."""
    run = etree.Element(f"{W}r")
    text = etree.SubElement(run, f"{W}t")
    text.text = words
    text.set(_SPACE, "preserve")
    return run


def taken_out(element: etree._Element, *instead: etree._Element) -> None:
    """Put others, or nothing, in an element's place."""
    parent = element.getparent()
    if parent is not None:
        at = parent.index(element)
        parent[at : at + 1] = list(instead)


def related(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """The files within the archive that a part refers to, by the ids of the relations."""
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in archive.namelist():
        return {}
    return {
        each.get("Id", ""): posixpath.normpath(posixpath.join(folder, each.get("Target", ""))).lstrip("/")
        for each in parsed(archive.read(relations))
        if isinstance(each.tag, str) and each.get("TargetMode") != "External"
    }
