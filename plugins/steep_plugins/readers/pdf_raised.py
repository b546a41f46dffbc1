"""Figures and signs of a PDF that stand raised: marks of notes, which are set apart from their word, and powers."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from steep_plugins.readers.numerals import raised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep_plugins.readers.pdf_lines import Glyph

_FIGURES = re.compile(r"\d{1,3}(?:[,–-]\d{1,3})*")
_SIGN = re.compile(r"[ivx]{1,4}|[a-z*†‡§]")
_SMALL = 0.85  # the share of the height of the letters beside it up to which a figure may be raised
_TALL = 0.95  # and from which on letters stand on the line
_RAISED = 0.15  # heights that it stands above them, at least
_UNIT = 2  # letters of a unit or a variable at most: a word is longer


def with_raised(run: Sequence[Glyph]) -> Sequence[Glyph]:
    """An upright line, in which raised figures are marks behind a word, and powers behind a figure or a unit."""
    heights = [glyph.loose[3] - glyph.loose[1] for glyph in run if glyph.loose]
    usual = max(heights, default=0.0)
    if min(heights, default=0.0) >= _SMALL * usual:
        return run
    tall = (glyph.loose for glyph in run if glyph.loose and glyph.loose[3] - glyph.loose[1] > _TALL * usual)
    base = next((loose[1] for loose in tall), 0.0)
    made = list(run)
    at = 0
    for is_raised, group in itertools.groupby(run, key=lambda glyph: _is_raised(glyph, usual, base)):
        figures = list(group)
        words = "".join(glyph.character for glyph in figures)
        if is_raised and (_FIGURES.fullmatch(words) or _SIGN.fullmatch(words)):
            end = at + len(figures)
            before, after = ("".join(glyph.character for glyph in part) for part in (run[:at], run[end:]))
            made[at] = figures[0]._replace(character=_said(before, words, after))
            made[at + 1 : end] = [glyph._replace(character="") for glyph in figures[1:]]
        at += len(figures)
    return made


def _is_raised(glyph: Glyph, usual: float, base: float) -> bool:
    if not glyph.loose:
        return False
    height = glyph.loose[3] - glyph.loose[1]
    return height < _SMALL * usual and glyph.loose[1] - base > _RAISED * usual


def _said(before: str, figures: str, after: str) -> str:
    """Raised figures by what stands before them on their line: nothing, where a note begins, or a gap in a fraction."""
    if not before:
        return f"{figures} " if after[:1].isalpha() else figures
    if before[-1].isspace():
        return figures
    word = re.search(r"[^\W\d_]*$", before)
    if before[-1].isdigit() or (word is not None and 0 < len(word[0]) <= _UNIT):
        return raised(figures) if figures[0].isdigit() else figures
    return f" [{figures}]"
