"""Reads the words out of a line of Markdown-like text."""

from __future__ import annotations

import html
import re

_HEADING = re.compile(r"^#{1,6}(?:[ \t]+|$)")
_CLOSING = re.compile(r"[ \t]+#{1,64}[ \t]*$")
_ANCHOR = re.compile(r"[ \t]*\{[#.][^{}]{0,200}\}[ \t]*$")
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\](?:\([^()\s]{0,2000}(?:[ \t]+\"[^\"]{0,300}\")?\)|\[[^\[\]]{0,200}\])")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>")
_EMPHASIS = re.compile(r"(?<!\\)(\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|~~|`{1,3})")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def plain_line(text: str) -> str:
    """The words of a heading or a line, without marks for headings, links, emphasis and tags, on one line."""
    lines = text.strip().splitlines()
    if len(lines) > 1 and len(set(lines[-1].strip())) == 1 and not lines[-1].strip()[0].isalnum():
        lines.pop()  # the underline of a heading
    line = " ".join(part.strip() for part in lines)
    if _HEADING.match(line):
        line = _CLOSING.sub("", _HEADING.sub("", line))
    line = _TAG.sub("", _LINK.sub(r"\1", _ANCHOR.sub("", line)))
    return " ".join(html.unescape(_ESCAPE.sub(r"\1", _EMPHASIS.sub("", line))).split())
