"""AsciiDoc, line by line: headings, lists with what hangs on them, delimited blocks, tables, notes.

Each line is looked at once. A block whose end is missing is no block, and its first line no text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from steep.values import LeftOut
from steep_plugins.readers.asciidoc_inline import Inline
from steep_plugins.readers.asciidoc_lists import Lists
from steep_plugins.readers.asciidoc_tables import separated_grid, table_grid
from steep_plugins.readers.composing import Composer, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.values import Document

_HEADING = re.compile(r"(?P<mark>={1,6}|#{1,6})[ \t]+(?P<words>\S.*)$")
_CODE = re.compile(r"(?:-{4,}|\.{4,})$|`{3,}[\w+-]{0,30}$")
_AROUND = re.compile(r"(?:={4,}|\*{4,}|_{4,}|--)$")  # blocks of blocks
_TABLE = re.compile(r"[|!]={3,}$")
_SEPARATED = re.compile(r"([,:])={3,}$")
_ATTRIBUTE = re.compile(r":(?P<not>!?)(?P<name>[\w][\w-]{0,60})!?:(?:[ \t]+(?P<value>.*))?$")
_SAID = re.compile(r"\[(?P<said>\[?[^\]]{0,500}\]?)\]$")
_TITLE = re.compile(r"\.(?P<words>[^\s.].*)$")
_INCLUDE = re.compile(r"(?:include|toc|video|audio)::(?P<what>[^\[\s]{0,500})\[")
_IMAGE = re.compile(r"image::[^\[\s]{1,500}\[\"?(?P<words>[^\],\"]{0,500})")
_MATH = re.compile(r"\[?(?:stem|latexmath|asciimath)\]?")
_IF = re.compile(r"(?P<sort>ifdef|ifndef|ifeval|endif)::(?P<names>[\w,+-]{0,200})\[(?P<words>.*)\]$")
_AUTHOR = re.compile(r".*@|v?\d[\w.]*[,:]|[^\W\d_][\w.'-]*(?: [^\W\d_][\w.'-]*){1,3}(?:;|$)")
_KINDS = ("NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION")
_NOTHING = ("'''", "<<<", "---", "***", "+")


def read_asciidoc(path: str, text: str) -> Document:
    """The document, its text written anew without markup. Raises SourceError where nothing is left of it."""
    return _Reading(text).document(path)


class _Reading:
    def __init__(self, text: str) -> None:
        self._lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
        self._places: dict[str, list[int]] = {}
        for at, line in enumerate(self._lines):
            if line and not line[0].isalnum():
                self._places.setdefault(line, []).append(at)
        self._composer = Composer()
        self._inline = Inline()
        self._lists = Lists()
        self._gone: list[LeftOut] = []
        self._said = ""  # the attributes before a block
        self._quoted: list[tuple[str, bool]] = []  # the blocks of blocks that are open; whether each quotes
        self._hidden: list[bool] = []  # the conditions that are open; whether one of those up to it hides
        self._paragraph: list[str] = []
        self._item: tuple[int, str] | None = None  # the level and marker of the item that is being said
        self._hangs = 0  # the level of the item on which hangs what follows; 0 for none
        self._declared = ""

    def document(self, path: str) -> Document:
        at = self._header()
        while at < len(self._lines):
            at = self._line(at)
        self._end_paragraph()
        for number, note in enumerate(self._inline.notes, 1):
            self._composer.paragraph(f"[{number}] {self._inline.words(note)}")
        return self._composer.document(path, declared=self._declared, left_out=self._gone)

    def _header(self) -> int:
        """The title; the lines of authors and revision right below it are not the text's."""
        at = 0
        while at < len(self._lines) and (not self._lines[at] or self._lines[at].startswith(("//", ":"))):
            at = self._line(at)
        if at == len(self._lines) or not self._lines[at].startswith("= "):
            return at
        at = self._line(at)
        while at < len(self._lines) and self._lines[at] and not _SAID.match(self._lines[at]):
            line = self._lines[at]
            if line.startswith((":", "//")) or _IF.match(line) or _INCLUDE.match(line):
                at = self._line(at)
            elif not _AUTHOR.match(line):
                break
            else:
                self._gone.append(LeftOut(reason="author and revision", text=line))
                at += 1
        return at

    def _line(self, at: int) -> int:
        """Read what begins in a line; the number of the line after it."""
        line = self._lines[at]
        condition = _IF.match(line)
        if condition is not None:
            return self._condition(condition, at)
        if self._hidden[-1:] == [True]:
            if line:
                self._gone.append(LeftOut(reason="left out by a condition", text=line))
            return at + 1
        if not line:
            self._end_paragraph()
            return at + 1
        return self._block(line, at) or self._single(line, at)

    def _block(self, line: str, at: int) -> int:
        """The line after a block that stands between two like lines; 0 where none begins."""
        if line.startswith("////") and not line.strip("/"):
            end = self._end_of(line, at)
            if end:
                self._gone.append(LeftOut(reason="comment", text=" ".join(" ".join(self._lines[at + 1 : end]).split())))
            return end + 1 if end else at + 1
        sorts = (_CODE, _TABLE, _SEPARATED)
        if line == "++++" or any(each.match(line) for each in sorts):
            end = self._end_of("```" if line.startswith("```") else line, at)
            if not end:
                return 0 if line.startswith("```") else at + 1
            self._end_paragraph()
            self._between(line, self._lines[at + 1 : end])
            self._said = ""
            return end + 1
        return self._around(line, at) if _AROUND.match(line) else 0

    def _between(self, line: str, inner: Sequence[str]) -> None:
        if line == "++++":  # as it stands: formulas, or another language's markup
            if _MATH.match(self._said):
                self._composer.paragraph(" ".join(inner))
            else:
                self._gone.append(LeftOut(reason="markup of another language", text=one_line(" ".join(inner))))
        elif _TABLE.match(line) or _SEPARATED.match(line):
            self._composer.end_table()
            body = "\n".join(inner)
            separated = _SEPARATED.match(line)
            grid = (
                separated_grid(body, self._said, separated[1]) if separated else table_grid(body, self._said, line[0])
            )
            self._composer.table(grid.worded(self._inline.words))
            self._composer.end_table()
        else:
            self._composer.code("\n".join(inner))
        if not self._hangs:
            self._lists.close()
        self._hangs = 0

    def _around(self, line: str, at: int) -> int:
        self._end_paragraph()
        opened = [each for each, _ in self._quoted]
        if line in opened:
            del self._quoted[opened.index(line) :]  # with those in it, whether they were closed or not
        elif self._end_of(line, at):
            self._quoted.append((line, line[0] == "_" or self._said.startswith("quote")))
            kind = self._said.split(",")[0].strip()
            if kind in _KINDS:
                self._paragraph = [f"{kind}:"]
        self._said = ""
        return at + 1

    def _end_of(self, line: str, at: int) -> int:
        """The next line that is the same; 0 where there is none."""
        places = self._places.get(line, [])
        number = bisect_right(places, at)
        return places[number] if number < len(places) else 0

    def _condition(self, found: re.Match[str], at: int) -> int:
        if found["sort"] == "endif":
            self._hidden[-1:] = []
            return at + 1
        known = [name in self._inline.attributes for name in re.split(r"[,+]", found["names"])]
        met = any(known) if "," in found["names"] else all(known)
        hides = found["sort"] != "ifeval" and met != (found["sort"] == "ifdef")
        if found["words"] and found["sort"] != "ifeval":
            if hides or self._hidden[-1:] == [True]:
                self._gone.append(LeftOut(reason="left out by a condition", text=found["words"]))
            else:
                self._paragraph.append(found["words"])
        else:
            self._hidden.append(hides or self._hidden[-1:] == [True])
        return at + 1

    def _single(self, line: str, at: int) -> int:
        """A line that says something by itself, or goes on with what is being said."""
        attribute, said, included = _ATTRIBUTE.match(line), _SAID.match(line), _INCLUDE.match(line)
        if line.startswith("//"):
            if words := line.lstrip("/").strip(" -"):
                self._gone.append(LeftOut(reason="comment", text=words))
            if not self._paragraph:
                self._lists.close()  # what writers put between two lists
        elif attribute is not None and not self._paragraph:
            self._define(attribute)
        elif included is not None:
            if line.startswith("include"):
                self._gone.append(LeftOut(reason="included from elsewhere", text=included["what"]))
        elif said is not None and not self._paragraph:
            self._said = said["said"]
        elif line == "+" and (self._item or self._lists.level):
            self._end_paragraph()
            self._hangs = self._lists.level
        elif line in _NOTHING:
            self._end_paragraph()
        else:
            self._words(line, at)
        return at + 1

    def _define(self, found: re.Match[str]) -> None:
        if found["not"] or found[0].rstrip(": ").endswith("!"):
            self._inline.attributes.pop(found["name"], None)
        else:
            self._inline.attributes[found["name"]] = self._inline.words(found["value"] or "")[:500]

    def _words(self, line: str, at: int) -> None:
        heading = _HEADING.match(line)
        title = _TITLE.match(line) if not self._paragraph else None
        image = _IMAGE.match(line)
        begun = not self._paragraph or self._item or self._hangs  # in a plain paragraph no item begins
        item = self._lists.item(line) if begun else None
        if heading is not None and not self._paragraph:
            self._heading(heading)
        elif image is not None:
            self._end_paragraph()
            self._composer.paragraph(self._inline.words(image["words"]))
        elif item is not None:
            self._end_paragraph(keep=True)
            self._item = (item.level, item.marker)
            self._paragraph = [item.words]
        elif title is not None and not line.startswith("...") and self._item is None:
            self._composer.paragraph(self._inline.words(title["words"]))
        elif line[0] in " \t" and not self._paragraph and not self._lists.level:
            self._composer.code(line.strip())
        else:
            self._paragraph.append(line.strip())

    def _heading(self, found: re.Match[str]) -> None:
        self._lists.close()
        self._said = ""
        words = self._inline.words(found["words"])
        if len(found["mark"]) == 1 and not self._declared:
            self._declared = words
        self._composer.heading(min(6, len(found["mark"])), words)

    def _end_paragraph(self, *, keep: bool = False) -> None:
        """Write what was being said; a paragraph that hangs on nothing ends the lists, unless an item follows."""
        words = self._inline.words("\n".join(self._paragraph))
        quoted, item = any(each for _, each in self._quoted), self._item
        if words and item is not None:
            self._composer.item(*item, words)
        elif words and self._hangs:
            self._composer.item(self._hangs, "", words)
            self._hangs = 0
        elif words:
            self._lists.close()
            attributed = self._said.split(",")
            if quoted or attributed[0].strip() in ("quote", "verse"):
                self._composer.quote(words)
            elif attributed[0].strip() in ("source", "listing", "literal"):
                self._composer.code("\n".join(self._paragraph))
            else:
                kind = f"{attributed[0].strip()}: " if attributed[0].strip() in _KINDS else ""
                self._composer.paragraph(kind + words)
        if words and not keep:
            self._said = ""
        self._paragraph, self._item = [], None
