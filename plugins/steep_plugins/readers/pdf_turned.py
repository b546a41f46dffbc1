"""Words of a page that run otherwise than the rest: a note up its side, a stamp or a watermark across it.

They stand beside the text, not in it: each is a paragraph of its own behind the words of its page. What says the same
on several pages is no text, as headers are none.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from steep_plugins.readers.pdf_layout import Piece
from steep_plugins.readers.pdf_tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from steep_plugins.readers.pdf_lines import Glyph, Line, PageText
    from steep_plugins.readers.pdf_page import PageParts
    from steep_plugins.readers.pdf_view import Box

__all__ = ["parted", "with_turned", "without_repeats"]

_UPRIGHT = 8.0  # degrees by which a line may lean: a scan lies askew
_MOST = 0.4  # the share of a page's letters from which on what is turned is the text itself


def parted(text: PageText, runs: Iterable[list[Glyph]], tables: Sequence[Box]) -> tuple[list[list[Glyph]], list[Line]]:
    """The runs of the page's text, and the lines that are turned; words in cells stay there, however they run."""
    upright: list[list[Glyph]] = []
    turned: list[list[Glyph]] = []
    for run in runs:
        aside = abs(text.angle(run)) > _UPRIGHT and not _within(run, tables)
        (turned if aside else upright).append(run)
    if sum(map(len, turned)) > _MOST * sum(map(len, [*turned, *upright])):
        return [*upright, *turned], []
    return upright, [line for run in turned if (line := text.line(run))]


def without_repeats(pages: Sequence[PageParts]) -> list[str]:
    """Take out turned words that stand on several pages, and say what they were."""
    said = Counter(words for page in pages for words in {line.text for line in page.turned})
    gone = [line.text for page in pages for line in page.turned if said[line.text] > 1]
    for page in pages:
        page.turned = [line for line in page.turned if said[line.text] == 1]
    return gone


def with_turned(pieces: Sequence[Piece | Table], pages: Sequence[PageParts]) -> list[Piece | Table]:
    """The pieces, with those of turned words behind the last one that begins on their page or before."""
    waiting = [page for page in pages if page.turned]
    found: list[Piece | Table] = []
    for piece in pieces:
        while waiting and _page(piece) > waiting[0].number:
            found.append(_piece(waiting.pop(0)))
        found.append(piece)
    return [*found, *map(_piece, waiting)]


def _page(piece: Piece | Table) -> int:
    return piece.rows[0].page if isinstance(piece, Table) else piece.lines[0].page


def _piece(page: PageParts) -> Piece:
    return Piece(kind="paragraph", lines=page.turned)


def _within(run: Sequence[Glyph], boxes: Sequence[Box]) -> bool:
    first = next((glyph.box for glyph in run if glyph.box), None)
    if first is None:
        return False
    x, y = (first[0] + first[2]) / 2, (first[1] + first[3]) / 2
    return any(left <= x <= right and bottom <= y <= top for left, bottom, right, top in boxes)
