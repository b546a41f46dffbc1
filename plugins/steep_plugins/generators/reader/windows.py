"""A question and a passage become windows of word pieces that remember where each piece stands in the passage."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tokenizers import Tokenizer

CLS, SEP, MASK, PAD = 101, 102, 103, 0
"""Ids in the vocabulary of BERT uncased; a question with no answer points at CLS."""


_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Pieces:
    """Word pieces of a text; ``spans[i]`` is where piece ``i`` stands, in characters of the text."""

    ids: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    def covering(self, start: int, end: int) -> tuple[int, int] | None:
        """The first and last piece that touch the characters ``start`` to ``end``; None where none does."""
        touched = [index for index, (left, right) in enumerate(self.spans) if left < end and right > start]
        return (touched[0], touched[-1]) if touched else None


@dataclass(frozen=True, slots=True)
class Window:
    """One input: ``[CLS] question [SEP] lead passage-part [SEP]``.

    Piece ``body + k`` of ``ids`` is piece ``first + k`` of the passage, for ``k < count``.
    """

    ids: tuple[int, ...]
    body: int
    first: int
    count: int


class Encoder:
    """Cuts long passages into overlapping windows of at most ``max_length`` pieces.

    Word pieces of a text are cached, so asking several questions of a passage splits it once. Thread-safe.
    """

    def __init__(
        self,
        tokenizer: Path,
        *,
        max_length: int = 320,
        stride: int = 96,
        max_question: int = 64,
        max_lead: int = 24,
        cached_texts: int = 4096,
    ) -> None:
        self.max_length = max_length
        self.stride = stride
        self.max_question = max_question
        self.max_lead = max_lead
        self._tokenizer = _load(tokenizer)
        self.pieces = lru_cache(maxsize=cached_texts)(self._pieces)

    def _pieces(self, text: str) -> Pieces:
        # Half a surrogate pair cannot be encoded; one character stands in for it, so that offsets stay true.
        encoding = self._tokenizer.encode(_LONE_SURROGATE.sub("\ufffd", text), add_special_tokens=False)
        return Pieces(tuple(encoding.ids), tuple(encoding.offsets))

    def head(self, question: str, lead: str = "") -> tuple[tuple[int, ...], int]:
        """The pieces before the passage's own, and how many of them are the question with the marks round it.

        The lead is kept from its end: the innermost heading says most about the passage.
        """
        asked = self.pieces(question).ids[: self.max_question]
        above = self.pieces(lead).ids[-self.max_lead :] if lead else ()
        return (CLS, *asked, SEP, *above), len(asked) + 2

    def windows(self, question: str, passage: str, lead: str = "") -> Iterator[Window]:
        """All windows of the passage; the last one ends where the passage ends. None for an empty passage."""
        head, _ = self.head(question, lead)
        ids = self.pieces(passage).ids
        room = self.max_length - len(head) - 1
        first = 0
        while first < len(ids):
            part = ids[first : first + room]
            yield Window((*head, *part, SEP), len(head), first, len(part))
            if first + room >= len(ids):
                return
            first += max(1, room - self.stride)


@lru_cache(maxsize=2)
def _load(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
