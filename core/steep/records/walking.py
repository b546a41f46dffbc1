"""SQLite's write-ahead log, walked before SQLite does: a bit that was flipped in it would cost all that stands behind.

After a kill SQLite reads a log up to the first frame whose checksum is wrong: there it takes what was not finished to
begin. Where one flipped bit, and no other, explains the wrong checksum, it is put right. Where another process is at
work the log is walked too (0.1 s for 4 MB); a frame that is just being written differs in more than a bit.
"""

from __future__ import annotations

import logging
import os
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["mend_log"]

log = logging.getLogger(__name__)

_HEADER, _FRAME, _CHECKED = 32, 24, 8  # bytes: of the log, of each frame, and of that what its checksum counts
_LITTLE, _BIG = 0x377F0682, 0x377F0683  # which bytes of a word come first in the checksums
_MOST = (1 << 32) - 1
_LARGEST = 64_000_000  # bytes; a log is begun anew long before

Sums = tuple[int, int]


def mend_log(file: Path) -> bool:
    """Put right the bit that was flipped in a log, if one was; returns whether it was."""
    try:
        if not 0 < file.stat().st_size <= _LARGEST:
            return False
        content = file.read_bytes()
    except OSError:
        return False
    found = _flipped(content)
    if found is None:
        return False
    at, byte = found
    try:
        with file.open("r+b") as opened:
            opened.seek(at)
            opened.write(bytes([byte]))
            opened.flush()
            os.fsync(opened.fileno())
    except OSError:
        return False
    log.warning("one bit of %s was flipped, and was put right", file)
    return True


def _flipped(content: bytes) -> tuple[int, int] | None:
    """Where the byte is that is wrong, and what it was."""
    head = content[:_HEADER]
    if not _is_head(head):
        heads = [bit for bit in range(8 * len(head)) if _is_head(_with(head, bit))]
        return (heads[0] // 8, _with(head, heads[0])[heads[0] // 8]) if len(heads) == 1 else None
    order = "<" if struct.unpack_from(">I", head)[0] == _LITTLE else ">"
    size: int = struct.unpack_from(">I", head, 8)[0]
    salts, sums = head[16:24], _stored(head, 24)
    for start in range(_HEADER, len(content) - _FRAME - size + 1, _FRAME + size):
        frame = content[start : start + _FRAME + size]
        if not _is_of(frame, salts):
            return None  # of an earlier round of the log
        counted = frame[:_CHECKED] + frame[_FRAME:]
        after, stored = _summed(counted, sums, order), _stored(frame, 16)
        if after == stored and frame[8:16] == salts:
            sums = stored
            continue
        return _in_frame(frame, counted, (after, stored), salts, start, order)
    return None


def _in_frame(
    frame: bytes, counted: bytes, sums: tuple[Sums, Sums], salts: bytes, start: int, order: str
) -> tuple[int, int] | None:
    after, stored = sums
    if after == stored:  # it is in the salts, which no checksum counts
        at = next(at for at in range(8) if frame[8 + at] != salts[at])
        return start + 8 + at, salts[at]
    needed = ((stored[0] - after[0]) & _MOST, (stored[1] - after[1]) & _MOST)
    found = [
        (start + at + (_FRAME - _CHECKED if at >= _CHECKED else 0), counted[at] ^ mask)
        for at, mask, change in _changes(counted, order)
        if change == needed
    ]
    wrong = struct.pack(">II", *(one ^ other for one, other in zip(after, stored, strict=True)))
    if int.from_bytes(wrong, "big").bit_count() == 1:  # it may be in the checksum itself
        at = next(at for at in range(8) if wrong[at])
        found.append((start + 16 + at, frame[16 + at] ^ wrong[at]))
    if len(found) > 1:  # of the highest bits of a word the checksums tell next to nothing
        log.warning(
            "one bit of the log of the records is wrong, and which cannot be told: what stands behind it is lost"
        )
    return found[0] if len(found) == 1 else None


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
    if len(head) < _HEADER:
        return True  # nothing to be read, and so nothing to mend
    magic = struct.unpack_from(">I", head)[0]
    order = {_LITTLE: "<", _BIG: ">"}.get(magic)
    return order is not None and _summed(head[:24], (0, 0), order) == _stored(head, 24)


def _is_of(frame: bytes, salts: bytes) -> bool:
    """Whether a frame belongs to the log with these salts, a flipped bit aside."""
    return (int.from_bytes(frame[8:16], "big") ^ int.from_bytes(salts, "big")).bit_count() <= 1


def _stored(content: bytes, at: int) -> Sums:
    first, second = struct.unpack_from(">II", content, at)
    return first, second


def _with(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
