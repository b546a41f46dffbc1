"""Lines of a PDF become headings, paragraphs, items and code: hard line ends are joined. Tables stand among them."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep_plugins.readers.enumerated import counts_on
from steep_plugins.readers.pdf_lines import HYPHEN
from steep_plugins.readers.pdf_tables import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.values import BlockKind
    from steep_plugins.readers.pdf_lines import Line

_BULLET = re.compile("(?:[•·▪‣◦●○■□▶➢✓∙*\u0080-\u009f\uf000-\uf8ff]|[-–—](?=[ \t]))[ \t]*(?=\\S)")
_NUMBER = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{2,4})[.)][ \t]+(?=\S)")
_SECTION = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,4}\.?|[A-Z]\.\d{1,2}(?:\.\d{1,2})*)[ \t]+[A-Z]")
_SUBSECTION = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,4}\.?[ \t]+[A-Z]")
_NEAR = 30  # lines within which an item counts on from another
_GAP = 2  # blank lines within code
_LETTER = re.compile(r"[^\W\d_]")
_TERMINAL = (".", "!", "?", ":", "؟", "。", "”", '"')


@dataclass(slots=True)
class Piece:
    """A block to be: its lines are joined with a space, or kept apart when it is code."""

    kind: BlockKind
    lines: list[Line]
    level: int = 0


def pieces_of(flow: Sequence[Line | Table]) -> list[Piece | Table]:
    """The blocks and tables of a document in reading order; a table that goes on over pages is one."""
    lines = [item for item in flow if not isinstance(item, Table)]
    body = _body_size(flow)
    bold_body = sum(len(line.text) for line in lines if line.bold) > 0.5 * sum(len(line.text) for line in lines)
    edges = _right_edges(lines)
    leading = _leading(lines)
    pieces: list[Piece | Table] = []
    index = 0
    for item in flow:
        last = pieces[-1] if pieces else None
        if isinstance(item, Table):
            if isinstance(last, Table) and last.goes_on(item):
                last.extend(item)
            else:
                pieces.append(item)
            continue
        after = lines[index + 1] if index + 1 < len(lines) else None
        before = last.lines[-1] if isinstance(last, Piece) else None
        kind = _kind(item, before, after, body, bold_body=bold_body)
        if isinstance(last, Piece) and _continues(last, item, kind, edges[index - 1], leading):
            last.lines.append(item)
        else:
            pieces.append(Piece(kind=kind, lines=[item]))
        index += 1
    _set_levels([piece for piece in pieces if isinstance(piece, Piece)], body)
    return pieces


def _body_size(flow: Sequence[Line | Table]) -> float:
    weights: Counter[float] = Counter()
    for item in flow:
        weight = len(item.text) if not isinstance(item, Table) else sum(len("".join(row.words)) for row in item.rows)
        weights[round(item.size * 2) / 2] += weight
    return max(weights, key=lambda size: (weights[size], size), default=10.0)


def _right_edges(lines: Sequence[Line]) -> list[float]:
    """How far the column of each line reaches: the greatest right end among its like-placed neighbours."""
    edges: list[float] = []
    for index, line in enumerate(lines):
        near = lines[max(0, index - 6) : index + 7]
        column = [each for each in near if each.page == line.page and abs(each.left - line.left) < 3 * line.size]
        edges.append(max(each.right for each in column if abs(each.size - line.size) < 0.2 * line.size))
    return edges


def _leading(lines: Sequence[Line]) -> float:
    """The usual distance from a line to the next, in font sizes."""
    steps = sorted(
        (last.bottom - line.base) / line.size
        for last, line in itertools.pairwise(lines)
        if last.page == line.page and 0.7 * line.size < last.bottom - line.base < 2.5 * line.size
    )
    return steps[len(steps) // 4] if steps else 1.3  # the greater ones lie between blocks


def _kind(line: Line, before: Line | None, after: Line | None, body: float, *, bold_body: bool) -> BlockKind:
    if line.mono:
        return "code"
    if _BULLET.match(line.text):
        return "item"
    if _is_heading(line, before, after, body, bold_body=bold_body):
        return "heading"
    return "item" if _NUMBER.match(line.text) else "paragraph"


def _is_heading(line: Line, before: Line | None, after: Line | None, body: float, *, bold_body: bool) -> bool:
    words = line.text.split()
    if len(line.text) > 150 or len(words) > 18 or not _LETTER.search(line.text) or HYPHEN in line.text:
        return False
    if line.size >= 1.15 * body:
        return len(_LETTER.findall(line.text)) > 1
    if line.size < 0.95 * body or line.text.endswith((".", ",", ";")):
        return False
    if not (line.bold and not bold_body) and not _SUBSECTION.match(line.text):
        return False
    apart = before is None or before.page != line.page or before.bottom - line.top > 0.35 * line.size or before.bold
    return (
        apart
        and after is not None
        and not (after.page == line.page and abs(after.bottom - line.bottom) < 0.3 * line.size)
    )


def _continues(piece: Piece, line: Line, kind: BlockKind, edge: float, leading: float) -> bool:
    """Whether a line goes on with a piece; ``edge`` is how far the column of the piece's last line reaches."""
    last = piece.lines[-1]
    step = last.bottom - line.base
    close = last.page == line.page and -0.5 * line.size < step < 1.5 * leading * line.size
    if kind == "code" or piece.kind == "code":
        return kind == piece.kind and (close or 0 < blank_lines(last, line) <= _GAP)
    if kind == "heading" or piece.kind == "heading":
        return kind == piece.kind and close and abs(last.size - line.size) < 0.5 and not _SECTION.match(line.text)
    if any(counts_on(each.text, line.text) for each in piece.lines[-_NEAR:]):
        return False
    if kind != "paragraph" or abs(last.size - line.size) > 0.15 * line.size:
        return False
    if last.text.endswith(("-", HYPHEN)) and line.text[:1].islower():
        return True
    first_word = 0.5 * line.size * (len(line.text.split(" ", 1)[0]) + 1)
    midst = not last.text.endswith(_TERMINAL) and line.text[:1].islower()
    full = last.right + first_word > edge
    if not close:  # the next column or page: only in the midst of a sentence
        further = step < 0 or last.page != line.page
        return further and midst and last.right - last.left > 0.7 * (edge - last.left)
    if len(piece.lines) > 1 and step > 1.4 * (piece.lines[-2].bottom - last.base) > 0:
        return False
    indented = piece.kind == "paragraph" and line.left > last.left + 0.8 * line.size
    return midst or (full and not (indented and last.text.endswith(_TERMINAL)))


def blank_lines(before: Line, line: Line) -> int:
    """How many lines without words stand between two lines of code on one page."""
    step = before.bottom - line.base
    return max(0, round(step / (1.2 * line.size)) - 1) if before.page == line.page and step > 0 else 0


def _set_levels(pieces: list[Piece], body: float) -> None:
    sizes = sorted(
        {
            round(piece.lines[0].size)
            for piece in pieces
            if piece.kind == "heading" and piece.lines[0].size >= 1.15 * body
        },
        reverse=True,
    )
    for piece in pieces:
        if piece.kind == "heading":
            size = round(piece.lines[0].size)
            piece.level = min(6, sizes.index(size) + 1 if size in sizes else len(sizes) + 1)
        elif piece.kind == "item":
            piece.level = 1


def unmarked(text: str) -> tuple[str, str]:
    """An item's marker in Markdown's form, and its words."""
    if bullet := _BULLET.match(text):
        return "-", text[bullet.end() :]
    number = _NUMBER.match(text)
    return (number[0].strip(), text[number.end() :]) if number else ("", text)
