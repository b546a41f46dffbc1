"""A file of records as SQLite lays it out, read without SQLite, which gives up a whole file for one wrong bit.

Rows stand in the leaves of trees; all else (the first page, the schema, the branches, the indexes) only leads to them,
and is not needed to read them. What was deleted may still stand in pages that are free: those are listed, and left out.
The format: https://www.sqlite.org/fileformat2.html
"""

from __future__ import annotations

import mmap
import struct
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["LEAF", "Pages", "Unreadable", "local_size", "opened", "record_of", "rows_at", "varint"]

LEAF, _BRANCHES = 13, {2: 12, 5: 12}
_FIRST = 100  # bytes of the file's own header before the first page begins
_SIZE = 4096  # of a page, where the header says none that can be
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # bytes by the number that says how a value is kept


class Unreadable(Exception):
    """What stands there cannot be what was written."""


class Pages:
    """The pages of a file; numbers begin at 1."""

    def __init__(self, content: mmap.mmap | bytes) -> None:
        self._content = content
        declared = int.from_bytes(content[16:18], "big")
        self.size = declared if declared in (512, 1024, 2048, 4096, 8192, 16384, 32768) else _SIZE
        self.count = len(content) // self.size

    def page(self, number: int) -> bytes:
        if not 1 <= number <= self.count:
            raise Unreadable
        start = (number - 1) * self.size
        return self._content[start : start + self.size]

    def free(self) -> set[int] | None:
        """The pages that are free; None where their list is not whole, so that nobody can tell."""
        head = self.page(1)
        trunk, count = struct.unpack_from(">II", head, 32)
        found: list[int] = []
        while trunk and len(found) <= self.count:
            if trunk > self.count:
                return None
            found.append(trunk)
            page = self.page(trunk)
            trunk, leaves = struct.unpack_from(">II", page)
            if leaves > self.size // 4 - 2:
                return None
            found += struct.unpack_from(f">{leaves}I", page, 8)
        right = len(found) == count == len(set(found)) and all(1 < each <= self.count for each in found)
        return set(found) if right else None

    def led_to(self, free: set[int]) -> set[int]:
        """The pages that branches lead to."""
        found = set()
        for number in range(1, self.count + 1):
            page = self.page(number)
            begins = _FIRST if number == 1 else 0
            if number not in free and page[begins] in _BRANCHES:
                found.add(int.from_bytes(page[begins + 8 : begins + 12], "big"))
                places = _places(page, begins, _BRANCHES[page[begins]])
                found |= {int.from_bytes(page[at : at + 4], "big") for at in places}
        return found


@contextmanager
def opened(file: Path) -> Iterator[Pages]:
    """The pages of a file; those that wait in its log SQLite puts there itself whenever it has opened the two."""
    if not file.stat().st_size:
        yield Pages(b"")
        return
    with file.open("rb") as read, mmap.mmap(read.fileno(), 0, access=mmap.ACCESS_READ) as content:
        yield Pages(content)


def rows_at(page: bytes, begins: int) -> tuple[int, ...]:
    """Where the rows of a leaf begin."""
    return _places(page, begins, 8)


def local_size(payload: int, page_size: int) -> int:
    """How many bytes of a row stand in its leaf; what is more goes on in pages of its own."""
    if payload <= page_size - 35:
        return payload
    least = (page_size - 12) * 32 // 255 - 23
    spare = least + (payload - least) % (page_size - 4)
    return spare if spare <= page_size - 35 else least


def record_of(payload: bytes) -> list[Any]:
    """The values of a row; texts are bytes. Raises Unreadable where it has another length than its head says."""
    length, at = varint(payload, 0)
    kinds, place = [], length
    while at < length:
        kind, at = varint(payload, at)
        kinds.append(kind)
    values: list[Any] = []
    for kind in kinds:
        size = _INTEGERS.get(kind, 8 if kind == 7 else max(0, (kind - 12) // 2))
        values.append(_value(kind, payload[place : place + size]))
        place += size
    if at != length or place != len(payload):
        raise Unreadable
    return values


def varint(content: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where the next thing begins."""
    value = 0
    for number in range(at, at + 9):
        if number >= len(content):
            raise Unreadable
        byte = content[number]
        if number == at + 8:
            return value << 8 | byte, number + 1
        value = value << 7 | byte & 127
        if byte < 128:
            return value, number + 1
    raise AssertionError


def _value(kind: int, content: bytes) -> Any:
    if kind in _INTEGERS:
        return int.from_bytes(content, "big", signed=True)
    if kind == 7:
        return struct.unpack(">d", content)[0] if len(content) == 8 else None
    if kind >= 12:
        return content
    return {8: 0, 9: 1}.get(kind)


def _places(page: bytes, begins: int, head: int) -> tuple[int, ...]:
    count = int.from_bytes(page[begins + 3 : begins + 5], "big")
    fitting = min(count, (len(page) - begins - head) // 2)
    return struct.unpack_from(f">{fitting}H", page, begins + head)
