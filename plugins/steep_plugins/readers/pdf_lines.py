"""Lines of a PDF page with where they stand and how they are set, as pdfium finds them.

Every caller holds ``PDFIUM``: the library is not thread-safe.
"""

from __future__ import annotations

import ctypes
import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium

if TYPE_CHECKING:
    from collections.abc import Iterator

PDFIUM = threading.Lock()

HYPHEN = "\x02"  # pdfium's sign for a hyphen at the end of a line, after which it omits the line's end
_NOTHING = re.compile("[\x00\x01\x03-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\ufeff\ufffe\uffff]")
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00a0": " "}
)
_BOLD = re.compile(r"bold|black|heavy|demi|cmbx|sfbx|-medi\b", re.IGNORECASE)
_MONO = re.compile(r"mono|courier|consol|typewriter|cmtt|menlo|sfrm1000tt", re.IGNORECASE)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_LEFT_TO_RIGHT = re.compile(r"[A-Za-z0-9]")
_WIDE = 1.3  # a gap of so many font sizes parts cells; justified lines stay well below it


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """``cells`` has more than one entry where wide gaps part the line. Lengths in points, y counts upwards.

    ``base`` is the bottom of its first character, ``bottom`` of its last: a hyphen joins two lines of the page.
    For text that runs from right to left, ``left`` and ``right`` are mirrored, so ``left`` is where lines begin.
    """

    text: str
    cells: tuple[str, ...]
    page: int
    left: float
    right: float
    bottom: float
    base: float
    top: float
    size: float
    bold: bool
    mono: bool


def page_lines(page: Any, number: int) -> list[Line]:
    """The lines of a page in the order of its content."""
    text_page = page.get_textpage()
    width = page.get_width()
    try:
        found = (_line(text_page, indices, number, width) for indices in _runs(text_page))
        return [line for line in found if line is not None]
    finally:
        text_page.close()


def _runs(text_page: Any) -> Iterator[list[tuple[int, str]]]:
    run: list[tuple[int, str]] = []
    for index in range(text_page.count_chars()):
        character = _character(pdfium.FPDFText_GetUnicode(text_page, index))
        if character in "\r\n":
            if run:
                yield run
            run = []
        else:
            run.append((index, character))
    if run:
        yield run


def _character(code: int) -> str:
    return "\ufffd" if 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code)


def _line(text_page: Any, run: list[tuple[int, str]], number: int, width: float) -> Line | None:
    shown = [index for index, character in run if not character.isspace() and character != HYPHEN]
    if not shown:
        return None
    size, bold, mono = _setting(text_page, shown)
    # loose boxes are those of the font, whatever letters stand in them
    begins = text_page.get_charbox(shown[0], loose=True)
    ends = text_page.get_charbox(shown[-1], loose=True)
    cells = tuple(cell for cell in _cells(text_page, run, size) if cell)
    if not cells:
        return None
    first, last = text_page.get_charbox(shown[0]), text_page.get_charbox(shown[-1])
    left, right = min(first[0], last[0]), max(first[2], last[2])
    text = " ".join(cells)
    if len(_RIGHT_TO_LEFT.findall(text)) * 2 > len(text.replace(" ", "")):
        left, right = width - right, width - left
    return Line(
        text=text,
        cells=cells,
        page=number,
        left=left,
        right=right,
        bottom=ends[1],
        base=begins[1],
        top=begins[3],
        size=size,
        bold=bold,
        mono=mono,
    )


def _setting(text_page: Any, shown: list[int]) -> tuple[float, bool, bool]:
    """Size, and whether the line is bold or of one width, from its first, middle and last character."""
    samples = [shown[0], shown[len(shown) // 2], shown[-1]]
    boxes = [text_page.get_charbox(index, loose=True) for index in samples]
    size = sorted(abs(box[3] - box[1]) for box in boxes)[1]
    fonts = [_font(text_page, index) for index in samples]
    bold = all(
        _BOLD.search(font) or pdfium.FPDFText_GetFontWeight(text_page, index) >= 600
        for font, index in zip(fonts, samples, strict=True)
    )
    return max(size, 1.0), bold, all(_MONO.search(font) for font in fonts)


def _font(text_page: Any, index: int) -> str:
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(text_page, index, buffer, 128, ctypes.byref(flags))
    return buffer.value.decode("utf-8", "replace")


def _cells(text_page: Any, run: list[tuple[int, str]], size: float) -> Iterator[str]:
    """The line's text, parted at wide gaps."""
    whole = "".join(character for _, character in run)
    if _RIGHT_TO_LEFT.search(whole) and _LEFT_TO_RIGHT.search(whole):
        yield _clean(whole)  # neighbours in the text are not neighbours on the page
        return
    cell: list[str] = []
    for position, (_, character) in enumerate(run):
        if character.isspace() and 0 < position < len(run) - 1 and _gap(text_page, run, position) > _WIDE * size:
            yield _clean("".join(cell))
            cell = []
        else:
            cell.append(character)
    yield _clean("".join(cell))


def _gap(text_page: Any, run: list[tuple[int, str]], position: int) -> float:
    before = text_page.get_charbox(run[position - 1][0])
    after = text_page.get_charbox(run[position + 1][0])
    if before[3] < after[1] or before[1] > after[3]:
        return 0.0  # they stand on different lines
    return float(max(after[0] - before[2], before[0] - after[2]))


def _clean(text: str) -> str:
    return " ".join(_NOTHING.sub("", text).translate(_LIGATURES).split(" ")).strip()
