"""A stretch of a document without its markup, in which every character knows where it stands in the document.

Rules read plain words; what they find maps back to a verbatim span.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.values import Pair

_TARGET = r"\((?:\{%.*?%\}|\([^()]*\)|[^()])*\)"
_MARKUP = re.compile(
    r"(?P<code>(?P<ticks>`+)(?P<inside>.+?)(?P=ticks))"
    rf"|(?P<image>!\[[^\]]*\](?:{_TARGET}|\[[^\]]*\]))"
    rf"|(?P<reference>\[\[[^\[\]]*\]\]{_TARGET})"
    r"|(?P<note>\[\^[^\]]*\])"
    rf"|(?P<link>\[(?P<label>[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\](?:{_TARGET}|\[[^\]]*\]))"
    r"|(?P<template>\{%.*?%\}|\{\{.*?\}\}|\{:.*?\})"
    r"|(?P<tag></?[A-Za-z][^<>]*>|<!--.*?-->)"
    r"|(?P<escape>\\(?P<escaped>[\\`*_{}\[\]()#+\-.!|<>~]))"
    r"|(?P<mark>\*+(?=\S)|(?<=\S)\*+|(?<!\w)_+(?=\w)|(?<=[\w.!?,:;)])_+(?!\w)|~~)"
    r"|(?P<quote>(?<=\n)[ \t]*>[ \t]?)"
    r"|(?P<entity>&nbsp;|\u200b|\u00ad)",
    re.DOTALL,
)
_BREAKING = re.compile(r"</?(?:br|li|p|ul|ol|div|td|tr)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Plain text; ``offsets[i]`` is where ``text[i]`` stands in the document."""

    text: str
    offsets: tuple[int, ...]

    def cut(self, start: int, end: int) -> Line:
        """The stretch from start to end, without white space at its edges."""
        part = self.text[start:end]
        start += len(part) - len(part.lstrip())
        end = start + len(part.strip())
        return Line(text=self.text[start:end], offsets=self.offsets[start:end])

    @property
    def span(self) -> tuple[int, int]:
        """Where the line stands in the document; for an empty line (0, 0)."""
        return (self.offsets[0], self.offsets[-1] + 1) if self.offsets else (0, 0)


def plain(text: str, start: int, end: int) -> Line:
    """The plain words of ``text[start:end]``: white space is single, markup is gone, code keeps its characters."""
    letters: list[str] = []
    offsets: list[int] = []
    for letter, offset in _letters(text, start, end):
        if letter.isspace():
            if not letters or letters[-1] == " ":
                continue
            letter = " "
        letters.append(letter)
        offsets.append(offset)
    if letters and letters[-1] == " ":
        letters.pop()
        offsets.pop()
    return Line(text="".join(letters), offsets=tuple(offsets))


def joined(lines: Sequence[Line], separator: str) -> Line:
    """Lines that follow each other as one; what joins them stands where the next one begins."""
    text, offsets = "", []
    for line in lines:
        if text:
            text += separator
            offsets += [line.offsets[0]] * len(separator)
        text += line.text
        offsets += line.offsets
    return Line(text=text, offsets=tuple(offsets))


def plain_text(text: str) -> str:
    return plain(text, 0, len(text)).text


def _letters(text: str, start: int, end: int) -> Iterator[tuple[str, int]]:
    position = start
    while position < end:
        match = _MARKUP.search(text, position, end)
        upto = match.start() if match else end
        yield from ((text[index], index) for index in range(position, upto))
        if match is None:
            return
        position = match.end()
        if match["code"] is not None:
            yield from ((text[index], index) for index in range(*match.span("inside")))
        elif match["link"] is not None:
            yield from _letters(text, *match.span("label"))
        elif match["escape"] is not None:
            yield (match["escaped"], match.start("escaped"))
        elif match["entity"] == "&nbsp;" or _BREAKING.match(match["tag"] or ""):
            yield (" ", match.start())


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A question, and the plain words that answer it with where they stand. ``entity`` is what it asks about."""

    question: str
    answer: Line
    kind: str
    rule: str
    entity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A pair, and what its question is about."""

    pair: Pair
    entity: str
