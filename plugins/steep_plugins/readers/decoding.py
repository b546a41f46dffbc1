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
# a character of UTF-8 in two to four bytes, or a byte that belongs to none
_HIGH = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]"
)
_SOUND = 0.1  # the share of odd character pairs up to which a guess makes no mess
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
            except (ValueError, LookupError):  # a name that a file states may hold anything
                continue
    if (mended := _mostly_utf8(data)) is not None:
        return mended
    guess = _guessed(data)
    if guess is None and b"\x00" in data:
        raise _not_text(path)
    if guess is None:
        raise SourceError(f"{path}: its encoding could not be found out; save it as UTF-8.", path=path)
    return data.decode(guess, "replace")


def _mostly_utf8(data: bytes) -> str | None:
    """UTF-8 with some bytes of an older encoding in it, as when files were joined, or cut at its end.

    A character of several bytes hardly ever comes about by chance in the older encodings of the West; so a few other
    bytes beside one are taken for such an encoding's, each on its own.
    """
    high = [found[0] for found in _HIGH.finditer(data)]
    broken = sum(len(each) == 1 for each in high)
    whole = len(high) - broken
    if not whole or broken > 3 * whole:
        return None
    mended = _HIGH.sub(
        lambda found: found[0] if len(found[0]) > 1 else found[0].decode("cp1252", "replace").encode(), data
    )
    return mended.decode("utf-8")


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
    matches = list(charset_normalizer.from_bytes(sample, cp_isolation=list(_OLDER)))
    sound = [match for match in matches if match.chaos < _SOUND] or matches[:1]
    if not sound:
        return None
    # of several that make no mess, the one whose words look most like a language; the commonest, where they are even
    best = max(sound, key=lambda match: (match.coherence, match.encoding == "cp1252"))
    return "cp1252" if "cp1252" in best.could_be_from_charset else str(best.encoding)


def _binary(text: str) -> bool:
    sample = text[:_SAMPLE]
    strange = len(_CONTROL.findall(sample)) + sample.count("\ufffd")
    return strange > 0.1 * len(sample) + 2
