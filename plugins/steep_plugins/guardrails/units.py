"""What of a text is judged at once: its sentences, and lines that begin one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.language import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    Span = tuple[int, int]

__all__ = ["lines", "sentences", "units"]

# a text without sentence ends is cut here, with an overlap that no rule reaches across
_LONGEST = 2000
_OVERLAP = 300


def sentences(text: str) -> list[Span]:
    """The sentences, the overlong ones cut."""
    return [
        (cut, min(cut + _LONGEST, end))
        for start, end in sentence_spans(text)
        for cut in range(start, max(start + 1, end - _OVERLAP), _LONGEST - _OVERLAP)
    ]


def lines(text: str, spans: list[Span]) -> Iterator[Span]:
    """The lines within sentences that may begin one: an order can stand below a line without a full stop."""
    for start, end in spans:
        if "\n" in text[start:end]:
            position = start
            for line in text[start:end].splitlines(keepends=True):
                if line.strip() and not line.lstrip()[0].islower():
                    yield position, position + len(line.rstrip())
                position += len(line)


def units(text: str) -> list[Span]:
    """The sentences, cut where a line in them may begin another; each with a letter in it."""
    found = []
    for start, end in sentences(text):
        begins = [start, *(begin for begin, _ in lines(text, [(start, end)]) if begin > start)]
        found += [
            (begin, begin + len(text[begin:after].rstrip()))
            for begin, after in zip(begins, [*begins[1:], end], strict=True)
        ]
    return [(start, end) for start, end in found if any(map(str.isalpha, text[start:end]))]
