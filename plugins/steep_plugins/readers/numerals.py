"""Numbers as lists show them, letters and Roman numerals, and raised ones: 10³ is not 103."""

from __future__ import annotations

_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_ORDINALS = ("st", "nd", "rd", "th")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def letters(count: int) -> str:
    """From a to z, then aa, bb, as word processors go on; a number where it would not end."""
    if not 0 < count <= 26 * 10:
        return str(count)
    return chr(ord("a") + (count - 1) % 26) * (1 + (count - 1) // 26)


def roman(count: int) -> str:
    """i, ii, iii, iv; a number where Romans had none."""
    if not 0 < count < 4000:
        return str(count)
    said = ""
    for worth, sign in _ROMAN:
        said += sign * (count // worth)
        count %= worth
    return said


def raised(words: str) -> str:
    """Words that stand above the line: by the signs that there are for them, else behind a ^."""
    said = words.replace("\u2212", "-").translate(_RAISED)
    if not any(letter.isascii() and not letter.isspace() for letter in said):
        return said
    return f"^{words}" if words[:1].isalnum() and words not in _ORDINALS else words
