"""A PDF page as it is seen: turned as /Rotate says, and what is drawn on it beside its words.

Every caller holds ``PDFIUM``: the library is not thread-safe.
"""

from __future__ import annotations

import ctypes
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from collections.abc import Iterator

PDFIUM = threading.Lock()

Box = tuple[float, float, float, float]  # left, bottom, right, top, in points; y counts upwards
_Matrix = tuple[float, float, float, float, float, float]

_SAME: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_DEEPEST = 8  # forms within forms
_MOST = 20_000  # segments of a page: a map or a chart has more, a table does not
_THIN = 2.5  # a filled shape of this height or width at most is a line
_SHORT = 4.0
_BAR = 40.0
_ALONE = 2  # segments of a line that stands alone: to where it begins, and along it


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Turns places of a page's own system into places as they are seen."""

    left: float
    bottom: float
    right: float
    top: float
    turned: int

    @property
    def width(self) -> float:
        return self.top - self.bottom if self.turned in (90, 270) else self.right - self.left

    @property
    def height(self) -> float:
        return self.right - self.left if self.turned in (90, 270) else self.top - self.bottom

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.turned == 90:
            return y - self.bottom, self.right - x
        if self.turned == 180:
            return self.right - x, self.top - y
        if self.turned == 270:
            return self.top - y, x - self.left
        return x - self.left, y - self.bottom

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        if not self.turned and left <= right and bottom <= top:  # as nearly always: a page has thousands of boxes
            return left - self.left, bottom - self.bottom, right - self.left, top - self.bottom
        one, other = self.point(left, bottom), self.point(right, top)
        return min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1])


@dataclass(slots=True)
class Drawn:
    """``lines`` are straight strokes; ``painted`` are shapes and pictures, with their colour (None: a picture).

    ``thin`` are the lines that stand alone, no sides of a shape, and are no bars.
    """

    lines: list[Box] = field(default_factory=list)
    thin: list[Box] = field(default_factory=list)
    painted: list[tuple[Box, tuple[int, int, int] | None]] = field(default_factory=list)
    pictures: float = 0.0  # the share of the page that the largest of them covers


def view_of(page: Any) -> View:
    left, bottom, right, top = page.get_cropbox()
    return View(left=left, bottom=bottom, right=right, top=top, turned=page.get_rotation())


def drawn_on(page: Any, view: View) -> Drawn:
    """What is drawn on a page; of a page with very much of it, a part."""
    drawn = Drawn()
    left = _MOST
    for item, matrix in _objects(page):
        kind = pdfium.FPDFPageObj_GetType(item)
        box = _bounds(item, matrix, view)
        if box is None:
            continue
        if kind == pdfium.FPDF_PAGEOBJ_SHADING:
            drawn.painted.append((box, None))
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            drawn.painted.append((box, None))
            drawn.pictures = max(drawn.pictures, _area(box) / max(1.0, view.width * view.height))
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and left > 0:
            left -= _path(item, matrix, view, box, drawn)
    return drawn


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _objects(page: Any) -> Iterator[tuple[Any, _Matrix]]:
    """The objects of a page, also of forms, each with the matrix from its form to the page."""
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        yield from _within(pdfium.FPDFPage_GetObject(page, index), _SAME, 0)


def _within(item: Any, matrix: _Matrix, depth: int) -> Iterator[tuple[Any, _Matrix]]:
    if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_FORM:
        yield item, matrix
    elif depth < _DEEPEST:
        inner = _times(_matrix(item), matrix)
        for index in range(pdfium.FPDFFormObj_CountObjects(item)):
            yield from _within(pdfium.FPDFFormObj_GetObject(item, index), inner, depth + 1)


def _matrix(item: Any) -> _Matrix:
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, found):
        return _SAME
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(one: _Matrix, other: _Matrix) -> _Matrix:
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _applied(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _bounds(item: Any, matrix: _Matrix, view: View) -> Box | None:
    sides = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(item, *sides):
        return None
    left, bottom, right, top = (side.value for side in sides)
    return view.box(*_applied(matrix, left, bottom), *_applied(matrix, right, top))


def _path(item: Any, matrix: _Matrix, view: View, box: Box, drawn: Drawn) -> int:
    """Note a path; returns how many segments it has."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
    width, height = box[2] - box[0], box[3] - box[1]
    shows, colour = _colour(item) if fill.value else (False, None)
    if shows and min(width, height) > _THIN:
        drawn.painted.append((box, colour))
    elif shows and max(width, height) >= _SHORT:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        drawn.lines.append((box[0], y, box[2], y) if width > height else (x, box[1], x, box[3]))
        drawn.thin.append(drawn.lines[-1])
    if not stroke.value:
        return 1
    thickness = ctypes.c_float()
    thick = pdfium.FPDFPageObj_GetStrokeWidth(item, thickness) and thickness.value > _THIN
    if thick and min(width, height) < _BAR:
        drawn.painted.append((box, _colour(item, stroke=True)[1]))  # a bar, drawn as one thick line
    before = len(drawn.lines)
    count = _strokes(item, _times(_matrix(item), matrix), view, drawn)
    drawn.thin += drawn.lines[before:] if count <= _ALONE and not thick else []
    return count


def _colour(item: Any, *, stroke: bool = False) -> tuple[bool, tuple[int, int, int] | None]:
    """Whether its paint shows, and the colour; None for a pattern."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    look = pdfium.FPDFPageObj_GetStrokeColor if stroke else pdfium.FPDFPageObj_GetFillColor
    if not look(item, red, green, blue, alpha):
        return True, None
    return alpha.value >= 10, (red.value, green.value, blue.value)


def _strokes(item: Any, matrix: _Matrix, view: View, drawn: Drawn) -> int:
    count = int(pdfium.FPDFPath_CountSegments(item))
    start = last = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(min(count, _MOST)):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        if not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        here = view.point(*_applied(matrix, x.value, y.value))
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = here
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            _line(last, here, drawn)
        if pdfium.FPDFPathSegment_GetClose(segment):
            _line(here, start, drawn)
        last = here
    return count


def _line(one: tuple[float, float], other: tuple[float, float], drawn: Drawn) -> None:
    """Note a stroke that runs level or upright."""
    across, along = abs(one[0] - other[0]), abs(one[1] - other[1])
    if max(across, along) >= _SHORT and min(across, along) < 1.0:
        drawn.lines.append((min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1])))
