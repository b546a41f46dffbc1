"""HTML in Markdown that says nothing to a reader: anchors, comments, line breaks, and what nobody sees.

What goes is blanked, character by character, so that every offset into the text is one into the file. Code stays as it
is, and so does any other tag: in manuals `<name>` is as often a word as a tag.
"""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from steep.values import LeftOut
from steep_plugins.readers.markdown_hidden import SILENT, end_of, is_unseen, tag_name

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Leaf", "without_html"]

_ATTRIBUTES = r"""(?:\s(?:[^<>"']|"[^"]{0,600}"|'[^']{0,600}'){0,600})?"""
_PIECE = re.compile(
    rf"\\[\\`<]|(?P<ticks>`+)|(?P<comment><!--)|(?P<anchor><a{_ATTRIBUTES}>|</a\s*>)|(?P<break></?br\b[^<>]{{0,200}}>)"
    r"|(?P<tag></?[a-z][^<>]{0,2000}>)",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")
_TICKS = re.compile(r"`+")
_VISIBLE = re.compile(r"\S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A block that is no code. In a ``row`` or a heading a line cannot be broken; in ``html`` lines stay lines."""

    start: int
    end: int
    one_line: bool = False
    html: bool = False


def without_html(text: str, leaves: Iterable[Leaf]) -> tuple[str, tuple[LeftOut, ...]]:
    """The text, as long as it was, and the comments and hidden parts that were in it."""
    pieces, left_out, position = [], [], 0
    for leaf in leaves:
        if leaf.end <= position:
            continue  # within what nobody sees
        scan = _Scan(text, replace(leaf, start=max(leaf.start, position)))
        for start, end, instead in scan.cuts():
            pieces += [text[position:start], instead]
            position = end
        left_out += scan.gone
    return "".join([*pieces, text[position:]]), tuple(left_out)


@dataclass(slots=True)
class _Scan:
    """Goes through one leaf from left to right: whatever begins first, code or tag, is taken."""

    text: str
    leaf: Leaf
    gone: list[LeftOut] = field(default_factory=list)
    ticks: dict[int, list[int]] = field(init=False)  # where runs of backticks begin, by their length

    def __post_init__(self) -> None:
        self.ticks = defaultdict(list)
        for run in _TICKS.finditer(self.text, self.leaf.start, self.leaf.end):
            self.ticks[len(run.group())].append(run.start())

    def cuts(self) -> list[tuple[int, int, str]]:
        """What is to be replaced, in order, each with as many characters as it has."""
        found: list[tuple[int, int, str]] = []
        at, last = self.leaf.start, self.text.rfind("-->", self.leaf.start, self.leaf.end)
        while piece := _PIECE.search(self.text, at, self.leaf.end):
            start, at = piece.span()
            if piece["ticks"]:
                at = self._behind_code(start, len(piece["ticks"]))
            elif piece["comment"] and start + 2 <= last:
                at = self.text.index("-->", start + 2) + 3
                found.append((start, at, self._comment(start, at)))
            elif piece["anchor"]:
                found.append((start, at, " " * (at - start)))
            elif piece["break"]:
                found.append((start, at, self._break(at - start, at)))
            elif piece["tag"] and (end := self._behind_unseen(piece["tag"], at)):
                at = end
                found.append((start, at, _VISIBLE.sub(" ", self.text[start:at])))
        return found

    def _behind_code(self, start: int, length: int) -> int:
        """The end of the code that a run of backticks begins; the run's own end where nothing closes it."""
        runs = self.ticks[length]
        closing = bisect.bisect_right(runs, start)
        return (runs[closing] if closing < len(runs) else start) + length

    def _comment(self, start: int, end: int) -> str:
        words = " ".join(self.text[start + 4 : max(start + 4, end - 3)].split())
        if words:
            self.gone.append(LeftOut(reason="comment", text=words))
        blank = " " * (end - start)
        return _VISIBLE.sub(" ", self.text[start:end]) if self.leaf.html else blank

    def _behind_unseen(self, tag: str, at: int) -> int:
        """The end of an element of which nothing is seen; 0 for others."""
        if not is_unseen(tag):
            return 0
        end = end_of(self.text, tag, at) or self.leaf.end
        name = tag_name(tag)
        words = " ".join(_TAG.sub(" ", self.text[at:end]).split())
        if words and name not in SILENT:
            self.gone.append(LeftOut(reason="hidden", text=words))
        return end

    def _break(self, length: int, end: int) -> str:
        """A line's end, unless one stands there, or none may."""
        line = self.text.find("\n", end, self.leaf.end)
        ends = not self.text[end : line if line >= 0 else self.leaf.end].strip()
        return " " * length if ends or self.leaf.one_line else " " * (length - 1) + "\n"
