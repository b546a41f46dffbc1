"""Rich text as HTML: the groups of its words, what is said beside the body, and what its letters look like."""

from __future__ import annotations

import html
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from steep.values import LeftOut
from steep_plugins.readers.rtf_body import Body, plain
from steep_plugins.readers.rtf_code import with_code
from steep_plugins.readers.rtf_equations import Equation
from steep_plugins.readers.rtf_parts import APART, ESCAPED, LOOKS, PLACES, SIGNS, SILENT, TABLES, TINY, Layout, State
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
    return Read(
        page=with_code(walk.body.flow.done), title=" ".join(walk.title.split()), left_out=tuple(walk.body.left_out)
    )


@dataclass(slots=True)
class _Walk:
    body: Body = field(default_factory=Body)
    title: str = ""
    encoding: str = "cp1252"
    state: State = field(default_factory=State)
    waiting: list[State] = field(default_factory=list)
    words: str = ""  # that were said in the same state
    raw: str = ""  # bytes that are still to be decoded
    apart: dict[int, list[str]] = field(default_factory=dict)  # what groups of their own say, by their depth
    boxed: dict[int, Layout] = field(default_factory=dict)  # how it stands outside of boxes, by their depth
    fonts: dict[int, str] = field(default_factory=dict)
    even: set[int] = field(default_factory=set)  # fonts whose letters are of one width
    font: int = 0
    parts: list[int] = field(default_factory=lambda: [-1, -1, -1])
    style: int = 0  # that is being defined
    ignorable: bool = False
    skipping: int = 0
    equation: Equation = field(default_factory=Equation)

    def take(self, token: Token) -> None:
        if self.skipping and token.kind in ("bytes", "text"):
            token = self._skipped(token)
        self.skipping = 0 if token.kind in ("open", "close", "word") else self.skipping
        if token.kind in ("bytes", "text"):
            self.raw += token.words
        elif token.kind == "open":
            self._flush()
            self.waiting.append(self.state)
            if self.state.place == "equation":
                self.equation.opens()
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
        while self.boxed:
            self.body.closes(self.boxed.popitem()[1])
        self.body.ends()

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
        if (layout := self.boxed.pop(depth, None)) is not None:
            self.body.closes(layout)
        if place == "equation" and (line := self.equation.closes()) is not None:
            self.body.flow.uneven = True
            self._put(html.escape(line))

    def _keep(self, place: str, said: str) -> None:
        """What a group of its own said goes to its place."""
        words = plain(said)
        if place == "title":
            self.title = self.title or words
        elif place == "marker" and self.apart:
            self._put(f"{html.escape(words)} ")
        elif place == "marker":
            self.body.flow.marker = words
        elif place == "note":
            self._put(f" [{said.strip().removesuffix('<br>')}]" if words else "")
        elif words:
            self.body.left_out.append(
                LeftOut(reason="comment" if place == "comment" else "header or footer", text=words)
            )

    def _put(self, said: str) -> None:
        """Add HTML to what is being said: a note, a comment, or the paragraph."""
        (self.apart[max(self.apart)] if self.apart else self.body.flow.said).append(said)

    def _flush(self) -> None:
        self._decode()
        words, self.words = self.words, ""
        if not words:
            return
        if self.state.place == "styles":
            self.body.style_named(self.style, words.strip().rstrip(";").strip())
        elif self.state.place == "colours":
            self._colours_named(words)
        elif self.state.place == "equation":
            self.equation.says(words)
        elif self.state.place == "fonts":
            self.even |= {self.font} if EVEN.search(words) else set()
        elif self.state.place not in SILENT:
            flow = self.body.flow
            flow.uneven = flow.uneven or not (self.apart or self.state.even or words.isspace())
            self._put(self._looking(words))

    def _looking(self, words: str) -> str:
        """Words with what tells whether they are seen."""
        joined = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        said = html.escape(joined, quote=False)
        state = self.state
        look = [f"color:{self.body.colour(state.ink)}" if self.body.colour(state.ink) else ""]
        look.append(f"background-color:{self.body.colour(state.paper)}" if self.body.colour(state.paper) else "")
        look.append(f"font-size:{state.size / 2}pt" if state.size <= TINY else "")
        if any(look):
            said = f'<span style="{";".join(filter(None, look))}">{said}</span>'
        if state.raised:
            said = f"<{state.raised}>{said}</{state.raised}>"
        if state.struck:
            said = f"<s>{said}</s>"
        return f"<span hidden>{said}</span>" if state.hidden else said

    def _colours_named(self, words: str) -> None:
        for _ in range(words.count(";")):
            red, green, blue = self.parts
            known = "" if min(self.parts) < 0 else f"#{red & 255:02x}{green & 255:02x}{blue & 255:02x}"
            if len(self.body.colours) > 1 or known:
                self.body.colours.append(known)
            self.parts = [-1, -1, -1]

    def _word(self, word: str, number: int | None) -> None:
        if (place := PLACES.get(word)) is not None and not (word == "title" and self.state.place != "nothing"):
            self._enter(place)
        elif self.ignorable:
            self._enter("nothing")
        elif self.state.place == "equation" and word.startswith("m"):
            self.equation.names(word)
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
        at, depth = self.state.place, len(self.waiting)
        if place == "text" or (at == "nothing" and place != "title") or (place in ("box", "shown") and at != "thing"):
            return
        if place == "equation" and at != "equation":
            self.equation = Equation()
        self.state = replace(self.state, place="text" if place in ("box", "shown") else place)
        if place in APART:
            self.apart.setdefault(depth, [])
        if place == "box" and depth not in self.boxed:
            self.boxed[depth] = self.body.layout
            self.body.opens()

    def _of_paragraph(self, word: str, number: int | None) -> bool:
        if word in ("par", "sect", "page"):
            self._paragraph_ends()
        elif word == "line":
            self._flush()
            self._put("<br>")
        elif self.state.place == "styles":
            self._of_style(word, number or 0)
            return False
        elif self.state.place != "text" or self.apart:
            return False
        else:
            return self.body.lays_out(word, number)
        return True

    def _of_style(self, word: str, number: int) -> None:
        if word == "s":
            self.style = number
        elif word == "sbasedon":
            self.body.bases[self.style] = number
        elif word == "outlinelevel" and number < 9:
            self.body.levels[self.style] = number + 1

    def _of_table(self, word: str, number: int | None) -> bool:
        if word not in TABLES:
            return False
        self._flush()
        place = self.state.place
        if word in ("nestcell", "nestrow") and place in ("text", "nested") and not self.apart:
            self.body.nests(word)
        elif self.apart and place not in SILENT:
            self._put({"cell": " ", "nestcell": " ", "row": "<br>", "nestrow": "<br>"}.get(word, ""))
        elif place == "text":
            self.body.of_table(word, number)
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
        if self.apart:
            self._put("<br>")
        elif self.state.place == "text":
            self.body.paragraph_ends()
