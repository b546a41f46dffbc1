"""What rich text is made of: its signs, the groups whose words are kept apart, and what holds within a group."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TINY = 4  # half points, of letters whose size is said
HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop|rubrik) ?(\d)$", re.IGNORECASE)
SIGNS = {"emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“",
          "rdblquote": "”", "tab": "\t", "emspace": " ", "enspace": " ", "qmspace": " ", "zwnj": "\u200c",
          "zwj": "\u200d", "ltrmark": "", "rtlmark": "", "chdate": "", "chtime": ""}  # fmt: skip
ESCAPED = {"~": "\u00a0", "_": "-", "-": "", "\\": "\\", "{": "{", "}": "}", "\r": "\n", "\n": "\n", "\t": "\t"}
# groups whose words are kept apart, or are no words at all
PLACES = {
    "fonttbl": "fonts", "colortbl": "colours", "stylesheet": "styles", "title": "title", "listtext": "marker",
    "pntext": "marker", "footnote": "note", "annotation": "comment", "shptxt": "box", "result": "text",
    "header": "frame", "headerl": "frame", "headerr": "frame", "headerf": "frame", "footer": "frame",
    "footerl": "frame", "footerr": "frame", "footerf": "frame", "info": "nothing", "pict": "nothing",
    "object": "nothing", "fldinst": "nothing", "xe": "nothing", "tc": "nothing", "rxe": "nothing", "sp": "nothing",
    "shpinst": "nothing", "shprslt": "nothing", "nonshppict": "nothing", "do": "nothing", "themedata": "nothing",
    "fldrslt": "text", "private": "nothing", "ftnsep": "nothing", "ftnsepc": "nothing", "aftnsep": "nothing",
}  # fmt: skip
APART = ("note", "comment", "frame", "title", "marker")


TYPED = re.compile(r"\s*(?P<marker>[•◦▪–*-]|\(?(?:\d{1,4}|[a-zA-Z])[.)])[ ]*\t[ ]*")
"""A marker that stands in the words themselves, before a line that hangs."""

LINES = {"ilvl": "level", "pnlvl": "level", "cbpat": "paper", "li": "indent", "fi": "first"}
LOOKS = {"fs": "size", "cf": "ink", "highlight": "paper", "chcbpat": "paper", "cb": "paper"}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What holds within a group."""

    place: str = "text"
    hidden: bool = False
    struck: bool = False
    raised: str = ""
    size: int = 24
    ink: int = 0
    paper: int = 0
    encoding: str = ""
    even: bool = False  # letters of one width
    skip: int = 1  # characters after one by its number


@dataclass(slots=True)
class Paragraph:
    said: list[str] = field(default_factory=list)
    marker: str = ""
    style: int = 0
    outline: int = 9
    level: int = 0
    in_table: bool = False
    paper: int = 0
    indent: int = 0  # of its lines, twips
    first: int = 0  # of its first line beside them
    uneven: bool = False  # whether any of its letters is of another width than the next
