"""Which bit was flipped, by a checksum: CRC-32 is linear, so that each bit changes it in its own way."""

from __future__ import annotations

_POLYNOMIAL = 0xEDB88320

__all__ = ["put_right"]


def put_right(content: bytes, difference: int, *, behind: int = 0) -> bytes | None:
    """The content with the bit flipped that makes this difference between two CRC-32; None where no single one does.

    ``behind`` is how many bytes the checksum counts after these.
    """
    change = _POLYNOMIAL  # what a flip of the last bit makes; of each bit before it, one step more
    for _ in range(8 * behind):
        change = change >> 1 ^ (_POLYNOMIAL if change & 1 else 0)
    for bit in range(8 * len(content) - 1, -1, -1):
        if change == difference:
            right = bytearray(content)
            right[bit // 8] ^= 1 << bit % 8
            return bytes(right)
        change = change >> 1 ^ (_POLYNOMIAL if change & 1 else 0)
    return None
