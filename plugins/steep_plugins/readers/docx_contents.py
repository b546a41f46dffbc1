"""A Word document's tables of contents, which its headings say again, and the fields that they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.values import LeftOut
from steep_plugins.readers.docx_names import W, taken_out, value, words_of

if TYPE_CHECKING:
    from lxml import etree

    from steep_plugins.readers.docx_styles import Styles

_NAMES = re.compile(r"(?:toc|contents|index) (?:\d|heading)|table of (?:figures|authorities)", re.IGNORECASE)
_FIELDS = re.compile(r"\s*(?:TOC|TOA|INDEX)\b")


def take_contents(root: etree._Element, styles: Styles) -> list[LeftOut]:
    """Take tables of contents out: what Word marks as one, fields that make one, and paragraphs of their styles."""
    galleries = (each for each in root.iter(f"{W}docPartGallery") if value(each) == "Table of Contents")
    gone = _taken([shell for each in galleries for shell in each.iterancestors(f"{W}sdt")])
    listed = _in_fields(root)
    return gone + _taken([each for each in root.iter(f"{W}p") if _is_named(each, styles) or _is_listed(each, listed)])


def _taken(parts: list[etree._Element]) -> list[LeftOut]:
    gone = [LeftOut(reason="table of contents", text=words) for each in parts if (words := words_of(each))]
    for each in parts:
        taken_out(each)
    return gone


def _is_listed(paragraph: etree._Element, listed: set[etree._Element]) -> bool:
    """Whether a table of contents shows all that a paragraph says."""
    runs = [run for run in paragraph.iter(f"{W}r") if "".join(run.itertext(f"{W}t")).strip()]
    return bool(runs) and listed.issuperset(runs)


def _is_named(paragraph: etree._Element, styles: Styles) -> bool:
    names = (value(each.find(f"{W}name")) for each in styles.chain(styles.of_paragraph(paragraph)))
    return any(_NAMES.fullmatch(name) for name in names)


def _in_fields(root: etree._Element) -> set[etree._Element]:
    """The runs that the fields of tables of contents show."""
    found: set[etree._Element] = set()
    fields: list[str] = []
    for run in root.iter(f"{W}r"):
        for part in run:
            if part.tag == f"{W}fldChar" and value(part, "fldCharType") == "begin":
                fields.append("")
            elif part.tag == f"{W}fldChar" and value(part, "fldCharType") == "end":
                del fields[-1:]
            elif part.tag == f"{W}instrText" and fields:
                fields[-1] += part.text or ""
        if any(map(_FIELDS.match, fields)):
            found.add(run)
    return found
