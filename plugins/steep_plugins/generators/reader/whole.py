"""From the best span to a whole answer: always the passage's own words, never touching a barred range."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from steep.language import sentence_around
from steep.values import cells_of, derived_blocks, item_words
from steep_plugins.languages.en.spans import with_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from steep.values import Block

_TYPED = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*|\w*[A-Za-z]_\w+(?:\(\))?")
_PAIRS = {")": "(", "]": "[", "”": "“"}

_CODE = re.compile(r"`|(?<![\w/.-])--?[A-Za-z]|\w\(\)|(?<![\w/.:?&=#%-])[A-Za-z]\w*_\w")  # nothing of an address

_LINK = re.compile(r"!?\[([^\[\]]{1,200})\]\((?:[^()\s]|\([^()\s]*\)){1,500}\)")

# marks of Markdown that a reader of the answer has no use for: emphasis, a link's target, a quote's bar, an anchor
_MARKS = (
    (re.compile(r"(?m)^[ \t]*>[ \t]?"), ""),
    (re.compile(r"(?<=\S)[ \t]*\n[ \t]*(?=[^\s\-+•…\d*]|\*\*)"), " "),  # a wrapped line, not a list's
    (re.compile(r"<a\b[^<>]{0,200}>(?:</a>)?|<!--.{0,200}?-->"), ""),
    (_LINK, r"\1"),
    (re.compile(r"(?<![\w*])(\*\*|\*)(?=\S)([^*\n]{1,400}?)(?<=\S)\1(?![\w*])"), r"\2"),
)

Range = tuple[int, int]


def unmarked(text: str) -> str:
    """The words of an answer without marks of Markdown, a wrapped line put together again; code stays as it is."""
    if "```" in text or "|" in text:
        return text
    for mark, instead in _MARKS:
        text = mark.sub(instead, text)
    return text.strip()


def is_question(sentence: str) -> bool:
    """Whether a sentence of a document asks, whatever marks of emphasis or quotes stand behind it."""
    return sentence.rstrip("*_\"'”’»“): ").endswith(("?", "？", "؟"))


def structural_breaks(blocks: Sequence[Block]) -> tuple[int, ...]:
    """Where a list item, a table row, a heading or a paragraph ends: no single answer goes on behind it."""
    return tuple(sorted(block.end for block in blocks))


def complete(
    text: str,
    span: Range,
    *,
    blocks: Sequence[Block] = (),
    barred: Sequence[Range] = (),
    sentence: bool = False,
) -> Range:
    """The span grown to whole words and names in code, figures with units, balanced brackets, list items, table cells.

    With ``sentence`` it grows to the whole sentence. Each step is kept only if it touches no barred range.
    """
    around = next(
        (each for each in blocks or derived_blocks(text) if each.start <= span[0] and span[1] <= each.end), None
    )
    steps: list[Callable[[str, int, int], Range]] = [
        _words,
        _linked,
        _typed,
        with_unit,
        _brackets,
        partial(_part, around),
    ]
    if sentence:
        steps.append(partial(_sentence, around))
    for step in steps:
        grown = step(text, *span)
        if not any(start < grown[1] and end > grown[0] for start, end in barred):
            span = grown
    return span


def _sentence(around: Block | None, text: str, start: int, end: int) -> Range:
    if around is not None and around.kind == "row":
        return start, end  # a row is no sentence
    if around is not None and around.kind == "code":
        return _lines(text[: around.end], start, end)
    first, last = sentence_around(text, start, end)
    if text[first] == "(" and ")" not in text[first:last]:
        first += 1  # it is the first of several sentences in brackets
    if around is not None and around.kind == "item":
        first = max(first, item_words(text, around)[0])  # the marker is no word of it
    return min(first, start), last


def _lines(text: str, start: int, end: int) -> Range:
    """The lines that hold the range."""
    last = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, last if last >= 0 else len(text)


def _words(text: str, start: int, end: int) -> Range:
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def _linked(text: str, start: int, end: int) -> Range:
    """No link is cut: without its target its marks would stay."""
    left, right = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    for link in _LINK.finditer(text, left, len(text) if right < 0 else right):
        if link.start() < end and link.end() > start and not link.start(1) <= start < end <= link.end(1):
            start, end = min(start, link.start()), max(end, link.end())
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


def _part(around: Block | None, text: str, start: int, end: int) -> Range:
    """An answer that is most of a list item or of a table's cell becomes all of it; one that crosses cells, the row."""
    if around is None or around.kind not in ("item", "row") or not (around.start <= start and end <= around.end):
        return start, end
    if around.kind == "item":
        first, last = item_words(text, around)
        return (first, last) if first <= start and 2 * (end - start) >= last - first else (start, end)
    cells = cells_of(text, around)
    touched = [cell for cell in cells if cell[0] < end and start < cell[1]]
    if len(touched) > 1:
        return min(cells[0][0], start), max(cells[-1][1], end)
    if touched and 2 * (end - start) >= touched[0][1] - touched[0][0]:
        return min(touched[0][0], start), max(touched[0][1], end)
    return start, end


def holds_code(text: str, start: int, end: int) -> bool:
    """Whether a span, with the marks right beside it, holds a name as it is typed."""
    return bool(_CODE.search(text[start:end])) or "`" in (text[start - 1 : start], text[end : end + 1])
