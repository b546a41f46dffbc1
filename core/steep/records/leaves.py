"""The rows that stand in a file of records, told by their checksums alone, whatever one flipped bit did to the file.

Each leaf is looked at by itself. A row that is not whole is one with a flipped bit: in a value, which its checksum
tells (`seals`), or in what says where the row stands, how long it is and how it goes on. Of the latter each bit is
flipped back, until the row is whole.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer

from steep.records.pages import LEAF, Unreadable, local_size, record_of, rows_at, varint
from steep.records.schema import tables
from steep.records.seals import SEAL, is_whole, mended

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Table

    from steep.records.pages import Pages

    Row = dict[str, Any]
    Found = tuple[str, int, Row]  # the name of its table, and the number that SQLite gave it

__all__ = ["rows_in"]

_FIRST = 100  # bytes before the first page begins
_HEAD = 100  # bytes of a row: more than what says how long it and its values are


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measures:
    """How long a row is, its number, where it begins, and how much of it the leaf holds."""

    length: int
    place: int
    begins: int
    local: int
    size: int


def rows_in(
    pages: Pages, free: Collection[int], layouts: Mapping[str, Sequence[str]], wanted: Collection[str]
) -> dict[str, dict[int, Row]]:
    """The rows of the wanted tables by the numbers that SQLite gave them, but for those in pages that are free.

    ``layouts`` names the columns of every table in the order in which they are kept.
    """
    found: dict[str, dict[int, Row]] = {name: {} for name in wanted}
    for number in range(1, pages.count + 1):
        if number not in free:
            for name, place, row in _Leaf(pages, number, layouts).rows():
                if name in found:
                    found[name][place] = row
    return found


class _Leaf:
    """A page that may be a leaf, and how its rows are read."""

    def __init__(self, pages: Pages, number: int, layouts: Mapping[str, Sequence[str]]) -> None:
        self._pages = pages
        self._page = pages.page(number)
        self._begins = _FIRST if number == 1 else 0
        self._layouts = layouts

    def rows(self) -> Iterator[Found]:
        if (self._page[self._begins] ^ LEAF).bit_count() > 1:
            return
        if not self._is_covered(self._page):
            self._page = self._righted()
        spoiled = []
        for pointer in self._pointers(self._page):
            try:
                if found := self._row(self._page, pointer):
                    yield found
            except Unreadable:
                spoiled.append(pointer)
        if len(spoiled) == 1:  # more are no rows of ours, or were spoiled by more than a bit
            yield from self._mended(spoiled[0])

    def _righted(self) -> bytes:
        """The page with the bit flipped back that was wrong in how many rows it has, or in where one of them is."""
        pointers = self._pointers(self._page)
        begun = Counter(_short(self._page, pointer) for pointer in pointers)
        doubtful = [
            each for each in pointers if begun[_short(self._page, each)] > 1 or not self._are_rows(self._page, [each])
        ]
        places = [self._begins + 3, self._begins + 4]
        places += [at for each in doubtful for at in (each, each + 1)] if len(doubtful) <= 2 else []
        for changed in _flips(self._page, places):
            if self._is_covered(changed) and self._are_rows(changed, self._pointers(changed)):
                return changed
        return self._page

    def _are_rows(self, page: bytes, pointers: Iterable[int]) -> bool:
        try:
            return all(self._row(page, pointer) for pointer in pointers)
        except Unreadable:
            return False

    def _pointers(self, page: bytes) -> list[int]:
        """Where the page says where each row begins."""
        return [self._begins + 8 + 2 * number for number in range(len(rows_at(page, self._begins)))]

    def _is_covered(self, page: bytes) -> bool:
        """Whether each byte behind the first row belongs to just one row, or is said to be free."""
        begins = self._begins
        spans = []
        try:
            for at in rows_at(page, begins):
                spans.append((at, at + max(4, self._measured(page, at).size)))
        except Unreadable:
            return False
        block = _short(page, begins + 1)
        while block and len(spans) < len(page):
            spans.append((block, block + _short(page, block + 2)))
            block = _short(page, block)
        spans.sort()
        overlap = any(end > start for (_, end), (start, _) in pairwise(spans))
        covered = sum(end - start for start, end in spans) + page[begins + 7]
        return not overlap and (_short(page, begins + 5) or 65536) + covered == len(page)

    def _measured(self, page: bytes, at: int) -> _Measures:
        length, after = varint(page, at)
        place, after = varint(page, after)
        local = local_size(length, len(page))
        end = after + local + (4 if local < length else 0)
        if end > len(page) or length > len(page) * self._pages.count:
            raise Unreadable
        return _Measures(length=length, place=place, begins=after, local=local, size=end - at)

    def _read(self, page: bytes, pointer: int, turned: tuple[int, int] = (-1, 0)) -> tuple[int, list[Any]]:
        """The number of a row and its values; of its links to further pages one may be turned by a bit."""
        at = _short(page, pointer)
        found = self._measured(page, at)
        content = [page[found.begins : found.begins + found.local]]
        following = page[found.begins + found.local : at + found.size]
        for link in range(_links(found, len(page))):
            number = int.from_bytes(following[:4], "big") ^ (turned[1] if turned[0] == link else 0)
            further = self._pages.page(number)
            content.append(further[4:])
            following = further
        return found.place, record_of(b"".join(content)[: found.length])

    def _row(self, page: bytes, pointer: int, turned: tuple[int, int] = (-1, 0)) -> Found | None:
        """The row that is pointed to; None for one without a checksum. Raises Unreadable for one that is not whole."""
        place, values = self._read(page, pointer, turned)
        rows = list(self._as_rows(place, values))
        for table, row in rows:
            if row[SEAL] is not None and is_whole(table, row) and (right := mended(table, row)):
                return table.name, place, right
        if any(row[SEAL] is None for _, row in rows):
            return None
        raise Unreadable

    def _as_rows(self, place: int, values: Sequence[Any]) -> Iterator[tuple[Table, Row]]:
        for name, columns in self._layouts.items():
            if len(columns) == len(values):
                table = tables.tables[name]
                row = dict(zip(columns, values, strict=True))
                key = list(table.primary_key)
                if len(key) == 1 and isinstance(key[0].type, Integer):
                    row[key[0].name] = place  # such a key is kept as the number of the row
                yield table, row

    def _mended(self, pointer: int) -> Iterator[Found]:
        """A row that is not whole, with its flipped bit put right."""
        try:
            place, values = self._read(self._page, pointer)
        except Unreadable:
            pass
        else:
            for table, row in self._as_rows(place, values):
                if right := mended(table, row):
                    yield table.name, place, right
                    return
        for page, turned in self._candidates(pointer):
            try:
                if found := self._row(page, pointer, turned):
                    yield found
                    return
            except Unreadable:
                continue

    def _candidates(self, pointer: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
        at = _short(self._page, pointer)
        places = range(at, min(at + _HEAD, len(self._page)))
        yield from ((changed, (-1, 0)) for changed in _flips(self._page, places))
        try:
            links = _links(self._measured(self._page, at), len(self._page))
        except Unreadable:
            return
        yield from ((self._page, (link, 1 << bit)) for link in range(links) for bit in range(32))


def _links(found: _Measures, page_size: int) -> int:
    """How many further pages a row goes on in."""
    return -(-(found.length - found.local) // (page_size - 4))


def _flips(page: bytes, places: Iterable[int]) -> Iterator[bytes]:
    """The page with each bit of these bytes flipped."""
    for at in places:
        for bit in range(8):
            changed = bytearray(page)
            changed[at] ^= 1 << bit
            yield bytes(changed)


def _short(page: bytes, at: int) -> int:
    return int.from_bytes(page[at : at + 2], "big")
