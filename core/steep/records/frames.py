"""The frames of SQLite's write-ahead log, their checksums, and which flipped bit explains one that is wrong."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    Sums = tuple[int, int]

__all__ = ["Change", "Suspects", "flipped", "summed_anew"]

_HEADER, _FRAME, _CHECKED = 32, 24, 8  # bytes: of the log, of each frame, and of that what its checksum counts
_LITTLE, _BIG = 0x377F0682, 0x377F0683  # which bytes of a word come first in the checksums
_VERSION = 3007000
_MOST = (1 << 32) - 1

Change = tuple[int, int]  # where a byte of the log is wrong, and what it was


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspects:
    """The changes that would each explain a wrong checksum: one of them is right; and where the frame begins."""

    start: int
    changes: tuple[Change, ...]

    def of_the_head(self) -> tuple[Change, ...]:
        """Those that say which page it is, and whether something is committed with it."""
        return tuple(each for each in self.changes if each[0] < self.start + _CHECKED)

    def matters(self, content: bytes) -> bool:
        """Whether anything that was committed is in the frame or behind it."""
        return _commits(content, self.start) or any(at >= self.start + 4 for at, _ in self.of_the_head())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    start: int
    content: bytes

    @property
    def commits(self) -> bool:
        """Whether a transaction ends here."""
        return any(self.content[4:8])

    @property
    def salts(self) -> bytes:
        return self.content[8:16]

    @property
    def stored(self) -> Sums:
        return _stored(self.content, 16)

    @property
    def counted(self) -> bytes:
        return self.content[:_CHECKED] + self.content[_FRAME:]


def flipped(content: bytes) -> Suspects | None:
    """Which bit of a log was flipped, if one was: where that is told by its checksums there is one suspect."""
    head = content[:_HEADER]
    if len(head) < _HEADER:
        return None
    if not _is_head(head):
        heads = [(bit // 8, _with(head, bit)) for bit in range(8 * len(head))]
        found = [(at, changed[at]) for at, changed in heads if _is_head(changed) and _leads(changed, content)]
        return Suspects(start=0, changes=tuple(found[:1])) if found else None  # the number of the round may be any
    order, sums = _order(head), _stored(head, 24)
    frames = list(_frames(content))
    for frame, following in zip_longest(frames, frames[1:]):
        if (int.from_bytes(frame.salts, "big") ^ int.from_bytes(head[16:24], "big")).bit_count() > 1:
            return None  # of an earlier round of the log
        after = _summed(frame.counted, sums, order)
        if after == frame.stored and frame.salts == head[16:24]:
            sums = after
            continue
        changes = _explaining(frame, after, head[16:24], order)
        if after != frame.stored and following and _summed(following.counted, after, order) == following.stored:
            changes = [each for each in changes if frame.start + 16 <= each[0] < frame.start + _FRAME]  # its checksum
        return Suspects(start=frame.start, changes=tuple(changes)) if changes else None
    return None


def summed_anew(content: bytes, start: int) -> bytes:
    """The log with checksums that let a frame pass as it is, and all behind it that passed until now."""
    changed, salts, order = bytearray(content), content[16:24], _order(content)
    old: Sums | None = None
    new = _stored(content, 24)
    for frame in _frames(content):
        if frame.start < start:
            new = frame.stored
            continue
        if frame.salts != salts or (old and _summed(frame.counted, old, order) != frame.stored):
            break
        old, new = frame.stored, _summed(frame.counted, new, order)
        struct.pack_into(">II", changed, frame.start + 16, *new)
    return bytes(changed)


def _commits(content: bytes, start: int) -> bool:
    salts, order, sums = content[16:24], _order(content), None
    for frame in _frames(content):
        if frame.start < start:
            continue
        if frame.salts != salts or (sums and _summed(frame.counted, sums, order) != frame.stored):
            return False
        if frame.commits:
            return True
        sums = frame.stored
    return False


def _frames(content: bytes) -> Iterator[_Frame]:
    size = _FRAME + int.from_bytes(content[8:12], "big")
    for start in range(_HEADER, len(content) - size + 1, size):
        yield _Frame(start=start, content=content[start : start + size])


def _explaining(frame: _Frame, after: Sums, salts: bytes, order: str) -> list[Change]:
    stored, counted, start = frame.stored, frame.counted, frame.start
    if after == stored:  # it is in the salts, which no checksum counts
        at = next(at for at in range(8) if frame.salts[at] != salts[at])
        return [(start + 8 + at, salts[at])]
    needed = ((stored[0] - after[0]) & _MOST, (stored[1] - after[1]) & _MOST)
    found = [
        (start + at + (_FRAME - _CHECKED if at >= _CHECKED else 0), counted[at] ^ mask)
        for at, mask, change in _changes(counted, order)
        if change == needed
    ]
    wrong = struct.pack(">II", *(one ^ other for one, other in zip(after, stored, strict=True)))
    if int.from_bytes(wrong, "big").bit_count() == 1:  # it may be in the checksum itself
        at = next(at for at in range(8) if wrong[at])
        found.append((start + 16 + at, frame.content[16 + at] ^ wrong[at]))
    return found


def _changes(counted: bytes, order: str) -> Iterator[tuple[int, int, Sums]]:
    """For each bit, from the last: its byte, its mask, and how its flip changes the checksums, which are sums."""
    words = struct.unpack(f"{order}{len(counted) // 4}I", counted)
    even, odd = (1, 1), (0, 1)  # what one more in the first word of the last pair makes, and in the second
    for pair in range(len(words) - 2, -1, -2):
        for place, (first, second) in ((pair + 1, odd), (pair, even)):
            for bit in range(32):
                more = -(1 << bit) if words[place] >> bit & 1 else 1 << bit
                byte = 4 * place + (bit // 8 if order == "<" else 3 - bit // 8)
                yield byte, 1 << bit % 8, (more * first & _MOST, more * second & _MOST)
        even, odd = _one_more(even), _one_more(odd)


def _one_more(sums: Sums) -> Sums:
    """What is left of a change after another pair of words."""
    first = (sums[0] + sums[1]) & _MOST
    return first, (sums[1] + first) & _MOST


def _summed(content: bytes, sums: Sums, order: str) -> Sums:
    first, second = sums
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for one, other in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & _MOST
        second = (second + other + first) & _MOST
    return first, second


def _is_head(head: bytes) -> bool:
    if struct.unpack_from(">I", head)[0] not in (_LITTLE, _BIG):
        return False
    return _summed(head[:24], (0, 0), _order(head)) == _stored(head, 24)


def _leads(head: bytes, content: bytes) -> bool:
    """Whether the first frame follows this head."""
    size = int.from_bytes(head[8:12], "big")
    if int.from_bytes(head[4:8], "big") != _VERSION or len(content) < _HEADER + _FRAME + size:
        return False
    first = next(_frames(head + content[_HEADER:]))
    return first.salts == head[16:24] and _summed(first.counted, _stored(head, 24), _order(head)) == first.stored


def _order(head: bytes) -> str:
    return "<" if struct.unpack_from(">I", head)[0] == _LITTLE else ">"


def _stored(content: bytes, at: int) -> Sums:
    first, second = struct.unpack_from(">II", content, at)
    return first, second


def _with(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
