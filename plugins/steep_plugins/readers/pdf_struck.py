"""Words of a PDF that are struck out: a line runs through their letters, from the first to the last, and no further."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep_plugins.readers.pdf_lines import Glyph
    from steep_plugins.readers.pdf_view import Box

_LEAST, _MOST = 0.33, 0.62  # between these shares of the height of its font, from below, a line is in a letter's middle
_BEYOND = 0.5  # how many heights a line may reach beyond the letters that it strikes out


@dataclass(slots=True)
class Strokes:
    """The level lines of a page, by their heights."""

    lines: list[Box]
    _heights: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = sorted((each for each in self.lines if each[3] - each[1] < 1.0), key=lambda each: each[1])
        self._heights = [each[1] for each in self.lines]

    def parted(self, run: Sequence[Glyph]) -> tuple[list[Glyph], str]:
        """A line of the page without the letters that are struck out, whose places are kept, and what those say."""
        struck = self._struck(run) if self.lines else set()
        if not struck:
            return list(run), ""
        kept: list[Glyph] = []
        gone = ""
        for number, glyph in enumerate(run):
            out = glyph.at in struck if glyph.box else {at.at for at in _beside(run, number)} <= struck
            gone += glyph.character if out else ""
            if glyph.box or not out:
                kept.append(glyph._replace(character="") if out else glyph)
        return kept, gone

    def _struck(self, run: Sequence[Glyph]) -> set[int]:
        """The numbers of the glyphs that lines run through."""
        found: set[int] = set()
        shown = [(glyph.at, glyph.box, glyph.loose) for glyph in run if glyph.box and glyph.loose]
        if not shown:
            return found
        low, high = min(loose[1] for _, _, loose in shown), max(loose[3] for _, _, loose in shown)
        for line in self.lines[bisect.bisect_left(self._heights, low) : bisect.bisect_right(self._heights, high)]:
            left, y, right, _ = line
            through = [
                (at, box, loose[3] - loose[1])
                for at, box, loose in shown
                if left <= (box[0] + box[2]) / 2 <= right and _LEAST < (y - loose[1]) / (loose[3] - loose[1]) < _MOST
            ]
            if not through:
                continue
            height = max(each[2] for each in through)
            first, last = min(box[0] for _, box, _ in through), max(box[2] for _, box, _ in through)
            if max(first - left, right - last) < _BEYOND * height:
                found |= {at for at, _, _ in through}
        return found


def _beside(run: Sequence[Glyph], number: int) -> list[Glyph]:
    """The letters before and after white space."""
    before = next((glyph for glyph in reversed(run[:number]) if glyph.box), None)
    after = next((glyph for glyph in run[number + 1 :] if glyph.box), None)
    return [glyph for glyph in (before, after) if glyph is not None]
