"""What rich text is made of: its signs, the groups whose words are kept apart, and what holds within a group."""

from __future__ import annotations

import re
from dataclasses import dataclass

TINY = 4  # half points, of letters whose size is said
TITLE = re.compile(r"title$", re.IGNORECASE)
QUOTATION = re.compile(
    r"(?:(?:intense|intensives|starkt|duidelijk) )?"
    r"(?:quote|quotations?|zitat|citation|cita|citazione|citaat|citat|citação)"
    r"(?: intense| destacada| intensa)?$|block ?(?:text|quote|quotation)$|blocktext$|bloktekst$",
    re.IGNORECASE,
)
CONTENTS = re.compile(r"(?:toc|contents|verzeichnis) ?(?:\d|heading)$", re.IGNORECASE)
HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop|rubrik) ?(\d)$", re.IGNORECASE)
SIGNS = {"emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“",
          "rdblquote": "”", "tab": "\t", "emspace": " ", "enspace": " ", "qmspace": " ", "zwnj": "\u200c",
          "zwj": "\u200d", "ltrmark": "", "rtlmark": "", "chdate": "", "chtime": ""}  # fmt: skip
ESCAPED = {"~": "\u00a0", "_": "-", "-": "", "\\": "\\", "{": "{", "}": "}", "\r": "\n", "\n": "\n", "\t": "\t"}
# groups whose words are kept apart, or are no words at all
PLACES = {
    "fonttbl": "fonts", "colortbl": "colours", "stylesheet": "styles", "title": "title", "listtext": "marker",
    "pntext": "marker", "footnote": "note", "annotation": "comment", "fldrslt": "text",
    "header": "frame", "headerl": "frame", "headerr": "frame", "headerf": "frame", "footer": "frame",
    "footerl": "frame", "footerr": "frame", "footerf": "frame", "info": "nothing", "pict": "nothing",
    "fldinst": "nothing", "xe": "nothing", "tc": "nothing", "rxe": "nothing", "sp": "nothing",
    "shprslt": "nothing", "nonshppict": "nothing", "nonesttables": "nothing", "themedata": "nothing",
    "private": "nothing", "ftnsep": "nothing", "ftnsepc": "nothing", "aftnsep": "nothing",
    "object": "thing", "shpinst": "thing", "shpgrp": "thing", "do": "thing", "result": "shown", "shptxt": "box",
    "dptxbxtext": "box", "nesttableprops": "nested", "moMath": "equation", "moMathPara": "text", "mmathPict": "nothing",
}  # fmt: skip
SILENT = ("nothing", "thing", "nested")
"""Places whose words are none. Of a thing, a drawing or an object, there may be a box with words or a picture of it."""

APART = ("note", "comment", "frame", "title", "marker")


TYPED = re.compile(r"\s*(?P<marker>[•◦▪–*-]|\(?(?:\d{1,4}|[a-zA-Z])[.)])[ ]*\t[ ]*")
"""A marker that stands in the words themselves, before a line that hangs."""

LINES = {"ilvl": "level", "pnlvl": "level", "cbpat": "paper", "li": "indent", "fi": "first"}
TABLES = ("trowd", "cellx", "clmrg", "clvmrg", "clcbpat", "trhdr", "cell", "row", "nestcell", "nestrow")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a paragraph stands."""

    style: int = 0
    outline: int = 9
    level: int = 0
    in_table: bool = False
    paper: int = 0
    indent: int = 0  # of its lines, twips
    first: int = 0  # of its first line beside them
