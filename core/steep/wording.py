"""How counts are said, on the command line and in what `steep doctor` finds."""

from __future__ import annotations

__all__ = ["counted"]


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun, which takes an s unless it is one of them or ``plural`` is given."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"
