"""Ids of answers: they sort by the time they were made at, and nobody can guess one."""

from __future__ import annotations

__all__ = ["new_id"]

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS = 128


def new_id(now: float, random: bytes) -> str:
    """A ULID: 26 letters, of milliseconds since the epoch and ten random bytes (github.com/ulid/spec)."""
    if len(random) < 10:
        raise ValueError(f"an id takes 10 random bytes, not {len(random)}")
    value = (int(now * 1000) & (1 << 48) - 1) << 80 | int.from_bytes(random[:10], "big")
    return "".join(_LETTERS[value >> shift & 31] for shift in range(_BITS - 3, -1, -5))
