"""How things are counted and named in what steep says."""

from __future__ import annotations

__all__ = ["counted", "with_article"]


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun, which takes an s unless it is one of them or ``plural`` is given."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def with_article(noun: str) -> str:
    """The noun with its indefinite article, by its first letter: a reader, an index."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"
