"""Postings: which term stands in which row how often, as sorted arrays that are written once, mapped and joined.

The rows of a term lie together, in order. Terms lie in the order of their checksums, so that many are looked up at
once.
"""

from __future__ import annotations

import hashlib
import mmap
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

    Column = tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]

__all__ = ["MOST", "Postings", "Terms", "digests", "joined", "ordered"]

MOST = 1 << 23  # postings and rows that are held at once: what follows is written apart
_DIGEST = 16  # bytes
_BITS = 16  # of a count
_ARRAYS = ("ends", "starts", "rows", "counts", "lengths", "digests")


def digests(texts: Iterable[str]) -> npt.NDArray[np.uint8]:
    """What texts are known by, a row each."""
    made = (hashlib.blake2b(each.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest() for each in texts)
    return np.frombuffer(b"".join(made), np.uint8).reshape(-1, _DIGEST)


class Terms:
    """The terms as one file: they are found by their checksums, so that they need not be in memory.

    ``marks`` are the checksums in order. Of a file that was written without them they are made.
    """

    def __init__(
        self, data: bytes | mmap.mmap, starts: npt.NDArray[Any], marks: npt.NDArray[np.uint32] | None = None
    ) -> None:
        self._data = data
        self._starts = starts.data  # a memory view gives plain integers, sooner than an array does
        self._order: npt.NDArray[np.int64] | None = None
        if marks is None:
            made = np.array([zlib.crc32(self[at]) for at in range(len(self))], np.uint32)
            self._order = np.argsort(made, kind="stable")
            marks = made[self._order]
        self.marks = marks

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, at: int) -> bytes:
        return self._data[self._starts[at] : self._starts[at + 1]]

    def word(self, at: int) -> str:
        return self[at].decode("utf-8", "surrogatepass")

    def words(self) -> Iterator[str]:
        return map(self.word, range(len(self)))

    def find(self, *terms: str) -> dict[str, int]:
        """Where terms stand, of those that are here."""
        wanted = [each.encode("utf-8", "surrogatepass") for each in terms]
        marks = np.array(list(map(zlib.crc32, wanted)), np.uint32)
        begins, ends = (np.searchsorted(self.marks, marks, side) for side in ("left", "right"))
        found = {}
        for which in np.flatnonzero(begins < ends).tolist():
            for at in range(int(begins[which]), int(ends[which])):
                place = at if self._order is None else int(self._order[at])
                if self[place] == wanted[which]:
                    found[terms[which]] = place
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Postings:
    """``starts`` has one more entry than there are terms; ``lengths`` counts each row's words, ``digests`` its text."""

    terms: Terms
    starts: npt.NDArray[Any]
    rows: npt.NDArray[Any]
    counts: npt.NDArray[Any]
    lengths: npt.NDArray[Any]
    digests: npt.NDArray[Any]

    @property
    def size(self) -> int:
        return len(self.rows) + len(self.lengths)

    def write(self, folder: Path) -> None:
        words = [self.terms[at] for at in range(len(self.terms))]
        (folder / "terms.bin").write_bytes(b"".join(words))
        arrays = {name: getattr(self, name) for name in _ARRAYS[1:]}
        ends = np.cumsum([0, *map(len, words)], dtype=np.int64)
        for name, array in {**arrays, "ends": ends, "marks": self.terms.marks}.items():
            np.save(folder / f"{name}.npy", array)

    @classmethod
    def open(cls, folder: Path) -> Postings:
        """Mapped into memory; raises OSError or ValueError where a file is missing or is not what it should be."""
        found = {name: _mapped(folder / f"{name}.npy") for name in _ARRAYS}
        marks = _mapped(folder / "marks.npy") if (folder / "marks.npy").exists() else None
        ends, starts, rows = found["ends"], found["starts"], found["rows"]
        data = _mapped_bytes(folder / "terms.bin")
        whole = len(ends) == len(starts) and int(ends[-1]) == len(data) and int(starts[-1]) == len(rows)
        whole = whole and (marks is None or len(marks) == len(ends) - 1)
        if not whole or len(rows) != len(found["counts"]) or len(found["lengths"]) != len(found["digests"]):
            raise ValueError("its arrays do not belong together")
        return cls(terms=Terms(data, found.pop("ends"), marks), **found)

    def of(self, term: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """The rows that hold a term, and how often each does."""
        part = slice(int(self.starts[term]), int(self.starts[term + 1]))
        return self.rows[part], self.counts[part]


def ordered(names: Sequence[bytes], columns: Sequence[Column], lengths: Any, marks: Any) -> Postings:
    """Postings in order of term and row, without terms that no row holds; ``columns`` are terms, rows and counts."""
    held = sum((np.bincount(terms, minlength=len(names)) for terms, _, _ in columns), np.zeros(len(names), np.int64))
    order = sorted((zlib.crc32(names[at]), names[at], at) for at in np.flatnonzero(held).tolist())
    places = np.zeros(len(names), np.uint64)
    places[[at for _, _, at in order]] = np.arange(len(order), dtype=np.uint64)
    packed = _packed(places, columns, bits := len(lengths).bit_length())
    counts = packed.astype(np.uint16)
    packed >>= np.uint64(_BITS)
    packed &= np.uint64((1 << bits) - 1)
    return Postings(
        terms=Terms(
            b"".join(name for _, name, _ in order),
            np.cumsum([0, *(len(name) for _, name, _ in order)], dtype=np.int64),
            np.array([mark for mark, _, _ in order], np.uint32),
        ),
        starts=np.cumsum([0, *held[[at for _, _, at in order]]], dtype=np.int64),
        rows=packed.astype(np.int32),
        counts=counts,
        lengths=np.asarray(lengths, np.int32),
        digests=np.asarray(marks, np.uint8).reshape(-1, _DIGEST),
    )


def joined(parts: Sequence[tuple[Postings, npt.NDArray[Any]]], count: int) -> Postings:
    """``count`` rows of other postings: where each row of a part comes to stand, or -1 for one that is dropped."""
    lengths, marks = np.zeros(count, np.int32), np.zeros((count, _DIGEST), np.uint8)
    names: dict[bytes, int] = {}
    columns = []
    for each, targets in parts:
        kept = targets >= 0
        lengths[targets[kept]], marks[targets[kept]] = each.lengths[kept], each.digests[kept]
        renamed = np.array([names.setdefault(each.terms[at], len(names)) for at in range(len(each.terms))], np.int32)
        rows = targets[each.rows]
        there = rows >= 0
        columns.append((np.repeat(renamed, np.diff(each.starts))[there], rows[there], each.counts[there]))
    return ordered(list(names), columns, lengths, marks)


def _packed(places: npt.NDArray[np.uint64], columns: Sequence[Column], bits: int) -> npt.NDArray[np.uint64]:
    """Term, row and count as one number each, in order: numbers are sorted many times sooner than rows of a table."""
    packed = np.empty(sum(len(terms) for terms, _, _ in columns), np.uint64)
    done = 0
    for terms, rows, counts in columns:
        part = packed[done : done + len(terms)]
        part[:] = places[terms]
        part <<= np.uint64(bits)
        part |= rows.astype(np.uint64)
        part <<= np.uint64(_BITS)
        part |= np.minimum(counts, (1 << _BITS) - 1).astype(np.uint64)
        done += len(terms)
    packed.sort()
    return packed


def _mapped(path: Path) -> npt.NDArray[Any]:
    try:
        array: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except ValueError:
        array = np.load(path, allow_pickle=False)  # an empty array cannot be mapped
    return array.view(np.ndarray)  # a plain array is cut sooner than one that knows its file


def _mapped_bytes(path: Path) -> bytes | mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""
