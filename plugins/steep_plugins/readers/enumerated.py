"""Lists whose numbers are written out: "1 Loosen", "Step 1:", "a)", "(ii)", "①" at the beginning of lines.

One of them alone may be anything; those that count on are a list, in any format and language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from steep_plugins.readers.numerals import letters, roman

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.values import Block

__all__ = ["counts_on", "with_items"]

_CIRCLED = ("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", "❶❷❸❹❺❻❼❽❾❿", "➀➁➂➃➄➅➆➇➈➉", "➊➋➌➍➎➏➐➑➒➓")
_LINE = re.compile(r"[^\n]+")
_MARK = re.compile(
    r"[ \t]*(?:"
    rf"(?P<circle>[{''.join(_CIRCLED)}])[.):]?[ \t]*(?=\S)"
    r"|(?P<word>[^\W\d_]{2,12})[ \t\u00a0](?P<count>\d{1,2})[ \u00a0]?(?P<close>[:.)]|[-–—](?=[ \t]))[ \t]+(?=\S)"
    r"|(?P<open>\(?)(?P<sign>\d{1,3}|[A-Za-z]|[ivx]{2,5}|[IVX]{2,5})(?P<end>[.):])[ \t]+(?=\S)"
    r"|(?P<bare>\d{1,2})[ \t]+(?=[^\W\d_][^\n]{2}))"
)
_ROMANS = {roman(number): number for number in range(1, 40)}
_LETTERS = {letters(number): number for number in range(1, 27)}
_FIRST = tuple(row[0] for row in _CIRCLED)
_BETWEEN = 3  # blocks that may stand between two items
_BELOW = 40  # lines with marks of their own that may


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line that may begin an item: the number of its block, where it stands, and what its mark may count."""

    block: int
    start: int
    first: bool  # of its block, or behind a line that ends
    counts: tuple[tuple[str, int], ...]


def with_items(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, with the items of such lists instead of the paragraphs that they stood in."""
    lines = [line for number, block in enumerate(blocks) if block.kind == "paragraph"
             for line in _lines(text, block, number)]  # fmt: skip
    found = _Found()
    for at, line in enumerate(lines):
        if line.start not in found.levels:
            chain = max((_chain(blocks, lines, at, *each) for each in line.counts), key=len)
            if len(chain) > 1:
                before = lines[at - 1].start if at else -1
                near = "\n\n" not in text[max(0, before) : line.start]
                found.note([lines[each] for each in chain], before, near=near)
    return tuple(piece for number, block in enumerate(blocks) for piece in found.pieces(text, number, block))


def counts_on(before: str, line: str) -> bool:
    """Whether a line begins with the number that follows the one with which another line begins."""
    mark, first = _MARK.match(line), _MARK.match(before)
    if mark is None or first is None:
        return False
    return any((style, count + 1) in _counts(mark) for style, count in _counts(first))


@dataclass(slots=True)
class _Found:
    """``levels`` of the items by where they begin; ``inside`` those of paragraphs between two items, by block."""

    levels: dict[int, int] = field(default_factory=dict)
    inside: dict[int, int] = field(default_factory=dict)
    open: list[int] = field(default_factory=list)  # where the last lists end, outermost first
    nested: set[str] = field(default_factory=set)  # the styles of lists in lists

    def note(self, chain: Sequence[_Line], before: int, *, near: bool) -> None:
        """A list; it stands below another one that goes on behind it, or whose item stands right ``before``.

        There it must be ``near``, without a blank line, unless lists of its style stood in others already.
        """
        first, last = chain[0], chain[-1]
        styles = {style for style, _ in first.counts}
        near = near or not styles.isdisjoint(self.nested)
        self.open = [end for end in self.open if end >= first.start or (end == before and near)]
        self.nested |= styles if self.open else set()
        level = 1 + len(self.open)
        self.open.append(last.start)
        self.levels.update({each.start: level for each in chain})
        for number in range(first.block + 1, last.block):
            self.inside.setdefault(number, level)

    def pieces(self, text: str, number: int, block: Block) -> list[Block]:
        """A paragraph cut where its items begin; one between two items goes on with the first of them."""
        if block.kind != "paragraph":
            return [block]
        starts = [each.start() for each in _LINE.finditer(text, block.start, block.end) if each.start() in self.levels]
        if not starts:
            return [replace(block, kind="item", level=self.inside[number])] if number in self.inside else [block]
        pieces = [replace(block, end=starts[0])] if starts[0] > block.start else []
        for start, end in zip(starts, [*starts[1:], block.end], strict=True):
            pieces.append(replace(block, kind="item", start=start, end=end, level=self.levels[start]))
        return [_trimmed(text, each) for each in pieces]


def _lines(text: str, block: Block, number: int) -> list[_Line]:
    found = []
    before = ":"
    for line in _LINE.finditer(text, block.start, block.end):
        mark = _MARK.match(text, line.start(), line.end())
        if counts := _counts(mark) if mark else ():
            found.append(_Line(block=number, start=line.start(), first=before in ".:;!?", counts=counts))
        before = line[0].rstrip()[-1:] or before
    return found


def _counts(mark: re.Match[str]) -> tuple[tuple[str, int], ...]:
    """The styles that a mark may have, each with its number."""
    if circle := mark["circle"]:
        row = next(each for each in _CIRCLED if circle in each)
        return ((row[0], row.index(circle) + 1),)
    if mark["word"]:
        return ((f"{mark['word']} 1{mark['close']}", int(mark["count"])),)
    if mark["bare"]:
        return (("1", int(mark["bare"])),)
    sign, around = mark["sign"], (mark["open"], mark["end"])
    if around == ("", ":") or (mark["open"] and mark["end"] != ")"):
        return ()
    if sign.isdigit():
        return ((f"{around}1", int(sign)),)
    case = "a" if sign.islower() else "A"
    roman_number, letter = _ROMANS.get(sign.lower()), _LETTERS.get(sign.lower())
    found = [(f"{around}{case}i", roman_number), (f"{around}{case}", letter)]
    return tuple((style, count) for style, count in found if count is not None)


def _chain(blocks: Sequence[Block], lines: Sequence[_Line], at: int, style: str, count: int) -> list[int]:
    """The lines that go on counting in this style from one that begins a list; that one alone where none does."""
    chain, bare = [at], style == "1"
    sure = style[0] in _FIRST or ")" in style or " 1" in style
    if (not sure and count != 1) or (bare and not lines[at].first):
        return chain
    for number in range(at + 1, len(lines)):
        line = lines[number]
        if number - chain[-1] > _BELOW or _apart(blocks, lines[chain[-1]].block, line.block) > (
            0 if bare else _BETWEEN
        ):
            break
        if (style, count + 1) in line.counts:
            chain.append(number)
            count += 1
    return chain


def _apart(blocks: Sequence[Block], one: int, other: int) -> int:
    """How many blocks stand between two; no list goes on behind a heading."""
    if other - one - 1 > _BETWEEN or any(each.kind == "heading" for each in blocks[one + 1 : other]):
        return _BETWEEN + 1
    return max(0, other - one - 1)


def _trimmed(text: str, block: Block) -> Block:
    words = text[block.start : block.end]
    start = block.start + len(words) - len(words.lstrip())
    return replace(block, start=start, end=block.start + len(words.rstrip()))
