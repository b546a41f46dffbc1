"""Lines of a PDF page with where they stand and how they are set, as pdfium finds them and as they are seen.

Every caller holds ``PDFIUM``: the library is not thread-safe.
"""

from __future__ import annotations

import ctypes
import math
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pypdfium2.raw as pdfium

from steep_plugins.readers.pdf_fonts import font_at, with_even_boxes
from steep_plugins.readers.pdf_raised import with_raised
from steep_plugins.readers.pdf_scripts import runs_leftwards, written
from steep_plugins.readers.pdf_seen import Ink
from steep_plugins.readers.pdf_struck import Strokes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep_plugins.readers.pdf_view import Box, Drawn, View

HYPHEN = "\x02"  # pdfium's sign for a hyphen at the end of a line, after which it omits the line's end
_NOTHING = re.compile("[\x00\x01\x03-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\ufeff\ufffe\uffff]")
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00a0": " "}
)
_UPRIGHT = 8.0  # degrees by which a line may lean
_BOLD = re.compile(r"bold|black|heavy|demi|cmbx|sfbx|-medi\b", re.IGNORECASE)
_MONO = re.compile(r"mono|courier|consol|typewriter|cmtt|menlo|sfrm1000tt", re.IGNORECASE)


class Glyph(NamedTuple):
    """A character: its own box, and that of its font at its place. White space has no boxes."""

    at: int
    character: str
    box: Box | None
    loose: Box | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A stretch of words on one line of a page. Lengths in points, y counts upwards.

    ``base`` is the bottom of its first character, ``bottom`` of its last: a hyphen joins two lines of the page.
    For text that runs from right to left, ``left`` and ``right`` are mirrored, so ``left`` is where lines begin.
    """

    text: str
    page: int
    left: float
    right: float
    bottom: float
    base: float
    top: float
    size: float
    bold: bool
    mono: bool

    def with_text(self, text: str) -> Line:
        return replace(self, text=text)


@dataclass(slots=True)
class PageText:
    """The characters of a page, line by line in the order of its content, without those that nobody sees."""

    page: Any
    number: int
    view: View
    drawn: Drawn
    hidden: list[str]
    struck: list[str] = field(default_factory=list)
    uneven: set[str] = field(default_factory=set)  # fonts of the file known to state no height

    def runs(self) -> Iterator[list[Glyph]]:
        """The lines that pdfium finds, without what is struck out."""
        strokes = Strokes(self.drawn.thin)
        for run in self._seen():
            kept, gone = strokes.parted(run)
            if words := clean(gone):
                self.struck.append(words)
            if _has_words(kept):
                yield kept

    def _seen(self) -> Iterator[list[Glyph]]:
        ink = Ink(page=self.page, drawn=self.drawn, view=self.view)
        run: list[Glyph] = []
        unseen: list[str] = []
        glyphs = [self._glyph(index) for index in range(pdfium.FPDFText_CountChars(self.page))]
        for glyph in with_even_boxes(self.page, self.view, glyphs, self.uneven):
            if glyph.character in "\r\n":
                if _has_words(run):
                    yield run
                run = []
                unseen.append(" ")
            elif glyph.box and not ink.seen(glyph.at, glyph.box, glyph.loose or glyph.box):
                unseen.append(glyph.character)
            else:
                run.append(glyph)
                unseen.append(" ")
        if _has_words(run):
            yield run
        if words := " ".join("".join(unseen).translate(_LIGATURES).split()):
            self.hidden.append(_NOTHING.sub("", words))

    def line(self, run: Sequence[Glyph]) -> Line | None:
        """A line of glyphs; None where none of them shows."""
        shown = [glyph for glyph in run if glyph.box and glyph.loose]
        raised = with_raised(run)
        text = clean(written(raised if raised is run or abs(self.angle(run)) < _UPRIGHT else run))
        if not shown or not text.replace(HYPHEN, ""):
            return None
        size, bold, mono = self._setting(shown)
        first, last = shown[0], shown[-1]
        assert first.loose
        assert last.loose
        left = min(glyph.box[0] for glyph in (first, last) if glyph.box)
        right = max(glyph.box[2] for glyph in (first, last) if glyph.box)
        if runs_leftwards(text):
            left, right = self.view.width - right, self.view.width - left
        return Line(
            text=text,
            page=self.number,
            left=left,
            right=right,
            bottom=last.loose[1],
            base=first.loose[1],
            top=first.loose[3],
            size=size,
            bold=bold,
            mono=mono,
        )

    def angle(self, run: Sequence[Glyph]) -> float:
        """By how many degrees the letters of a run are turned, as they are seen, from -180 to 180."""
        first = next((glyph.at for glyph in run if glyph.box), None)
        if first is None:
            return 0.0
        seen = math.degrees(pdfium.FPDFText_GetCharAngle(self.page, first)) + self.view.turned
        return (seen + 180) % 360 - 180

    def _glyph(self, index: int) -> Glyph:
        code = pdfium.FPDFText_GetUnicode(self.page, index)
        character = "\ufffd" if 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code)
        if character.isspace() or character == HYPHEN:
            return Glyph(index, character, None, None)
        sides = [ctypes.c_double() for _ in range(4)]
        pdfium.FPDFText_GetCharBox(self.page, index, *sides)
        left, right, bottom, top = (side.value for side in sides)
        loose = pdfium.FS_RECTF()
        pdfium.FPDFText_GetLooseCharBox(self.page, index, loose)
        return Glyph(
            index,
            character,
            self.view.box(left, bottom, right, top),
            self.view.box(loose.left, loose.bottom, loose.right, loose.top),
        )

    def _setting(self, shown: Sequence[Glyph]) -> tuple[float, bool, bool]:
        """Size, and whether the line is bold or of one width, from its first, middle and last character."""
        samples = [shown[0], shown[len(shown) // 2], shown[-1]]
        # loose boxes are those of the font, whatever letters stand in them
        size = sorted(glyph.loose[3] - glyph.loose[1] for glyph in samples if glyph.loose)[1]
        fonts = [font_at(self.page, glyph.at) for glyph in samples]
        bold = all(
            _BOLD.search(font) or pdfium.FPDFText_GetFontWeight(self.page, glyph.at) >= 600
            for font, glyph in zip(fonts, samples, strict=True)
        )
        return max(size, 1.0), bold, all(_MONO.search(font) for font in fonts)


def _has_words(run: Sequence[Glyph]) -> bool:
    return any(glyph.box for glyph in run)


def clean(text: str) -> str:
    return " ".join(_NOTHING.sub("", text).translate(_LIGATURES).split(" ")).strip()


def joined(one: Line, other: Line) -> Line:
    """A line and what stands to its right, as one."""
    return replace(
        other,
        text=f"{one.text} {other.text}",
        left=min(one.left, other.left),
        right=max(one.right, other.right),
        base=one.base,
    )
