"""The order of letters that run from right to left, where pdfium leaves it as the page draws it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep_plugins.readers.pdf_lines import Glyph

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_ALEFS, _LAM = "\u0622\u0623\u0625\u0627", "\u0644"
_LATIN = re.compile("[A-Za-z]")


def runs_leftwards(text: str) -> bool:
    """Whether a text is mostly Arabic, Hebrew or another script that runs from right to left."""
    return len(_RIGHT_TO_LEFT.findall(text)) * 2 > len(text.replace(" ", ""))


def has_leftward(text: str) -> bool:
    return bool(_RIGHT_TO_LEFT.search(text))


def written(run: Sequence[Glyph]) -> str:
    """The characters of a line in the order in which they are read."""
    text = "".join(glyph.character for glyph in run)
    if not has_leftward(text):
        return text
    said: list[str] = []
    for number, glyph in enumerate(run):
        before = run[number - 1] if number else None
        if before and glyph.character == _LAM and before.character in _ALEFS and before.box == glyph.box:
            said.insert(-1, glyph.character)  # one sign for both letters, which stands for lam and alef
            continue
        if before and _LATIN.match(before.character) and has_leftward(glyph.character):
            said.append(" ")  # pdfium puts the space at the other end of a word that runs the other way
        said.append(glyph.character)
    return "".join(said)
