"""A cell's value as a reader of the sheet sees it, or not at all."""

from __future__ import annotations

import datetime
import re
from typing import Any

_QUOTED = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|_.|\*.')
_APART = 0xF0000  # a plane of characters that nothing is written with
_TINY = 1.5  # points
_WHITE = ("FFFFFFFF", "00FFFFFF")
_DIGITS = re.compile(r"[#0?.,]*[0#?][#0?.,]*")


def words_of(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    if isinstance(value, datetime.timedelta):
        return _duration(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return number_words(value, str(cell.number_format or "General"))
    return " ".join(str(value).split())


def _duration(value: datetime.timedelta) -> str:
    """Hours and minutes, as [h]:mm shows them."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    rest = f":{seconds % 60:02d}" if seconds % 60 else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}{rest}"


def number_words(value: float, shape: str) -> str:
    """A number with what its format puts around it: leading zeros, a unit, a currency; with all of its digits."""
    if shape == "General":
        return _plain(value)
    section = _section(value, shape)
    before, digits, behind = _parts(section)
    if "%" in section:
        return f"{round(value * 100, 6):g}%"
    if not digits:
        return _plain(value)
    if set(digits) <= {"0"} and len(digits) > 1 and float(value).is_integer():
        said = _padded(abs(int(value)), section)
        return f"-{said}" if value < 0 else said
    if value < 0:  # its sign is said once, before its digits
        before, behind = before.replace("-", "").replace("(", ""), behind.replace(")", "")
    return " ".join(f"{before}{_plain(value)}{behind}".split())


def _plain(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"


def _section(value: float, shape: str) -> str:
    """The part of a format that holds for a number: for those above, below and at nothing."""
    parts = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', shape)
    if value < 0 and len(parts) > 1:
        return parts[1]
    return parts[2] if value == 0 and len(parts) > 2 else parts[0]


def _parts(section: str) -> tuple[str, str, str]:
    """What stands before the digits, the digits, and what stands behind; no digits for dates and the like."""
    plain = _QUOTED.sub("", section)
    found = _DIGITS.search(plain)
    if found is None or re.search(r"[a-df-zA-DF-Z/@]|[eE][+-]", plain):
        return "", "", ""
    said = _set_apart(section)
    at = _DIGITS.search(said)
    last = max(said.rfind(mark) for mark in "0#?")
    if at is None:
        return "", "", ""
    inside = re.sub(r"[^0#?.,]", "", said[at.start() : last + 1])
    return _back(said[: at.start()]), inside, _back(said[last + 1 :].lstrip(".,"))


def _set_apart(section: str) -> str:
    """A format whose words are no places of digits, even where they are digits."""
    return _QUOTED.sub(
        lambda each: "".join(chr(_APART + ord(mark)) for mark in each[1] or each[2] or each[3] or ""), section
    )


def _back(words: str) -> str:
    return "".join(chr(ord(mark) - _APART) if ord(mark) >= _APART else mark for mark in words)


def _padded(value: int, section: str) -> str:
    """Digits in their places, from the last: 000-00 shows 7 as 000-07."""
    said = _set_apart(section)
    left = str(value)
    first = said.index("0")
    shown = []
    for at in range(len(said) - 1, -1, -1):
        if said[at] == "0":
            shown.append(left if at == first and left else left[-1:] or "0")
            left = left[:-1]
        else:
            shown.append(said[at])
    return _back("".join(reversed(shown))).strip()


class Seen:
    """Whether the values of cells are shown; looked up once for each style of a sheet."""

    def __init__(self, sheet: Any) -> None:
        # what gives cells colours of its own: where it lies cannot be told from the cell alone
        self._coloured = bool(sheet.conditional_formatting) or bool(sheet.tables)
        self._known: dict[int, bool] = {}

    def __call__(self, cell: Any) -> bool:
        if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool):
            shape = str(cell.number_format or "General")
            if ";" in shape and not _section(cell.value, shape).strip():
                return False
        elif isinstance(cell.value, str) and str(cell.number_format or "").replace(" ", "").startswith(";;;"):
            return bool(str(cell.number_format).replace(" ", "")[3:])
        style = int(cell.style_id)
        if style not in self._known:
            self._known[style] = self._is_shown(cell)
        return self._known[style]

    def _is_shown(self, cell: Any) -> bool:
        font, fill = cell.font, cell.fill
        if font is not None and font.sz is not None and float(font.sz) < _TINY:
            return False
        if font is None or font.color is None or self._coloured:
            return True
        ink, filled = font.color, fill is not None and fill.fill_type is not None
        if not filled:
            return not (ink.type == "rgb" and ink.rgb in _WHITE) and not (ink.type == "theme" and ink.theme == 0)
        paper = fill.fgColor
        return fill.fill_type != "solid" or (ink.type, ink.value, ink.tint) != (paper.type, paper.value, paper.tint)
