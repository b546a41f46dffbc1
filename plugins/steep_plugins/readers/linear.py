"""How equations are typed on one line, whatever format holds them: (a+b)/c, x^2, a_1, √(x)."""

from __future__ import annotations

__all__ = ["accented", "fraction", "grouped", "root", "scripts"]

_ACCENTS = {"^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303", "∼": "\u0303", "¯": "\u0304", "‾": "\u0304",
            "ˉ": "\u0304", "_": "\u0304", "˙": "\u0307", "¨": "\u0308", "→": "\u20d7", "⃗": "\u20d7", "⃑": "\u20d7",
            "ˇ": "\u030c", "´": "\u0301", "`": "\u0300", "˘": "\u0306"}  # fmt: skip
_MARKS = frozenset(_ACCENTS.values()) | {"\u0305", "\u20d6"}


def grouped(words: str) -> str:
    """Words in brackets, unless they are one already."""
    return words if words.isalnum() else f"({words})"


def fraction(above: str, below: str) -> str:
    return f"{grouped(above)}/{grouped(below)}"


def root(words: str, degree: str = "") -> str:
    return f"{degree}√({words})"


def scripts(below: str = "", above: str = "") -> str:
    """What stands below and above at the end of a letter or sign; "" for what has neither."""
    return (f"_{grouped(below)}" if below else "") + (f"^{grouped(above)}" if above else "")


def accented(words: str, accent: str) -> str:
    """A letter with its accent; "" where this is none. Of several letters each has it."""
    mark = accent if accent in _MARKS else _ACCENTS.get(accent, "")
    return "".join(letter + mark if letter.isalnum() else letter for letter in words) if mark else ""
