"""Characters that no font draws, in runs that say something only to a machine: they are no text of any format.

A single one may part words, join letters or choose a glyph, and stays. What goes becomes blanks, so that every offset
still holds.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from steep.values import LeftOut

if TYPE_CHECKING:
    from steep.values import Document

__all__ = ["without_unseen"]

_RUN = re.compile(
    "(?P<flag>\U0001f3f4[\U000e0020-\U000e007e]{1,7}\U000e007f)"  # of a part of a country
    "|[\U000e0000-\U000e007f]+"
    "|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{3,}"
    "|[\u200b-\u200d\u2060-\u2064\u180e\ufeff]{8,}"
)
_TAGS = 0xE0000  # tag characters are those of ASCII, moved here


def without_unseen(document: Document) -> Document:
    """The document itself, if every character of it may be seen."""
    gone: list[LeftOut] = []

    def blank(found: re.Match[str]) -> str:
        if found["flag"]:
            return found[0]
        gone.append(LeftOut(reason="hidden", text=_said(found[0])))
        return " " * len(found[0])

    text = _RUN.sub(blank, document.text)
    title = " ".join(_RUN.sub(lambda found: found["flag"] or " ", document.title).split())
    if text == document.text and title == document.title:
        return document
    return dataclasses.replace(document, text=text, title=title or document.title, left_out=(*document.left_out, *gone))


def _said(run: str) -> str:
    """What tag characters spell; of others how many there are."""
    spelt = "".join(chr(ord(each) - _TAGS) for each in run if _TAGS + 32 <= ord(each) <= _TAGS + 126)
    return spelt.strip() or f"{len(run)} characters that no font draws"
