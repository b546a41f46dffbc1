"""Bytes become text: byte order marks, UTF-8, UTF-16 without a mark, and the older encodings.

Line ends become line feeds, and each control character a space, so offsets count as in Python's text mode.
"""

from __future__ import annotations

import codecs
import re

import charset_normalizer

from steep.errors import SourceError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KNOWN = (
    (b"%PDF-", "a PDF file", ".pdf"),
    (b"PK\x03\x04", "a ZIP archive or an office document", ".docx, if it is one"),
    (b"\xd0\xcf\x11\xe0", "an old or encrypted office document", ".docx, saved anew"),
    (b"\x89PNG", "an image", ""),
    (b"\xff\xd8\xff", "an image", ""),
    (b"GIF8", "an image", ""),
    (b"\x1f\x8b", "a compressed file", ""),
    (b"\x7fELF", "a program", ""),
)
# encodings that charset-normalizer may choose from; it mistakes short texts for the rarer ones
_OLDER = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r", "mac_roman",
    "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "cp949",
)  # fmt: skip
_SAMPLE = 65_536
_TELLING = 16  # with fewer characters beyond ASCII, guesses are worse than the commonest encoding
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")


def decoded(data: bytes, path: str, *, declared: str | None = None) -> str:
    """The text of a file; ``declared`` is an encoding that the file itself names. Raises SourceError."""
    if not data.strip():
        raise empty(path)
    for magic, what, suffix in _KNOWN:
        if data.startswith(magic):
            way = f"give it the suffix {suffix}" if suffix else "exclude it in steep.toml"
            raise SourceError(f"{path} is {what}, not text; {way}.", path=path)
    text = _decoded(data, path, declared)
    if _binary(text):
        raise _not_text(path)
    text = _CONTROL.sub(" ", _LINE_END.sub("\n", text))
    if not text.strip():
        raise empty(path)
    return text


def empty(path: str) -> SourceError:
    return SourceError(f"{path} is empty: there is nothing to read; fill it, or exclude it in steep.toml.", path=path)


def _not_text(path: str) -> SourceError:
    return SourceError(f"{path} is binary, not text; exclude it in steep.toml.", path=path)


def _decoded(data: bytes, path: str, declared: str | None) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    for candidate in (declared, _wide(data), "utf-8"):
        if candidate:
            try:
                return data.decode(candidate)
            except (UnicodeDecodeError, LookupError):
                continue
    guess = _guessed(data)
    if guess is None and b"\x00" in data:
        raise _not_text(path)
    if guess is None:
        raise SourceError(f"{path}: its encoding could not be found out; save it as UTF-8.", path=path)
    return data.decode(guess, "replace")


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark shows in NUL bytes at every other place."""
    sample = data[:_SAMPLE]
    half = len(sample) // 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if half and odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if half and even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _guessed(data: bytes) -> str | None:
    # whole lines, so that no character is cut in half
    sample = data[:_SAMPLE]
    if len(data) > _SAMPLE and b"\n" in sample:
        sample = sample[: sample.rindex(b"\n")]
    if b"\x00" not in sample and sum(byte > 127 for byte in sample) < _TELLING:
        return "cp1252"
    match = charset_normalizer.from_bytes(sample, cp_isolation=list(_OLDER)).best()
    if match is None:
        return None
    return "cp1252" if "cp1252" in match.could_be_from_charset else str(match.encoding)


def _binary(text: str) -> bool:
    sample = text[:_SAMPLE]
    strange = len(_CONTROL.findall(sample)) + sample.count("\ufffd")
    return strange > 0.1 * len(sample) + 2
