"""Whether a character of a PDF can be seen: what is drawn in no ink, in the paper's colour or tinily is not text."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from steep_plugins.readers.pdf_view import Box, Drawn, View

_INVISIBLE = (3, 7)  # text rendering modes that paint nothing
_SCAN = 0.5  # a picture over this share of a page, with unpainted words on it, is a scan that was read by OCR
_TINY = 1.6  # points: nobody reads letters of this height
_NEAR = 12  # how far apart the parts of two colours may lie that look the same


@dataclass(slots=True)
class Ink:
    """Looks at the characters of one page; what holds for a text object is looked up once."""

    page: Any
    drawn: Drawn
    view: View
    _paint: dict[int, tuple[int, int, int] | None] = field(default_factory=dict)

    def seen(self, index: int, box: Box, loose: Box) -> bool:
        left, bottom, right, top = box
        if right < 0 or top < 0 or left > self.view.width or bottom > self.view.height:
            return False
        if min(loose[3] - loose[1], max(loose[3] - loose[1], loose[2] - loose[0])) < _TINY:
            return False
        colour = self._colour(index)
        if colour is None:
            return self.drawn.pictures >= _SCAN
        paper = self._paper(box)
        return paper is None or not _alike(colour, paper)

    def _colour(self, index: int) -> tuple[int, int, int] | None:
        """The colour of a character's ink; None where it has none."""
        item = pdfium.FPDFText_GetTextObject(self.page, index)
        key = ctypes.cast(item, ctypes.c_void_p).value or -index - 1
        if key not in self._paint:
            self._paint[key] = self._painted(item, index)
        return self._paint[key]

    def _painted(self, item: Any, index: int) -> tuple[int, int, int] | None:
        mode = pdfium.FPDFTextObj_GetTextRenderMode(item) if item else 0
        if mode in _INVISIBLE:
            return None
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        look = pdfium.FPDFText_GetStrokeColor if mode == 1 else pdfium.FPDFText_GetFillColor
        if not look(self.page, index, red, green, blue, alpha):
            return 0, 0, 0
        return None if alpha.value < 10 else (red.value, green.value, blue.value)

    def _paper(self, box: Box) -> tuple[int, int, int] | None:
        """The colour of what lies below a character: that of the last shape drawn there; None for a picture."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        for (left, bottom, right, top), colour in reversed(self.drawn.painted):
            if left <= x <= right and bottom <= y <= top:
                return colour
        return 255, 255, 255


def _alike(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return all(abs(a - b) <= _NEAR for a, b in zip(one, other, strict=True))
