"""Where sentences begin and end in Markdown-like text, in linear time.

Rules, not a model: a full stop ends a sentence unless it belongs to an abbreviation, an initial, a number or an
enumerator. Blank lines, headings, list items, table rows and quote marks at a line's start always separate sentences;
a single line break inside a paragraph does not. Scripts that write no spaces (Chinese, Japanese) need none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["sentence_spans"]

_MARKER = re.compile(r"[ \t]{0,12}(?:#{1,6}[ \t]|[-*+•][ \t]|\d{1,4}[.)][ \t]|[|>]|```|~~~)")
_ALONE = re.compile(r"[ \t]{0,3}(?:#{1,6}[ \t]|\|)")

_CLOSERS = "\"'”’»)\\]}*_"
# a terminator with the closing marks after it; the wide forms need no space behind them
_END = re.compile(rf"(?:[.!?…؟۔।॥]{{1,8}}[{_CLOSERS}]{{0,4}}(?=\s|$))|(?:[。！？｡]{{1,8}}[」』”’）】]{{0,4}})")
_WORD_BEFORE = re.compile(r"(\S{1,40})$")
_WORD_AFTER = re.compile(r"\s*[\"'“‘«(\[*_]{0,4}(\w*)")
_OPENING = "([{\"'“‘«*_-–—"


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# these are followed by a name or a number, never by the end of a sentence
_LEADING = _words(
    "mr mrs ms mx dr prof st rev hon gen col maj capt cpt lt sgt sen rep gov pres mt messrs mme mlle "
    "vs cf viz approx ca e.g i.e eg ie resp esp incl excl hr fr bzw z.b d.h u.a vgl nr"
)
# these count something: no end before a digit
_COUNTING = _words(
    "no nos nr fig figs eq eqs sec sect ch chap vol vols pp p art par para ref refs tab app ex v ver version rev § "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun ext tel min max est c op cit al"
)
# these may end a sentence: it has ended when a word follows that usually begins one
_EITHER = _words("inc ltd co corp bros jr sr llc plc etc al dept univ ave blvd rd gmbh ag a.m p.m am pm ph.d")
_STARTERS = _words(
    "The This That These Those It Its He She We They You I In On At If When While For From With Without By As After "
    "Before Because But And Or So Yet However Therefore Thus Although There Here Then A An All Any Each Every Some "
    "Most Many No Not Our Their His Her My Your Please See Use To What Where Who Why How Which Once Until Since Under "
    "Over Between During Both Only Also One Two Three"
)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The (start, end) of each sentence: in order, disjoint, and no character but white space outside them."""
    return [span for start, end in _stretches(text) for span in _sentences(text, start, end)]


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Runs of lines that belong together: a paragraph, one list item, one heading, one table row."""
    start = position = 0
    for line in text.splitlines(keepends=True):
        after = position + len(line)
        if not line.strip():
            yield start, position
            start = after
        elif _MARKER.match(line):
            yield start, position
            start = position
            if _ALONE.match(line):
                yield start, after
                start = after
        position = after
    yield start, position


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    marker = _MARKER.match(text, start, end)
    if marker and marker.group().endswith("|"):
        yield from _trimmed(text, start, end)  # a row is read as one
        return
    for found in _END.finditer(text, marker.end() if marker else start, end):
        stop = found.end()
        if _ends(text, found, start, end):
            yield from _trimmed(text, start, stop)
            start = stop
    yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _ends(text: str, found: re.Match[str], start: int, end: int) -> bool:
    mark = found.group()
    if mark[0] in "。！？｡؟۔।॥":
        return True
    after = _WORD_AFTER.match(text, found.end(), min(end, found.end() + 60))
    following = after.group(1) if after else ""
    if following[:1].islower():
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    before = _WORD_BEFORE.search(text, max(start, found.start() - 41), found.start())
    if not before:
        return True
    word = before.group(1).lstrip(_OPENING)
    return _full_stop_ends(word, following, closed=mark[-1] in ")]}")


def _full_stop_ends(word: str, following: str, *, closed: bool) -> bool:
    """Whether the full stop after ``word`` ends a sentence that ``following`` would follow."""
    lower = word.lower()
    begins = following in _STARTERS
    if lower in _LEADING:
        return False
    if lower in _COUNTING and (following[:1].isdigit() or (lower == "al" and not begins)):
        return False
    if lower in _EITHER:
        return begins or not following or (closed and following[:1].isupper())
    single = len(word) == 1 and word.isalpha() and word.isupper() and word != "I"
    dotted = "." in word and len(word) <= 12 and all(len(part) == 1 for part in word.split("."))
    if single or (dotted and word.replace(".", "").isalpha()):
        return begins or not following
    return True
