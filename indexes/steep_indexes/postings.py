"""Postings: which term stands in which row how often, as sorted arrays that are written, mapped and carried on.

The rows of a term lie together, in order. Nothing in the files depends on how they came about: a generation that was
carried on from the one before is, byte for byte, the one that would have been built from nothing.
"""

from __future__ import annotations

import hashlib
import mmap
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    Numbers = npt.NDArray[np.int64]

__all__ = ["Postings", "Terms", "digest", "gathered", "joined"]

_DIGEST = 16  # bytes


def digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()


class Terms:
    """The terms in order, as one file: a term is found by halving, so that they need not be in memory."""

    def __init__(self, data: bytes | mmap.mmap, starts: npt.NDArray[Any]) -> None:
        self._data = data
        self._starts = starts.data  # a memory view gives plain integers, sooner than an array does

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, at: int) -> bytes:
        return self._data[self._starts[at] : self._starts[at + 1]]

    def words(self) -> Iterator[str]:
        return (self[at].decode("utf-8", "surrogatepass") for at in range(len(self)))

    def find(self, term: str) -> int | None:
        wanted = term.encode("utf-8", "surrogatepass")
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self[middle] < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and self[low] == wanted else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Postings:
    """``starts`` has one more entry than there are terms; ``lengths`` counts each row's words, ``digests`` its text."""

    terms: Terms
    starts: npt.NDArray[Any]
    rows: npt.NDArray[Any]
    counts: npt.NDArray[Any]
    lengths: npt.NDArray[Any]
    digests: npt.NDArray[Any]

    def write(self, folder: Path) -> None:
        words = [self.terms[at] for at in range(len(self.terms))]
        (folder / "terms.bin").write_bytes(b"".join(words))
        ends = np.cumsum([0, *map(len, words)], dtype=np.int64)
        arrays = {"ends": ends, "starts": self.starts, "rows": self.rows, "counts": self.counts}
        for name, array in {**arrays, "lengths": self.lengths, "digests": self.digests}.items():
            np.save(folder / f"{name}.npy", array)

    @classmethod
    def open(cls, folder: Path) -> Postings:
        """Mapped into memory; raises OSError or ValueError where a file is missing or is not what it should be."""
        found = {
            name: _mapped(folder / f"{name}.npy") for name in ("ends", "starts", "rows", "counts", "lengths", "digests")
        }
        ends, starts, rows = found["ends"], found["starts"], found["rows"]
        data = _mapped_bytes(folder / "terms.bin")
        whole = len(ends) == len(starts) and int(ends[-1]) == len(data) and int(starts[-1]) == len(rows)
        if not whole or len(rows) != len(found["counts"]) or len(found["lengths"]) != len(found["digests"]):
            raise ValueError("its arrays do not belong together")
        return cls(terms=Terms(data, found.pop("ends")), **found)

    def of(self, term: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """The rows that hold a term, and how often each does."""
        part = slice(int(self.starts[term]), int(self.starts[term + 1]))
        return self.rows[part], self.counts[part]


def gathered(texts: Iterable[tuple[bytes, Sequence[str], int]]) -> Postings:
    """The postings of texts that are given as digest, terms and length; rows are numbered as they come."""
    known: dict[str, int] = {}
    terms: list[int] = []
    counts: list[int] = []
    sizes, lengths, digests = [], [], []
    for mark, found, length in texts:
        often = Counter(found)
        terms += [known.setdefault(each, len(known)) for each in often]
        counts += often.values()
        sizes.append(len(often))
        lengths.append(length)
        digests.append(mark)
    rows = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
    words = [each.encode("utf-8", "surrogatepass") for each in known]
    return _sorted(words, np.array(terms, np.int64), rows, np.array(counts, np.int64), lengths, digests)


def joined(parts: Sequence[tuple[Postings, Numbers, Numbers]], count: int) -> Postings:
    """``count`` rows of other postings: of each part, the rows ``sources`` come to stand at ``targets``."""
    lengths, digests = np.zeros(count, np.int32), np.zeros((count, _DIGEST), np.uint8)
    words: dict[bytes, int] = {}
    columns = []
    for each, sources, targets in parts:
        lengths[targets], digests[targets] = each.lengths[sources], each.digests[sources]
        renamed = np.array([words.setdefault(each.terms[at], len(words)) for at in range(len(each.terms))], np.int64)
        at, sizes = _by_row(each, sources)
        terms = np.repeat(renamed, np.diff(each.starts))[at]
        columns.append((terms, np.repeat(targets, sizes), np.asarray(each.counts)[at]))
    terms, rows, counts = (np.concatenate(column) for column in zip(*columns, strict=True))
    return _sorted(list(words), terms, rows, counts, lengths, digests)


def _by_row(postings: Postings, sources: Numbers) -> tuple[Numbers, Numbers]:
    """Where the postings of these rows stand, row after row, and how many each has."""
    order = np.argsort(postings.rows, kind="stable")
    sizes = np.bincount(postings.rows, minlength=len(postings.lengths)).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    wanted = sizes[sources]
    shift = np.repeat(starts[sources] - np.concatenate([[0], np.cumsum(wanted)])[:-1], wanted)
    return order[np.arange(len(shift)) + shift], wanted


def _sorted(
    words: Sequence[bytes], terms: Numbers, rows: Numbers, counts: npt.NDArray[Any], lengths: Any, digests: Any
) -> Postings:
    """Postings in order of term and row, without words that no row holds any more."""
    held = np.bincount(terms, minlength=len(words)).astype(np.int64)
    order = sorted((at for at in range(len(words)) if held[at]), key=words.__getitem__)
    place = np.empty(len(words), np.int64)
    place[order] = np.arange(len(order))
    sizes = held[order] if order else np.empty(0, np.int64)
    by = np.argsort(place[terms] * (len(lengths) + 1) + rows, kind="stable")
    names = [words[at] for at in order]
    marks = digests if isinstance(digests, np.ndarray) else np.frombuffer(b"".join(digests), np.uint8)
    return Postings(
        terms=Terms(b"".join(names), np.cumsum([0, *map(len, names)], dtype=np.int64)),
        starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        rows=rows[by].astype(np.int32),
        counts=np.minimum(counts[by], np.iinfo(np.uint16).max).astype(np.uint16),
        lengths=np.asarray(lengths, np.int32),
        digests=marks.reshape(-1, _DIGEST),
    )


def _mapped(path: Path) -> npt.NDArray[Any]:
    try:
        array: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except ValueError:
        array = np.load(path, allow_pickle=False)  # an empty array cannot be mapped
    return array


def _mapped_bytes(path: Path) -> bytes | mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""
