"""OpenDocuments that are one file of XML: what their archive would hold, without the pictures in it."""

from __future__ import annotations

import codecs

from lxml import etree

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def parsed(data: bytes) -> etree._Element:
    """XML of an OpenDocument; nothing outside it is looked up."""
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def is_flat(data: bytes) -> bool:
    """Whether it is XML; an archive begins otherwise."""
    return data.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"<"


def flat_root(data: bytes) -> etree._Element:
    """The document. Pictures and other files, which stand in it as letters, are no words."""
    root = parsed(data)
    if root.tag != f"{_OFFICE}document":
        raise ValueError(f"its XML begins with {etree.QName(root).localname}, not with office:document")
    for each in list(root.iter(f"{_OFFICE}binary-data")):
        each.clear()
    return root
