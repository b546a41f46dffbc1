"""Org, line by line: headings, lists with what hangs on them, blocks, drawers, tables, notes.

Each line is looked at once. A block whose end is missing is no block, and its first line no text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from steep.values import LeftOut
from steep_plugins.readers.composing import Composer, one_line
from steep_plugins.readers.grids import Cell, grid_of
from steep_plugins.readers.org_inline import Inline

if TYPE_CHECKING:
    from steep.values import Document

_HEADING = re.compile(r"(?P<stars>\*{1,60})[ \t]+(?P<words>.*)$")
_STATE = re.compile(r"(?:TODO|DONE|NEXT|WAITING|CANCELLED|CANCELED|HOLD|STARTED)[ \t]+")
_PRIORITY = re.compile(r"\[#[A-Z0-9]\][ \t]*")
_TAGS = re.compile(r"[ \t]+:((?:[\w@#%]{1,60}:){1,30})$")
_BEGIN = re.compile(r"[ \t]*#\+begin_(?P<kind>[\w-]{1,40})", re.IGNORECASE)
_KEYWORD = re.compile(r"[ \t]*#\+(?P<key>[\w-]{1,40})(?:\[[^\]]{0,200}\])?:[ \t]*(?P<value>.*)$")
_COMMENT = re.compile(r"[ \t]*#(?:[ \t]+(?P<words>.*))?$")
_FIXED = re.compile(r"[ \t]*:(?:[ \t](?P<words>.*))?$")
_DRAWER = re.compile(r"[ \t]*:(?P<name>[\w-]{1,60}):[ \t]*$")
_EXPORTED = ("export", "html", "latex", "beamer", "odt")
_END = ":end:"
_ITEM = re.compile(r"[ \t]*(?P<mark>[-+]|(?<=[ \t])\*|\d{1,9}[.)]|[a-zA-Z][.)])(?:[ \t]+(?P<words>.*))?$")
_COUNTER = re.compile(r"^\[@\w{1,6}\][ \t]*")
_TERM = re.compile(r"(?P<term>.{1,300}?)[ \t]+::(?:[ \t]+|$)")
_RULE = re.compile(r"[ \t]*\|[-+]+\|?$")
_ASIDE = re.compile(r"(?:<[lrc]?\d{0,3}>|/|[<>]|!|\^|_|\$|#|\*)?")  # what tells of columns, in rows that are no text
_NOTE = re.compile(r"\[fn:(?P<name>[\w-]{1,60})\][ \t]*(?P<words>.*)$")
_LINE = re.compile(r"[ \t]*-{5,}$")


def read_org(path: str, text: str) -> Document:
    """The document, its text written anew without markup. Raises SourceError where nothing is left of it."""
    return _Reading(text).document(path)


class _Reading:
    def __init__(self, text: str) -> None:
        self._lines = [
            line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(8).split("\n")
        ]
        self._ends: dict[str, list[int]] = {}
        for at, line in enumerate(self._lines):
            bare = line.strip().lower()
            if bare.startswith("#+end_") or bare == _END:
                self._ends.setdefault(bare, []).append(at)
        self._composer = Composer()
        self._inline = Inline()
        self._gone: list[LeftOut] = []
        self._open: list[tuple[int, int]] = []  # indents of the open lists, each with the number of its last item
        self._item: tuple[int, str] | None = None  # the level and marker of the item that is being said
        self._paragraph: list[str] = []
        self._rows: list[list[str]] = []
        self._headers = 0  # rows of the table above its first rule
        self._quotes: list[tuple[int, bool]] = []  # where open blocks end; whether each, or one around it, quotes
        self._hidden = ""  # why the tree that is being read is left out
        self._below = 0  # the level of its heading
        self._blank = 0
        self._title = ""

    def document(self, path: str) -> Document:
        at = 0
        while at < len(self._lines):
            at = self._line(at)
        self._end()
        for number, note in sorted(self._inline.notes.items()):
            self._composer.paragraph(f"[{number}] {self._inline.words(note)}")
        return self._composer.document(path, declared=self._title, left_out=self._gone)

    def _line(self, at: int) -> int:
        """Read what begins in a line; the number of the line after it."""
        line = self._lines[at]
        while self._quotes and self._quotes[-1][0] < at:
            self._quotes.pop()
        heading = _HEADING.match(line)
        if heading is not None:
            self._heading(heading)
            return at + 1
        if self._hidden:
            if line:
                self._gone.append(LeftOut(reason=self._hidden, text=line.strip()))
            return at + 1
        if not line:
            self._end_paragraph()
            self._blank += 1
            if self._blank == 2:
                self._open.clear()
            return at + 1
        after = self._block(line, at) or self._single(line, at)
        self._blank = 0
        return after

    def _heading(self, found: re.Match[str]) -> None:
        self._end()
        self._open.clear()
        level, words = len(found["stars"]), found["words"]
        tags = _TAGS.search(words)
        words = words[: tags.start()] if tags else words
        words = _PRIORITY.sub("", _STATE.sub("", words, count=1), count=1)
        if self._hidden and level > self._below:
            self._gone.append(LeftOut(reason=self._hidden, text=words))
            return
        self._hidden = "comment" if words.split(" ")[0] == "COMMENT" else ""
        if tags and "noexport" in tags[1].split(":"):
            self._hidden = "not for export"
        if self._hidden:
            self._below = level
            self._gone.append(LeftOut(reason=self._hidden, text=words.removeprefix("COMMENT").strip()))
        else:
            self._composer.heading(min(6, level), self._inline.words(words))

    def _block(self, line: str, at: int) -> int:
        """The line after what stands between a begin and an end; 0 where nothing begins."""
        begun, drawer = _BEGIN.match(line), _DRAWER.match(line)
        if begun is not None:
            end = self._end_of(f"#+end_{begun['kind'].lower()}", at)
            return self._between(begun["kind"].lower(), at, end) if end else at + 1
        if drawer is not None:
            end = self._end_of(_END, at)
            if drawer["name"].upper() in ("PROPERTIES", "LOGBOOK") and end:
                said = one_line(" ".join(self._lines[at + 1 : end]))
                self._gone += [LeftOut(reason="properties", text=said)] if said else []
                return end + 1
            return at + 1  # what other drawers hold is text
        return 0

    def _between(self, kind: str, at: int, end: int) -> int:
        inner = self._lines[at + 1 : end]
        if kind in ("src", "example"):
            self._end_paragraph()
            self._composer.code("\n".join(re.sub(r"^,(?=[*,#])", "", each) for each in _undented(inner)))
        elif kind in ("comment", *_EXPORTED):
            reason = "comment" if kind == "comment" else "markup of another language"
            self._gone.append(LeftOut(reason=reason, text=one_line(" ".join(inner))))
        else:  # what it holds is read as the rest is
            self._end()
            self._quotes.append((end, kind in ("quote", "verse") or self._quoting))
            return at + 1
        return end + 1

    def _end_of(self, line: str, at: int) -> int:
        places = self._ends.get(line, [])
        number = bisect_right(places, at)
        return places[number] if number < len(places) else 0

    def _single(self, line: str, at: int) -> int:
        """A line that says something by itself, or goes on with what is being said."""
        keyword, fixed = _KEYWORD.match(line), _FIXED.match(line)
        if keyword is not None:
            self._keyword(keyword["key"].lower(), keyword["value"])
        elif line.lstrip().lower().startswith("#+end_") or line.strip().lower() == _END:
            self._end()
        elif (comment := _COMMENT.match(line)) is not None:
            self._gone += [LeftOut(reason="comment", text=comment["words"])] if comment["words"] else []
        elif line.lstrip().startswith("|"):
            self._row(line)
        elif fixed is not None:
            return self._literal(at)
        elif _LINE.match(line):
            self._end()
        else:
            self._words(line)
        return at + 1

    def _keyword(self, key: str, value: str) -> None:
        if key == "title":
            self._title = f"{self._title} {self._inline.words(value)}".strip()
        elif key == "caption":
            self._end()
            self._composer.paragraph(self._inline.words(value))
        elif key == "include":
            self._gone.append(
                LeftOut(reason="included from elsewhere", text=value.split('"')[1] if '"' in value else value)
            )
        elif key == "macro":
            name, _, said = value.partition(" ")
            self._inline.macros[name] = said[:500]

    def _literal(self, at: int) -> int:
        self._end_paragraph()
        end = at
        while end < len(self._lines) and _FIXED.match(self._lines[end]):
            end += 1
        said = (_FIXED.match(line) for line in self._lines[at:end])
        self._composer.code("\n".join(one["words"] or "" for one in said if one))
        return end

    def _row(self, line: str) -> None:
        if not self._rows:
            self._end_paragraph()
        if _RULE.match(line):
            self._headers = self._headers or len(self._rows)
            return
        cells = [each.strip() for each in line.strip().strip("|").split("|")]
        if not all(_ASIDE.fullmatch(each) for each in cells):
            self._rows.append(cells)

    def _words(self, line: str) -> None:
        note = _NOTE.match(line)
        if note is not None:
            self._end()
            self._inline.note(note["name"], note["words"])
            return
        item = _ITEM.match(line)
        indent = len(line) - len(line.lstrip())
        if item is not None:
            self._begin(item, indent)
            return
        if self._open and not self._paragraph:
            while self._open and indent <= self._open[-1][0]:
                self._open.pop()
            self._item = (len(self._open), "") if self._open else None
        elif self._open and self._paragraph and indent <= self._open[-1][0]:
            self._end_paragraph()
            self._open = [each for each in self._open if each[0] < indent]
        self._end_rows()
        self._paragraph.append(line.strip())

    def _begin(self, found: re.Match[str], indent: int) -> None:
        self._end_paragraph()
        self._open = [each for each in self._open if each[0] <= indent]
        if self._open and self._open[-1][0] == indent:
            self._open[-1] = (indent, self._open[-1][1] + 1)
        else:
            self._open.append((indent, 1))
        mark, words = found["mark"], _COUNTER.sub("", found["words"] or "")
        term = _TERM.match(words)
        if term is not None and mark in "-+*":
            words = f"{term['term']}: {words[term.end() :]}"
        marker = "-" if mark in "-+*" else mark if mark[0].isalpha() else f"{self._open[-1][1]}."
        self._item = (len(self._open), marker)
        self._paragraph = [words]

    @property
    def _quoting(self) -> bool:
        return bool(self._quotes) and self._quotes[-1][1]

    def _end(self) -> None:
        self._end_paragraph()
        self._end_rows()

    def _end_rows(self) -> None:
        if self._rows:
            rows = [[Cell(words=self._inline.words(each)) for each in row] for row in self._rows]
            self._composer.end_table()
            self._composer.table(grid_of(rows, headers=self._headers if self._headers < len(rows) else 0))
            self._composer.end_table()
        self._rows, self._headers = [], 0

    def _end_paragraph(self) -> None:
        self._end_rows()
        words = self._inline.words("\n".join(self._paragraph))
        if words and self._item is not None:
            self._composer.item(*self._item, words)
        elif words and self._quoting:
            self._composer.quote(words)
        elif words:
            self._composer.paragraph(words)
        self._paragraph, self._item = [], None


def _undented(lines: list[str]) -> list[str]:
    """Code that stands in an item is set in as that is."""
    indent = min((len(line) - len(line.lstrip()) for line in lines if line), default=0)
    return [line[indent:] for line in lines]
