"""From the best span to a whole answer: always the passage's own words, never touching a barred range."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from steep.language import sentence_spans
from steep_plugins.languages.en.spans import with_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

_TYPED = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*|\w*[A-Za-z]_\w+(?:\(\))?")
_ITEM = re.compile(r"(?m)^[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+(?P<text>\S.*?)[ \t]*$")
_MARKER = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+")
_PAIRS = {")": "(", "]": "[", "”": "“"}

_BREAK = re.compile(r"\n(?=[ \t]*(?:[-*+•|#>]|\d{1,3}[.)][ \t]|\n|$))|(?<=\|)\n")
_CODE = re.compile(r"`|(?<![\w/.-])--?[A-Za-z]|\w\(\)|(?<![\w/.:?&=#%-])[A-Za-z]\w*_\w")  # nothing of an address

Range = tuple[int, int]


@lru_cache(maxsize=1024)
def structural_breaks(text: str) -> tuple[int, ...]:
    """Where a list item, a table row, a heading or a paragraph ends: no single answer goes on behind it."""
    return tuple(match.start() for match in _BREAK.finditer(text))


def complete(text: str, span: Range, *, barred: Sequence[Range] = (), sentence: bool = False) -> Range:
    """The span grown to whole words and names in code, figures with units, balanced brackets, list items, table cells.

    With ``sentence`` it grows to the whole sentence. Each step is kept only if it touches no barred range.
    """
    steps = [_words, _typed, with_unit, _brackets, _line]
    if sentence:
        steps.append(_sentence)
    for step in steps:
        grown = step(text, *span)
        if not any(start < grown[1] and end > grown[0] for start, end in barred):
            span = grown
    return span


def _sentence(text: str, start: int, end: int) -> Range:
    if text[text.rfind("\n", 0, start) + 1 : end].lstrip().startswith("|"):
        return start, end  # a row is no sentence
    touched = [span for span in sentence_spans(text) if span[0] < end and span[1] > start]
    if not touched:
        return start, end
    marker = _MARKER.match(text, touched[0][0], start)
    return min(marker.end() if marker else touched[0][0], start), max(touched[-1][1], end)


def _words(text: str, start: int, end: int) -> Range:
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def _typed(text: str, start: int, end: int) -> Range:
    """No name that one types (an option, a metric) is cut."""
    left, right = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    for name in _TYPED.finditer(text, left, len(text) if right < 0 else right):
        if name.start() < end and name.end() > start:
            start, end = min(start, name.start()), max(end, name.end())
    return start, end


def _brackets(text: str, start: int, end: int) -> Range:
    """A bracket or quotation mark that opens inside and closes right behind the span is taken in, and the reverse."""
    inside = text[start:end]
    if end < len(text) and text[end] in _PAIRS and inside.count(_PAIRS[text[end]]) > inside.count(text[end]):
        return start, end + 1
    if (
        start > 0
        and inside
        and any(text[start - 1] == left and inside.count(right) > inside.count(left) for right, left in _PAIRS.items())
    ):
        return start - 1, end
    return start, end


def _line(text: str, start: int, end: int) -> Range:
    """An answer that is most of a list item or of a table's cell becomes all of it; one that crosses cells, the row."""
    left = text.rfind("\n", 0, start) + 1
    right = text.find("\n", end)
    right = len(text) if right < 0 else right
    line = text[left:right]
    if "\n" in text[start:end]:
        return start, end
    if line.lstrip().startswith("|"):
        return _cell(text, left, right, start, end)
    item = _ITEM.match(line)
    if item and 2 * (end - start) >= len(item["text"]) and start >= left + item.start("text"):
        return left + item.start("text"), left + item.end("text")
    return start, end


def _cell(text: str, left: int, right: int, start: int, end: int) -> Range:
    bars = [left + match.start() for match in re.finditer(r"(?<!\\)\|", text[left:right])]
    outer = (
        max((bar + 1 for bar in bars if bar < start), default=left),
        min((bar for bar in bars if bar >= end), default=right),
    )
    crosses = any(start <= bar < end for bar in bars)
    if not crosses and 2 * (end - start) < len(text[slice(*outer)].strip()):
        return start, end
    if crosses:
        outer = (bars[0] + 1, bars[-1] if len(bars) > 1 else right)
    begin, stop = outer
    while begin < stop and text[begin].isspace():
        begin += 1
    while stop > begin and text[stop - 1].isspace():
        stop -= 1
    return (begin, stop) if begin < stop else (start, end)


def holds_code(text: str, start: int, end: int) -> bool:
    """Whether a span, with the marks right beside it, holds a name as it is typed."""
    return bool(_CODE.search(text[start:end])) or "`" in (text[start - 1 : start], text[end : end + 1])
