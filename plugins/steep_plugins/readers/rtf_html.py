"""Rich text as HTML: headings by their styles, lists, tables, footnotes, and what its letters look like."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from steep.values import LeftOut
from steep_plugins.readers.rtf_code import with_code
from steep_plugins.readers.rtf_parts import (
    APART,
    ESCAPED,
    HEADING,
    LINES,
    LOOKS,
    PLACES,
    SIGNS,
    TINY,
    TYPED,
    Paragraph,
    State,
)
from steep_plugins.readers.rtf_tables import Edge, Row, table_html
from steep_plugins.readers.rtf_tokens import decoded_bytes, encoding_of, page_of, tokens
from steep_plugins.readers.typefaces import EVEN

if TYPE_CHECKING:
    from steep_plugins.readers.rtf_tokens import Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """``page`` is HTML in which what cannot be seen is still to be found by its look."""

    page: str
    title: str
    left_out: tuple[LeftOut, ...]


def read_rtf(markup: str) -> Read:
    walk = _Walk()
    for token in tokens(markup):
        walk.take(token)
    walk.end()
    return Read(page=with_code(walk.page, walk.code), title=" ".join(walk.title.split()), left_out=tuple(walk.left_out))


@dataclass(slots=True)
class _Walk:
    page: list[str] = field(default_factory=list)
    code: dict[int, str] = field(default_factory=dict)  # the parts of the page that may be lines of it
    left_out: list[LeftOut] = field(default_factory=list)
    title: str = ""
    encoding: str = "cp1252"
    state: State = field(default_factory=State)
    waiting: list[State] = field(default_factory=list)
    words: str = ""  # that were said in the same state
    raw: str = ""  # bytes that are still to be decoded
    apart: dict[int, list[str]] = field(default_factory=dict)  # what groups of their own say, by their depth
    here: Paragraph = field(default_factory=Paragraph)
    row: Row = field(default_factory=Row)
    edge: Edge = field(default_factory=lambda: Edge(right=0))
    rows: list[Row] = field(default_factory=list)
    fonts: dict[int, str] = field(default_factory=dict)
    even: set[int] = field(default_factory=set)  # fonts whose letters are of one width
    font: int = 0
    colours: list[str] = field(default_factory=lambda: [""])
    parts: list[int] = field(default_factory=lambda: [-1, -1, -1])
    levels: dict[int, int] = field(default_factory=dict)  # of headings, by the number of their style
    style: int = 0
    ignorable: bool = False
    skipping: int = 0

    def take(self, token: Token) -> None:
        if self.skipping and token.kind in ("bytes", "text"):
            token = self._skipped(token)
        self.skipping = 0 if token.kind in ("open", "close", "word") else self.skipping
        if token.kind in ("bytes", "text"):
            self.raw += token.words
        elif token.kind == "open":
            self._flush()
            self.waiting.append(self.state)
        elif token.kind == "close":
            self._close()
        elif token.kind == "sign":
            self._sign(token.words)
        else:
            self._word(token.words, token.number)

    def end(self) -> None:
        while self.waiting:
            self._close()
        self._flush()
        self._paragraph()
        self._table()

    def _skipped(self, token: Token) -> Token:
        """A token without what stands for a character that programs without Unicode cannot show."""
        gone = min(self.skipping, len(token.words))
        self.skipping -= gone
        return replace(token, words=token.words[gone:])

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self.ignorable = True
        elif sign in ("\r", "\n"):
            self._paragraph_ends()
        else:
            self._say(ESCAPED.get(sign, ""))

    def _say(self, words: str) -> None:
        self._decode()
        self.words += words

    def _decode(self) -> None:
        if self.raw:
            raw, self.raw = self.raw, ""
            self.words += decoded_bytes(raw, self.state.encoding or self.encoding)

    def _close(self) -> None:
        self._flush()
        depth = len(self.waiting)
        place = self.state.place
        self.state = self.waiting.pop() if self.waiting else self.state
        self.ignorable = False
        if (said := self.apart.pop(depth, None)) is not None:
            self._keep(place, "".join(said))

    def _keep(self, place: str, said: str) -> None:
        """What a group of its own said goes to its place."""
        words = " ".join(re.sub(r"<[^<>]*>", "", said).split())
        if place == "title":
            self.title = self.title or html.unescape(words)
        elif place == "marker":
            self.here.marker = html.unescape(words)
        elif place == "note":
            self._put(f" [{said.strip()}]" if words else "")
        elif words:
            reason = "comment" if place == "comment" else "header or footer"
            self.left_out.append(LeftOut(reason=reason, text=html.unescape(words)))

    def _put(self, said: str) -> None:
        """Add HTML to what is being said: a note, a comment, or the paragraph."""
        (self.apart[max(self.apart)] if self.apart else self.here.said).append(said)

    def _flush(self) -> None:
        self._decode()
        words, self.words = self.words, ""
        if not words:
            return
        if self.state.place == "styles":
            self._style_named(words)
        elif self.state.place == "colours":
            self._colours_named(words)
        elif self.state.place == "fonts":
            self.even |= {self.font} if EVEN.search(words) else set()
        elif self.state.place != "nothing":
            self.here.uneven = self.here.uneven or not (self.state.even or words.isspace())
            self._put(self._looking(words))

    def _looking(self, words: str) -> str:
        """Words with what tells whether they are seen."""
        joined = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        said = html.escape(joined, quote=False)
        state = self.state
        look = [f"color:{self._colour(state.ink)}" if self._colour(state.ink) else ""]
        look.append(f"background-color:{self._colour(state.paper)}" if self._colour(state.paper) else "")
        look.append(f"font-size:{state.size / 2}pt" if state.size <= TINY else "")
        if any(look):
            said = f'<span style="{";".join(filter(None, look))}">{said}</span>'
        if state.raised:
            said = f"<{state.raised}>{said}</{state.raised}>"
        if state.struck:
            said = f"<s>{said}</s>"
        return f"<span hidden>{said}</span>" if state.hidden else said

    def _colour(self, number: int) -> str:
        return self.colours[number] if 0 < number < len(self.colours) else ""

    def _style_named(self, words: str) -> None:
        name = words.strip().rstrip(";").strip()
        if found := HEADING.match(name):
            self.levels[self.style] = int(found[1])
        elif name.lower() == "title":
            self.levels[self.style] = 1

    def _colours_named(self, words: str) -> None:
        for _ in range(words.count(";")):
            red, green, blue = self.parts
            known = "" if min(self.parts) < 0 else f"#{red & 255:02x}{green & 255:02x}{blue & 255:02x}"
            if len(self.colours) > 1 or known:
                self.colours.append(known)
            self.parts = [-1, -1, -1]

    def _word(self, word: str, number: int | None) -> None:
        if (place := PLACES.get(word)) is not None and not (word == "title" and self.state.place != "nothing"):
            self._enter(place)
        elif self.ignorable:
            self._enter("nothing")
        elif word in SIGNS:
            self._say(SIGNS[word])
        elif word == "u":
            self._say(chr((number or 0) & 0xFFFF))
            self.skipping = self.state.skip
        elif not self._of_paragraph(word, number) and not self._of_table(word, number):
            self._of_letters(word, 1 if number is None else number)
        self.ignorable = False

    def _enter(self, place: str) -> None:
        self._flush()
        inside = self.state.place == "nothing" and place not in ("title", "box", "text")
        if place == "text" and self.state.place != "nothing":
            return
        self.state = replace(self.state, place="nothing" if inside else "text" if place == "box" else place)
        if place in APART and not inside:
            self.apart[len(self.waiting)] = []

    def _of_paragraph(self, word: str, number: int | None) -> bool:
        if word in ("par", "sect", "page"):
            self._paragraph_ends()
        elif word == "line":
            self._flush()
            self._put("<br>")
        elif word == "pard":
            self.here.style, self.here.outline, self.here.level, self.here.in_table, self.here.paper = 0, 9, 0, False, 0
            self.here.indent = self.here.first = 0
        elif word == "s":
            self.here.style = self.style = number or 0
        elif word == "outlinelevel":
            self.here.outline = 9 if number is None else number
            if self.state.place == "styles" and self.here.outline < 9:
                self.levels[self.style] = self.here.outline + 1
        elif word == "intbl":
            self.here.in_table = True
        elif word in LINES:
            setattr(self.here, LINES[word], number or 0)
        else:
            return False
        return True

    def _of_table(self, word: str, number: int | None) -> bool:
        if word == "trowd":
            self.row.edges, self.row.header, self.edge = [], False, Edge(right=0)
        elif word == "cellx":
            self.row.edges.append(replace(self.edge, right=number or 0))
            self.edge = Edge(right=0)
        elif word in ("clmrg", "clvmrg"):
            self.edge.joins_left, self.edge.joins_above = word == "clmrg", word == "clvmrg"
        elif word == "clcbpat":
            self.edge.paper = number or 0
        elif word == "trhdr":
            self.row.header = True
        elif word in ("cell", "nestcell"):
            self._cell(nested=word == "nestcell")
        elif word == "row":
            self._flush()
            self.rows.append(Row(list(self.row.edges), self.row.cells, self.row.header))
            self.row.cells = []
        elif word == "nestrow":
            self._put("; ")
        else:
            return False
        return True

    def _of_letters(self, word: str, number: int) -> None:
        self._flush()
        state = self.state
        if word == "plain":
            self.state = State(place=state.place, skip=state.skip, encoding=state.encoding)
        elif word in ("v", "strike", "striked", "deleted"):
            change: dict[str, Any] = {"hidden" if word == "v" else "struck": number != 0}
            self.state = replace(state, **change)
        elif word in ("super", "sub", "nosupersub"):
            self.state = replace(state, raised={"super": "sup", "sub": "sub"}.get(word, "") if number else "")
        elif word in LOOKS:
            change = {LOOKS[word]: number}
            self.state = replace(state, **change)
        elif word == "uc":
            self.state = replace(state, skip=max(0, min(number, 20)))
        elif word in ("red", "green", "blue"):
            self.parts[("red", "green", "blue").index(word)] = number
        elif word == "ansicpg":
            self.encoding = page_of(number)
        else:
            self._of_fonts(word, number)

    def _of_fonts(self, word: str, number: int) -> None:
        if word == "f" and self.state.place == "fonts":
            self.font = number
        elif word == "fcharset":
            self.fonts[self.font] = encoding_of(number, "")
        elif word == "fmodern" and self.state.place == "fonts":
            self.even.add(self.font)
        elif word == "f":
            self.state = replace(self.state, encoding=self.fonts.get(number, ""), even=number in self.even)

    def _paragraph_ends(self) -> None:
        self._flush()
        if self.apart or self.here.in_table:
            self._put("<br>")
        elif self.state.place == "text":
            self._paragraph()

    def _cell(self, *, nested: bool) -> None:
        self._flush()
        if nested:
            self._put(", ")
            return
        said, marker = "".join(self.here.said), self.here.marker
        self.row.cells.append(f"{html.escape(marker)} {said}" if marker else said)
        self.here.said, self.here.marker = [], ""

    def _paragraph(self) -> None:
        """What was said becomes a heading, an item or a paragraph; a table before it ends."""
        said, marker, even = "".join(self.here.said), self.here.marker, not self.here.uneven
        self.here.said, self.here.marker, self.here.uneven = [], "", False
        if not said.strip():
            return
        self._table()
        if not marker and self.here.first < 0 and (typed := TYPED.match(said)):
            marker, said, even = typed["marker"], said[typed.end() :], False
            self.here.level = max(0, self.here.indent // -self.here.first - 1)
        level = self.here.outline + 1 if self.here.outline < 9 else self.levels.get(self.here.style, 0)
        if level:
            number = html.escape(marker) + " " if marker else ""
            self.page.append(f"<h{min(level, 6)}>{number}{said}</h{min(level, 6)}>")
        elif marker:
            deep = 1 + min(max(self.here.level, 0), 8)
            item = f'<li data-marker="{html.escape(marker) if marker[-1] in ".)" else "-"}">{said}</li>'
            self.page.append("<ul>" * deep + item + "</ul>" * deep)
        else:
            if even:
                self.code[len(self.page)] = said
            paper = self._colour(self.here.paper)
            self.page.append(f'<p style="background-color:{paper}">{said}</p>' if paper else f"<p>{said}</p>")

    def _table(self) -> None:
        rows, self.rows = self.rows, []
        if rows:
            self.page.append(table_html(rows, self.colours))
