"""The reader `eml`: a mail as its subject, who wrote to whom and when, and what it says.

Attachments are read below it, each by the reader of its suffix; of those that none reads the name is said.
"""

from __future__ import annotations

import email
import email.policy
import itertools
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from steep import Context
from steep.errors import SourceError
from steep.kinds import Source
from steep.values import Document, LeftOut
from steep_plugins.readers.composing import Composer
from steep_plugins.readers.decoding import decoded, empty
from steep_plugins.readers.html_text import html_text
from steep_plugins.readers.writing import write_blocks, write_page, write_text

if TYPE_CHECKING:
    from email.message import EmailMessage, MIMEPart

    from steep.kinds import Reader

_WORD = re.compile(r"\w{3,}")
_SAID = ("From", "To", "Cc", "Date")
DEEPEST = 5  # mails within mails
_PARTS = re.compile(rb"^content-type:[ \t]*multipart/", re.IGNORECASE | re.MULTILINE)
_MOST_PARTS = 1000  # that hold others: each line is held against the marks of all of them


class EmlReader:
    """Of what a mail says twice, as text and as a page, the page is read, as mail programs show it.

    What the text says beyond it is counted.
    """

    def read(self, source: Source) -> Document:
        if not source.data.strip():
            raise empty(source.path)
        if next(itertools.islice(_PARTS.finditer(source.data), _MOST_PARTS, None), None):
            raise SourceError(
                f"{source.path} has more than {_MOST_PARTS} parts that hold others; save the mails in it one by one.",
                path=source.path,
            )
        mail = email.message_from_bytes(source.data, policy=email.policy.default)
        if not mail.keys():
            raise SourceError(
                f"{source.path} is not a mail: it has no header; exclude it in steep.toml.", path=source.path
            )
        writing = Mail(source.path)
        writing.write(mail, 1)
        return writing.document()


class Mail:
    """Writes a mail and what it holds, and notes what is left out."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.out = Composer()
        self.left_out: list[LeftOut] = []
        self.shown = ""  # what the page of a mail says

    def head(self, level: int, subject: str, said: list[tuple[str, str]]) -> None:
        self.out.heading(level, subject)
        self.out.paragraph("\n".join(f"{name}: {value}" for name, value in said if value))

    def write(self, mail: EmailMessage, level: int) -> None:
        subject = header(mail, "Subject")
        self.head(level, subject, [(name, header(mail, name)) for name in _SAID])
        self._body(mail)
        for part in mail.iter_attachments():
            self._attachment(part, level)

    def _body(self, mail: EmailMessage) -> None:
        page, text = mail.get_body(preferencelist=("html",)), mail.get_body(preferencelist=("plain",))
        shown = "" if page is None else self._decoded(page)
        if shown and self.page(shown):
            self.beyond("" if text is None else self._decoded(text))
        elif text is not None:
            self._part(text)
        elif page is None and not mail.is_multipart() and mail.get_content_maintype() != "text":
            self.left_out.append(LeftOut(reason="attachment", text=mail.get_filename() or mail.get_content_type()))

    def page(self, markup: str) -> bool:
        """Whether the page says anything."""
        page = html_text(markup)
        self.left_out += page.left_out
        self.shown = page.composed.text
        write_page(self.out, page.composed)
        return bool(self.shown)

    def beyond(self, text: str) -> None:
        """Count the lines of a text that say what the page beside it, which people see, does not."""
        known = set(_WORD.findall(self.shown.lower()))
        for line in text.split("\n"):
            if any(word not in known for word in _WORD.findall(line.lower())):
                self.left_out.append(LeftOut(reason="said beside the page of a mail", text=" ".join(line.split())))

    def attached(self, name: str, data: bytes, level: int) -> bool:
        """Read an attachment by its suffix; False where that is not possible."""
        built = _reader(name)
        if built is None or not data:
            return False
        try:
            document = built.read(Source(path=name, data=data))
        except SourceError:
            return False
        except Exception:  # a malformed file can surprise any library
            return False
        self.out.heading(min(6, level + 1), f"Attachment: {name}")
        write_blocks(self.out, document.text, document.blocks, deeper=level + 1)
        self.left_out += document.left_out
        return True

    def document(self) -> Document:
        return self.out.document(self.path, left_out=self.left_out)

    def _decoded(self, part: MIMEPart) -> str:
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes) or not data.strip():
            return ""
        return decoded(data, self.path, declared=part.get_content_charset())

    def _part(self, part: MIMEPart) -> None:
        text = self._decoded(part)
        if part.get_content_subtype() == "html":
            self.page(text)
        else:
            write_text(self.out, text)

    def _attachment(self, part: EmailMessage | MIMEPart, level: int) -> None:
        name = part.get_filename() or ""
        if part.get_content_type() == "message/rfc822" and level < DEEPEST:
            for inner in part.iter_parts():
                self.write(inner, level + 1)  # type: ignore[arg-type]  # parts of this policy are mails
            return
        data = part.get_payload(decode=True)
        if name and isinstance(data, bytes) and self.attached(name, data, level):
            return
        self.out.paragraph(f"Attachment: {name}" if name else "")
        if part.get_content_maintype() == "text":
            self._part(part)
        else:
            self.left_out.append(LeftOut(reason="attachment", text=name or part.get_content_type()))


def _reader(name: str) -> Reader | None:
    """The reader that takes the suffix of an attachment; none for mails, which may hold each other without end."""
    from steep_plugins.readers import steep_offers

    suffix = PurePosixPath(name).suffix.lower()
    for each in steep_offers():
        if suffix in each.handles and each.name not in ("eml", "msg"):
            built: Reader = each.build(each.config(), Context())
            return built
    return None


def header(mail: EmailMessage, name: str) -> str:
    """A header's words; one that breaks the rules of mail is said as it stands."""
    try:
        said = " ".join(str(mail.get(name, "")).split())
    except (ValueError, IndexError, KeyError, AttributeError, TypeError):
        return ""
    if "\ufffd" not in said:
        return said
    raw = next((str(value) for key, value in mail.raw_items() if key.lower() == name.lower()), "")
    data = raw.encode("utf-8", "surrogateescape")  # bytes that no rule of mail allows, as older programs sent them
    try:
        return " ".join(data.decode("utf-8").split())
    except UnicodeDecodeError:
        return " ".join(data.decode("cp1252", "replace").split())
