"""Rich text in which Outlook keeps the body of a mail: unpacked, and, where it was made of a page, the page again."""

from __future__ import annotations

import html
import struct
from dataclasses import dataclass, field, replace

from steep_plugins.readers.rtf_tokens import Token, decoded_bytes, encoding_of, page_of, tokens

__all__ = ["page_in", "unpacked"]

_PACKED, _AS_IT_IS = 0x75465A4C, 0x414C454D
_WINDOW = 4096
_BEGINNING = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20"
    b"\\b\\i\\u\\tab\\tx"
)
_SILENT = ("fonttbl", "colortbl", "stylesheet", "info", "pntext")
_SIGNS = {"par": "\n", "line": "\n", "tab": "\t", "lquote": "\u2018", "rquote": "\u2019", "ldblquote": "\u201c",
          "rdblquote": "\u201d", "bullet": "\u2022", "endash": "\u2013", "emdash": "\u2014"}  # fmt: skip


def unpacked(data: bytes) -> bytes:
    """What a stream of packed rich text holds; nothing where it is none."""
    if len(data) < 16:
        return b""
    _, size, kind, _ = struct.unpack("<4I", data[:16])
    if kind == _AS_IT_IS:
        return data[16 : 16 + size]
    if kind != _PACKED:
        return b""
    return bytes(_Window().filled(data)[:size])


@dataclass(slots=True)
class _Window:
    """What was written lately, to which pairs of offset and length point back."""

    window: bytearray = field(default_factory=lambda: bytearray(_BEGINNING.ljust(_WINDOW, b"\0")))
    write: int = len(_BEGINNING)
    made: bytearray = field(default_factory=bytearray)

    def filled(self, data: bytes) -> bytearray:
        at = 16
        while at < len(data):
            flags, at = data[at], at + 1
            for bit in range(8):
                pointer = flags >> bit & 1
                if at + pointer >= len(data) or (pointer and not self._repeat(data[at] << 8 | data[at + 1])):
                    return self.made
                if not pointer:
                    self._put(data[at])
                at += 1 + pointer
        return self.made

    def _repeat(self, pair: int) -> bool:
        """Write anew what stands at an offset; False for the pair that ends all."""
        offset, length = pair >> 4, (pair & 15) + 2
        if offset == self.write:
            return False
        for step in range(length):
            self._put(self.window[(offset + step) % _WINDOW])
        return True

    def _put(self, byte: int) -> None:
        self.made.append(byte)
        self.window[self.write] = byte
        self.write = (self.write + 1) % _WINDOW


def page_in(markup: str) -> str:
    """The page that rich text was made of; "" where it was made of none."""
    if "\\fromhtml" not in markup[:4096]:
        return ""
    walk = _Walk()
    for token in tokens(markup):
        walk.take(token)
    return "".join(walk.said)


@dataclass(frozen=True, slots=True)
class _State:
    """What holds within a group. In a ``tag`` words are the page's markup; what is ``silent`` is not of the page."""

    tag: bool = False
    silent: bool = False
    other: bool = False  # what programs without HTML would show
    skip: int = 1  # characters behind one that is given by number
    font: int = 0


@dataclass(slots=True)
class _Walk:
    said: list[str] = field(default_factory=list)
    state: _State = field(default_factory=_State)
    above: list[_State] = field(default_factory=list)
    encoding: str = "cp1252"
    fonts: dict[int, str] = field(default_factory=dict)
    starred: bool = False
    skipping: int = 0
    raw: str = ""  # bytes of a character that may have more

    def take(self, token: Token) -> None:
        if token.kind != "bytes":
            self._flush()
        if token.kind == "open":
            self.above.append(self.state)
        elif token.kind == "close":
            self.state = self.above.pop() if self.above else _State()
        elif token.kind == "word":
            self._word(token.words, token.number)
        elif token.kind == "sign":
            self._sign(token.words)
        else:
            self._words(token)
        self.starred = token.kind == "sign" and token.words == "*"

    def _sign(self, sign: str) -> None:
        if sign in "\\{}":
            self._say(sign)
        elif sign == "~":
            self._say("\u00a0")

    def _words(self, token: Token) -> None:
        """Words, without those that stand for a character that was given by number."""
        shown = token.words[self.skipping :]
        self.skipping = max(0, self.skipping - len(token.words))
        if token.kind == "bytes":
            self.raw += shown
        else:
            self._say(decoded_bytes(shown, self._encoding()))

    def _word(self, word: str, number: int | None) -> None:
        if word == "htmltag":
            self.state = replace(self.state, tag=True)
        elif word == "htmlrtf":
            self.state = replace(self.state, other=number != 0)
        elif word in _SILENT or self.starred:
            self.state = replace(self.state, silent=True)
        elif word == "ansicpg":
            self.encoding = page_of(number)
        elif word == "f":
            self.state = replace(self.state, font=number or 0)
        elif word == "fcharset":
            self.fonts[self.state.font] = encoding_of(number, self.encoding)
        elif word == "uc":
            self.state = replace(self.state, skip=number if number is not None else 1)
        elif word == "u" and number is not None:
            self._say(chr(number % 65536))
            self.skipping = self.state.skip
        elif word in _SIGNS:
            self._say(_SIGNS[word])

    def _encoding(self) -> str:
        return self.encoding if self.state.tag else self.fonts.get(self.state.font, self.encoding)

    def _flush(self) -> None:
        if raw := self.raw:
            self.raw = ""
            self._say(decoded_bytes(raw, self._encoding()))

    def _say(self, words: str) -> None:
        if not self.state.silent and not self.state.other:
            self.said.append(words if self.state.tag else html.escape(words, quote=False))
