"""Fonts that state no height, of which pdfium gives each letter a box of its own: all get that of their size."""

from __future__ import annotations

import ctypes
import itertools
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep_plugins.readers.pdf_lines import Glyph
    from steep_plugins.readers.pdf_view import Box, View

_DIFFER = 0.04  # how far the heights of a font's boxes may differ, as a share of the greatest
_OFTEN = 0.05  # of all letters, those whose neighbour is of another height where a font is uneven
_ABOVE, _BELOW = 0.9, 0.2  # of a font's size, what a usual one takes above its line and below
_LIKELY = (0.7, 2.2)  # how many times the greatest height of its letters a size can be


def with_even_boxes(page: Any, view: View, glyphs: Sequence[Glyph], uneven: set[str]) -> list[Glyph]:
    """The characters of a page, all with the box of their font; ``page`` is pdfium's handle of its text.

    ``uneven`` are the fonts of the file known to state no height; those that are found are added to it.
    """
    made = list(glyphs)
    if view.turned or not (uneven or _may_be_uneven(glyphs)):
        return made
    objects: dict[int, list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        if glyph.loose:
            item = pdfium.FPDFText_GetTextObject(page, glyph.at)
            objects[ctypes.cast(item, ctypes.c_void_p).value or 0].append(glyph)
    uneven |= {font_at(page, each[0].at) for each in objects.values() if _is_uneven(each)}
    for group in objects.values():
        if font_at(page, group[0].at) in uneven:
            for glyph, box in _boxed(page, view, group):
                made[glyph.at] = glyph._replace(loose=box)
    return made


def font_at(page: Any, index: int) -> str:
    """The name of a character's font."""
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(page, index, buffer, 128, ctypes.byref(flags))
    return buffer.value.decode("utf-8", "replace")


def _may_be_uneven(glyphs: Sequence[Glyph]) -> bool:
    """Whether neighbours are of other heights so often that it is worth looking at their fonts."""
    heights = [glyph.loose[3] - glyph.loose[1] for glyph in glyphs if glyph.loose]
    differ = sum(abs(one - other) > _DIFFER * one for one, other in itertools.pairwise(heights))
    return differ > _OFTEN * len(heights)


def _height(glyph: Glyph) -> float:
    return glyph.loose[3] - glyph.loose[1] if glyph.loose else 0.0


def _is_uneven(group: Sequence[Glyph]) -> bool:
    heights = [_height(glyph) for glyph in group]
    return max(heights) - min(heights) > _DIFFER * max(heights)


def _boxed(page: Any, view: View, group: Sequence[Glyph]) -> Iterator[tuple[Glyph, Box]]:
    """Characters of one object with boxes of its size; none where they are turned, or their size cannot be right."""
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFText_GetMatrix(page, group[0].at, matrix) or abs(matrix.b) + abs(matrix.c) > 0.01:
        return
    size = pdfium.FPDFText_GetFontSize(page, group[0].at) * abs(matrix.d)
    tallest = max(map(_height, group))
    if not _LIKELY[0] * tallest <= size <= _LIKELY[1] * tallest:
        return
    x, y = ctypes.c_double(), ctypes.c_double()
    for glyph in group:
        if glyph.loose and pdfium.FPDFText_GetCharOrigin(page, glyph.at, x, y):
            _, base = view.point(x.value, y.value)
            yield glyph, (glyph.loose[0], base - _BELOW * size, glyph.loose[2], base + _ABOVE * size)
