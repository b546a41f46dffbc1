"""The tokens of rich text: control words, bytes of older encodings, characters by number, groups."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z'])"
    r"|(?P<group>[{}])|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
# the encodings of fonts by their character sets
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` is word, sign, open, close, text or bytes; ``words`` are bytes as characters below 256 there."""

    kind: str
    words: str = ""
    number: int | None = None


def tokens(markup: str) -> Iterator[Token]:
    """Bytes that are announced as such are skipped."""
    at = 0
    while found := _TOKEN.search(markup, at):
        at = found.end()
        if found["word"]:
            number = int(found["number"]) if found["number"] else None
            if found["word"] == "bin":
                at += max(0, number or 0)
            yield Token("word", found["word"], number)
        elif found["byte"]:
            yield Token("bytes", chr(int(found["byte"], 16)))
        elif found["sign"]:
            yield Token("sign", found["sign"])
        elif found["group"]:
            yield Token("open" if found["group"] == "{" else "close")
        else:
            yield Token("text", found["text"])


def encoding_of(charset: int | None, otherwise: str) -> str:
    return _CHARSETS.get(charset or 0, otherwise)


def page_of(number: int | None) -> str:
    """The encoding of a code page."""
    name = f"cp{number}" if number else "cp1252"
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


def decoded_bytes(said: str, encoding: str) -> str:
    return said.encode("latin-1", "replace").decode(encoding, "replace")
