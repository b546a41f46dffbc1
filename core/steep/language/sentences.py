"""Where sentences begin and end in Markdown-like text, in linear time.

Rules, not a model: a full stop ends a sentence unless it belongs to an abbreviation, an initial, a number or an
enumerator. Where nobody told the language, the text's own is looked for, but only at a full stop that another language
than English may write within a sentence ("am 5. Juni"). Blank lines, headings, list items, table rows and quote marks
at a line's start always separate sentences; a single line break inside a paragraph does not. Scripts that write no
spaces (Chinese, Japanese) need none.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from steep.language.detection import language_of
from steep.language.languages import abbreviating, usual

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.language.languages import Language

__all__ = ["sentence_around", "sentence_spans"]

_MARKER = re.compile(r"[ \t]{0,12}(?:#{1,6}[ \t]|[-*+•][ \t]|\d{1,4}[.)][ \t]|[|>]|```|~~~)")
_ALONE = re.compile(r"[ \t]{0,3}(?:#{1,6}[ \t]|\|)")

_CLOSERS = "\"'”’»)\\]}*_"
# a terminator with the closing marks after it; the wide forms need no space behind them
_END = re.compile(rf"(?:[.!?…؟۔।॥]{{1,8}}[{_CLOSERS}]{{0,4}}(?=\s|$))|(?:[。！？｡]{{1,8}}[」』”’）】]{{0,4}})")
_WORD_BEFORE = re.compile(r"(\S{1,40})$")
_WORD_AFTER = re.compile(r"\s*[\"'“‘«(\[*_]{0,4}(\w*)")
_OPENING = "([{\"'“‘«*_-–—"


def sentence_spans(text: str, language: Language | None = None) -> list[tuple[int, int]]:
    """The (start, end) of each sentence: in order, disjoint, and no character but white space outside them."""
    told = language or usual()
    return [span for start, end in _stretches(text) for span in _sentences(text, start, end, told)]


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence, or the run of sentences, that holds ``text[start:end]``."""
    touched = [span for span in _kept(text) if span[0] < end and span[1] > start]
    return (min(touched[0][0], start), max(touched[-1][1], end)) if touched else (start, end)


@lru_cache(maxsize=1024)
def _kept(text: str) -> tuple[tuple[int, int], ...]:
    """The sentences of a passage, of which many spans are looked up."""
    return tuple(sentence_spans(text))


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


def _sentences(text: str, start: int, end: int, told: Language) -> Iterator[tuple[int, int]]:
    marker = _MARKER.match(text, start, end)
    if marker and marker.group().endswith("|"):
        yield from _trimmed(text, start, end)  # a row is read as one
        return
    for found in _END.finditer(text, marker.end() if marker else start, end):
        stop = found.end()
        if _ends(text, found, start, end, told):
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


def _ends(text: str, found: re.Match[str], start: int, end: int, told: Language) -> bool:
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
    word, closed = before.group(1).lstrip(_OPENING), mark[-1] in ")]}"
    ends = _full_stop_ends(word, following, told, closed=closed)
    if not ends or told is not usual():
        return ends
    # English says that it ends; the text's own language is asked for only where one may say otherwise
    others = [one for one in abbreviating() if not _full_stop_ends(word, following, one, closed=closed)]
    return not others or language_of(text) not in others


def _full_stop_ends(word: str, following: str, told: Language, *, closed: bool) -> bool:
    """Whether the full stop after ``word`` ends a sentence that ``following`` would follow."""
    lower = word.lower()
    begins = following in told.starters
    if lower in told.leading or (following in told.ordinal and word.isdecimal() and len(word) <= 2):
        return False
    if lower in told.counting and (following[:1].isdigit() or (lower == "al" and not begins)):
        return False
    if lower in told.either:
        return begins or not following or (closed and following[:1].isupper())
    single = len(word) == 1 and word.isalpha() and word.isupper() and word != "I"
    dotted = "." in word and len(word) <= 12 and all(len(part) == 1 for part in word.split("."))
    if single or (dotted and word.replace(".", "").isalpha()):
        return begins or not following
    return True
