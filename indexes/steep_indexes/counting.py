"""Counting: texts are taken apart into terms, each distinct piece of them once.

A text is cut at its spaces, and what a piece holds is remembered: most pieces of a text were met before. Where a code
or a number may go over a space, the chunks beside it stay one piece, so that what a text holds is what its pieces hold:
what is counted is what ``steep.language.counted`` says of the whole text.
"""

from __future__ import annotations

from array import array
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from steep.language import chunks, counted, edges
from steep_indexes.postings import MOST, ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

    from steep.language import Language
    from steep_indexes.postings import Column, Postings

    Numbers = npt.NDArray[np.int64]

__all__ = ["COMMON", "Counting"]

COMMON = " "  # stands before a stop word, as no other term can
_BATCH = 2048  # texts
_PIECES = 1 << 19  # that are remembered
_WORD, _FORM, _COMMON = range(3)


class Counting:
    """Counts the terms of texts in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._pieces = _Pieces(language)

    def postings(self, texts: Iterable[str], marks: npt.NDArray[np.uint8]) -> Iterator[Postings]:
        """The postings of texts and their digests, in runs of as many rows as are to be held at once."""
        waiting = iter(texts)
        columns: list[Column] = []
        lengths: list[npt.NDArray[Any]] = []
        done = begun = size = 0
        while batch := list(islice(waiting, _BATCH)):
            terms, rows, counts, long = self._counted(batch)
            columns.append((terms.astype(np.int32), (rows + done - begun).astype(np.int32), counts.astype(np.int32)))
            lengths.append(long)
            done += len(batch)
            size += len(terms) + len(batch)
            if size >= MOST or len(self._pieces) >= _PIECES or done == len(marks):
                names = [each.encode("utf-8", "surrogatepass") for each in self._pieces.terms]
                yield ordered(names, columns, np.concatenate(lengths), marks[begun:done])
                columns, lengths, begun, size = [], [], done, 0
                if len(self._pieces) >= _PIECES:
                    self._pieces = _Pieces(self._language)

    def _counted(self, texts: list[str]) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Terms, rows and counts of what texts hold, and the texts' lengths in words."""
        codes, rows = self._coded(texts)
        values, sizes = self._pieces.of(codes)
        rows = np.repeat(rows, sizes)
        sorts = values & 3
        keys = rows * len(self._pieces.terms) + (values >> 2)
        words, forms = np.sort(keys[sorts == _WORD]), keys[sorts == _FORM]
        held = np.concatenate([words, forms[~_among(forms, words)], keys[sorts == _COMMON]])
        held.sort()
        begins = np.flatnonzero(np.diff(held, prepend=-1))
        counts = np.diff(begins, append=len(held))
        by_row, terms = np.divmod(held[begins], max(1, len(self._pieces.terms)))
        return terms, by_row, counts, np.bincount(rows[sorts == _WORD], minlength=len(texts))

    def _coded(self, texts: list[str]) -> tuple[Numbers, Numbers]:
        """The pieces of texts, by their codes, and which text each is of."""
        flat: list[str] = []
        ends = []
        for text in texts:
            flat += chunks(text)
            ends.append(len(flat))
        codes = np.fromiter(map(self._pieces.__getitem__, flat), np.int64, len(flat))
        rows = np.repeat(np.arange(len(texts)), np.diff(ends, prepend=0))
        crossed = self._pieces.crossed(codes)
        crossed[np.array(ends[:-1], np.int64) - 1] = False
        beside = np.concatenate([[False], crossed, [False]])
        begins, stops = np.flatnonzero(~beside[:-1] & beside[1:]), np.flatnonzero(beside[:-1] & ~beside[1:])
        for begin, stop in zip(begins.tolist(), stops.tolist(), strict=True):
            codes[begin] = self._pieces[" ".join(flat[begin : stop + 1])]
        apart = ~beside[:-1]
        return codes[apart], rows[apart]


def _among(some: Numbers, ordered_ones: Numbers) -> npt.NDArray[np.bool_]:
    there: npt.NDArray[np.bool_] = np.searchsorted(ordered_ones, some) < np.searchsorted(ordered_ones, some, "right")
    return there


class _Pieces(dict[str, int]):
    """The codes of pieces; one that is asked for the first time is taken apart."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.terms: dict[str, int] = {}
        self._language = language
        self._values = array("q")
        self._starts = array("q", [0])
        self._edges = array("B")

    def __missing__(self, piece: str) -> int:
        found = counted(piece, self._language)
        known = self.terms
        for sort, terms in ((_WORD, found.words), (_FORM, found.forms)):
            self._values.extend(known.setdefault(each, len(known)) << 2 | sort for each in terms)
        self._values.extend(known.setdefault(COMMON + each, len(known)) << 2 | _COMMON for each in found.common)
        self._starts.append(len(self._values))
        self._edges.append(sum(1 << at for at, there in enumerate(edges(piece, self._language.stop_words)) if there))
        code = self[piece] = len(self)
        return code

    def of(self, codes: Numbers) -> tuple[Numbers, Numbers]:
        """What pieces hold, one after the other, as term and sort; and how much each holds."""
        starts = np.frombuffer(self._starts, np.int64)
        begins = starts[codes]
        sizes = starts[codes + 1] - begins
        shift = np.repeat(begins - np.cumsum(sizes) + sizes, sizes)
        return np.frombuffer(self._values, np.int64)[np.arange(len(shift)) + shift], sizes

    def crossed(self, codes: Numbers) -> npt.NDArray[np.bool_]:
        """Whether a form may go from each piece to the next."""
        last_digit, last_word, first_digit, first_word = (self._edge(codes, at) for at in range(4))
        onward: npt.NDArray[np.bool_] = (last_digit[:-1] & first_word[1:]) | (
            (last_digit | last_word)[:-1] & first_digit[1:]
        )
        return onward

    def _edge(self, codes: Numbers, at: int) -> Any:
        return (np.frombuffer(self._edges, np.uint8)[codes] >> at & 1).astype(np.bool_)
