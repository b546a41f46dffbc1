"""Elements in Markdown of which nothing is seen, by their tag; and comments that are written as references."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.values import LeftOut
from steep_plugins.readers.html_seen import hides

if TYPE_CHECKING:
    from collections.abc import Container

__all__ = ["SILENT", "end_of", "is_unseen", "tag_name", "without_references"]

SILENT = ("script", "style")  # what is in them is no text anywhere
_EMPTY = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
_MAY_HIDE = re.compile(r"\s(?:hidden|aria-hidden|style|color)\b|^<(?:dialog|template|script|style)\b", re.IGNORECASE)
_NAME = re.compile(r"</?([a-z][\w-]*)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-z][\w-]*)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+))?", re.IGNORECASE)
_DEEPEST = 50  # elements of one name within each other
_FURTHEST = 20_000  # characters of an element
# [//]: # (words), [comment]: <> "words": a reference that leads nowhere, and so shows nothing
_REFERENCE = re.compile(
    r"^ {0,3}\[[^\]\n]{1,100}\]:[ \t]*(?:#|<#?>)[ \t]+"
    r"(?P<words>\([^)\n]*\)|\"[^\"\n]*\"|'[^'\n]*')[ \t]*$",
    re.MULTILINE,
)


def tag_name(tag: str) -> str:
    found = _NAME.match(tag)
    return found[1].lower() if found else ""


def is_unseen(tag: str) -> bool:
    """Whether what an opening tag begins is not seen, whatever stands around it."""
    if tag.startswith("</") or not _MAY_HIDE.search(tag):
        return False
    name = tag_name(tag)
    if name in (*SILENT, "template"):
        return True
    if name in _EMPTY:
        return False
    said = {each[1].lower(): (each[2] or "").strip("\"'") for each in _ATTRIBUTE.finditer(tag, 1 + len(name))}
    return hides(name, said)


def end_of(text: str, tag: str, at: int) -> int:
    """Where the element ends whose tag ends ``at``; 0 for one that is not closed."""
    name, open_now = tag_name(tag), 1
    for found in re.compile(rf"<(/?){re.escape(name)}\b[^<>]*>", re.IGNORECASE).finditer(text, at, at + _FURTHEST):
        open_now += -1 if found[1] else 1
        if open_now == 0:
            return found.end()
        if open_now > _DEEPEST:
            break
    return 0


def without_references(text: str, offset: int, taken: Container[int]) -> tuple[str, tuple[LeftOut, ...]]:
    """Blanks comments that are written as references; ``taken`` are the lines, from 0, that show something."""
    pieces, gone, position, line = [text[:offset]], [], offset, 0
    for found in _REFERENCE.finditer(text, offset):
        line += text.count("\n", position, found.start())
        if line not in taken:
            pieces += [text[position : found.start()], " " * len(found[0])]
            gone.append(LeftOut(reason="comment", text=found["words"][1:-1].strip()))
        else:
            pieces.append(text[position : found.end()])
        position = found.end()
    return "".join([*pieces, text[position:]]), tuple(each for each in gone if each.text)
