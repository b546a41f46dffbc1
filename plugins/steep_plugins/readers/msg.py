"""The reader `msg`: a mail that Outlook saved, from the properties that its compound file holds."""

from __future__ import annotations

import codecs
import datetime
import email
import email.policy
import io
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.errors import SourceError
from steep.values import LeftOut
from steep_plugins.readers.decoding import decoded, empty
from steep_plugins.readers.mail import DEEPEST, Mail, header
from steep_plugins.readers.rtf_encapsulated import page_in, unpacked
from steep_plugins.readers.rtf_html import read_rtf
from steep_plugins.readers.writing import write_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Source
    from steep.values import Document

_SUBJECT, _HEADERS, _SENT, _ARRIVED = 0x0037, 0x007D, 0x0039, 0x0E06
_BODY, _RICH, _PAGE = 0x1000, 0x1009, 0x1013
_SENDER = ((0x0C1A, 0x5D01, 0x0C1F), (0x0042, 0x5D02, 0x0065))  # name and addresses: who sent it, and for whom
_NAME, _ADDRESSES, _ROLE = 0x3001, (0x39FE, 0x3003), 0x0C15
_CODE_PAGE, _BODY_PAGE = 0x3FFD, 0x3FDE
_FILE, _FILE_NAMES = 0x3701, (0x3707, 0x3704, 0x3001)
_ROLES = {2: "Cc", 3: "Bcc"}
_PAGES = {65001: "utf-8", 1200: "utf-16-le", 20127: "ascii", 20866: "koi8-r", 21866: "koi8-u", 936: "gb18030",
          54936: "gb18030", 50220: "iso-2022-jp", 51932: "euc-jp", 51949: "euc-kr"}  # fmt: skip
_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)


class MsgReader:
    """Of the page, the rich text and the plain text of a mail the first that there is is read, as Outlook shows it."""

    def read(self, source: Source) -> Document:
        if not source.data.strip():
            raise empty(source.path)
        import olefile

        writing = Mail(source.path)
        try:
            with olefile.OleFileIO(io.BytesIO(source.data)) as file:
                streams = {tuple(path): file.openstream(path).read() for path in file.listdir(storages=False)}
            _write(writing, _Storage(streams=streams, at=(), path=source.path), 1)
        except SourceError:
            raise
        except Exception as error:  # a broken compound file surfaces in many forms
            raise SourceError(
                f"{source.path} is not a mail that can be read ({type(error).__name__}: {error}); save it as .eml.",
                path=source.path,
            ) from error
        return writing.document()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Storage:
    """The properties of a mail, a person or an attachment: the streams ``at`` a place in the file."""

    streams: dict[tuple[str, ...], bytes]
    at: tuple[str, ...]
    path: str
    code_page: int = 0

    def text(self, *properties: int, page: int = 0) -> str:
        """The words of the first of these properties that has any."""
        for each in properties:
            if wide := self._stream(each, 0x001F):
                words = wide.decode("utf-16-le", "replace")
            elif data := self._stream(each, 0x001E):
                words = self._decoded(data, self.number(_CODE_PAGE) or self.code_page or page)
            else:
                continue
            if said := words.rstrip("\x00").strip():
                return said
        return ""

    def page(self) -> str:
        data = self._stream(_PAGE, 0x0102)
        return self._decoded(data, self.number(_BODY_PAGE)) if data.strip() else self.text(_PAGE)

    def data(self, property_: int) -> bytes:
        return self._stream(property_, 0x0102)

    def number(self, property_: int) -> int:
        held = self._fixed(property_)
        return int(struct.unpack("<I", held[:4])[0]) if held else 0

    def time(self, *properties: int) -> str:
        for each in properties:
            if held := self._fixed(each):
                try:
                    passed = datetime.timedelta(microseconds=struct.unpack("<Q", held)[0] // 10)
                    return (_EPOCH + passed).isoformat(" ", "minutes")
                except OverflowError:
                    continue
        return ""

    def inner(self, name: str) -> Iterator[_Storage]:
        """The storages below this one whose names begin so."""
        depth, page = len(self.at), self.number(_CODE_PAGE) or self.code_page
        names = {path[depth] for path in self.streams if len(path) > depth + 1 and path[:depth] == self.at}
        for each in sorted(each for each in names if each.startswith(name)):
            yield _Storage(streams=self.streams, at=(*self.at, each), path=self.path, code_page=page)

    def _stream(self, property_: int, kind: int) -> bytes:
        return self.streams.get((*self.at, f"__substg1.0_{property_:04X}{kind:04X}"), b"")

    def _fixed(self, property_: int) -> bytes:
        """Eight bytes in which a number or a time stands."""
        listed = self.streams.get((*self.at, "__properties_version1.0"), b"")
        for start in range(len(listed) % 16, len(listed) - 15, 16):
            if struct.unpack("<H", listed[start + 2 : start + 4])[0] == property_:
                return listed[start + 8 : start + 16]
        return b""

    def _decoded(self, data: bytes, code_page: int) -> str:
        return decoded(data, self.path, declared=_encoding(code_page)) if data.strip(b"\x00 \r\n\t") else ""


def _encoding(code_page: int) -> str | None:
    """The encoding of a code page; None where it is not known, so that the bytes are to tell."""
    if 28591 <= code_page <= 28605:
        return f"iso-8859-{code_page - 28590}"
    try:
        return codecs.lookup(_PAGES.get(code_page, f"cp{code_page}")).name
    except LookupError:
        return None


def _write(writing: Mail, mail: _Storage, level: int) -> None:
    stated = email.message_from_string(mail.text(_HEADERS), policy=email.policy.default)
    people: dict[str, list[str]] = {"To": [], "Cc": [], "Bcc": []}
    for each in mail.inner("__recip_version1.0_#"):
        people[_ROLES.get(each.number(_ROLE), "To")].append(_person(each, _NAME, *_ADDRESSES))
    sender = header(stated, "From") or next(filter(None, (_person(mail, *each) for each in _SENDER)), "")
    said = [(role, ", ".join(filter(None, names))) for role, names in people.items()]
    writing.head(level, mail.text(_SUBJECT), [("From", sender), *said, ("Date", mail.time(_SENT, _ARRIVED))])
    _write_body(writing, mail)
    for each in mail.inner("__attach_version1.0_#"):
        _write_attachment(writing, each, level)


def _person(storage: _Storage, name: int, *addresses: int) -> str:
    called, address = storage.text(name), storage.text(*addresses)
    if called and called != address:
        return f"{called} <{address}>" if address and not address.startswith("/") else called
    return address


def _write_body(writing: Mail, mail: _Storage) -> None:
    text = mail.text(_BODY, page=mail.number(_BODY_PAGE))
    for page in _pages(mail):
        if page and writing.page(page):
            writing.beyond(text)
            return
    if text:
        write_text(writing.out, decoded(text.encode(), mail.path))


def _pages(mail: _Storage) -> Iterator[str]:
    """What may be shown instead of the plain text, the best first."""
    yield mail.page()
    markup = unpacked(mail.data(_RICH)).decode("latin-1")
    yield page_in(markup)
    if markup.startswith("{\\rtf") and "\\fromtext" not in markup[:4096]:
        yield read_rtf(markup).page


def _write_attachment(writing: Mail, attached: _Storage, level: int) -> None:
    inner: Any = next(attached.inner("__substg1.0_3701000D"), None)
    if inner is not None and level < DEEPEST and inner.text(_SUBJECT, _BODY):
        _write(writing, inner, level + 1)
        return
    name = attached.text(*_FILE_NAMES)
    if not (name and writing.attached(name, attached.data(_FILE), level)):
        writing.out.paragraph(f"Attachment: {name}" if name else "")
        writing.left_out.append(LeftOut(reason="attachment", text=name or "attachment"))
