"""The names that a file in XML writes for words: those that HTML knows, and those that the file itself defines."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from lxml import etree

from steep.values import LeftOut

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["write_entities"]

_NAME = re.compile(r"&(\w[\w.-]*);")
_TAG = re.compile(r"<[^<>]*>")
_LONGEST = 2_000  # characters of one name: what is longer was made to grow
_MOST = 1_000_000  # characters of all of them
_DEEPEST = 4


def write_entities(root: etree._Element) -> list[LeftOut]:
    """Put words in the place of names; what a name takes from another file is counted.

    A name that the file does not define at all stands for what it names (``&kmymoney;`` for the program): its own
    letters are better than a sentence without its subject.
    """
    known = _defined(root)
    gone: list[LeftOut] = []
    written = 0
    for node in list(root.iter(etree.Entity)):
        name = str(node.text or "").strip("&;")
        words = _words(name, known, 0)
        if words is None or written > _MOST:
            gone.append(LeftOut(reason="included from elsewhere", text=f"&{name};"))
            words = "" if name in known else name.replace(".", " ")[:_LONGEST]
        written += len(words)
        _replace(node, words)
    return gone


def _defined(root: etree._Element) -> Mapping[str, str | None]:
    """The names that the file defines; None for one that stands for another file."""
    stated = root.getroottree().docinfo.internalDTD
    entities = () if stated is None else stated.iterentities()
    return {each.name: each.content or None for each in entities}


def _words(name: str, known: Mapping[str, str | None], depth: int) -> str | None:
    """The words of a name; None where only another file has them."""
    if (said := known.get(name)) is None:
        spelled = html.unescape(f"&{name};")
        return None if spelled == f"&{name};" else spelled
    if depth > _DEEPEST:
        return ""
    whole = _NAME.sub(
        lambda found: (_words(found[1], known, depth + 1) or "")[:_LONGEST], _TAG.sub(" ", said[:_LONGEST])
    )
    return html.unescape(whole)[:_LONGEST]


def _replace(node: etree._Element, words: str) -> None:
    parent, before = node.getparent(), node.getprevious()
    said = words + (node.tail or "")
    if parent is None:
        return
    if before is None:
        parent.text = (parent.text or "") + said
    else:
        before.tail = (before.tail or "") + said
    node.tail = None
    parent.remove(node)
