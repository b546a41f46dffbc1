"""The readers `eml` and `msg`: a mail as its subject, who wrote to whom and when, and what it says.

Attachments that are text are read below it; of others the name is said.
"""

from __future__ import annotations

import email
import email.policy
import io
import itertools
import re
from typing import TYPE_CHECKING

from steep.errors import SourceError
from steep.values import Document, LeftOut
from steep_plugins.readers.composing import Composer
from steep_plugins.readers.decoding import decoded, empty
from steep_plugins.readers.html_text import html_text
from steep_plugins.readers.writing import write_page, write_text

if TYPE_CHECKING:
    from email.message import EmailMessage, MIMEPart

    from steep.kinds import Source

_SAID = ("From", "To", "Cc", "Date")
_DEEPEST = 5  # mails within mails
_PARTS = re.compile(rb"^content-type:[ \t]*multipart/", re.IGNORECASE | re.MULTILINE)
_MOST_PARTS = 1000  # that hold others: each line is held against the marks of all of them


class EmlReader:
    """Of what a mail says twice, as text and as a page, the text is read."""

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
        writing = _Mail(source.path)
        writing.write(mail, 1)
        return writing.document()


class _Mail:
    def __init__(self, path: str) -> None:
        self.path = path
        self.out = Composer()
        self.left_out: list[LeftOut] = []

    def head(self, level: int, subject: str, said: list[tuple[str, str]]) -> None:
        self.out.heading(level, subject)
        self.out.paragraph("\n".join(f"{name}: {value}" for name, value in said if value))

    def write(self, mail: EmailMessage, level: int) -> None:
        subject = _header(mail, "Subject")
        self.head(level, subject, [(name, _header(mail, name)) for name in _SAID])
        body = mail.get_body(preferencelist=("plain", "html"))
        if body is not None:
            self._part(body)
        for part in mail.iter_attachments():
            self._attachment(part, level)

    def page(self, markup: str) -> None:
        page = html_text(markup)
        self.left_out += page.left_out
        write_page(self.out, page.composed)

    def document(self) -> Document:
        return self.out.document(self.path, left_out=self.left_out)

    def _part(self, part: MIMEPart) -> None:
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes) or not data.strip():
            return
        text = decoded(data, self.path, declared=part.get_content_charset())
        if part.get_content_subtype() == "html":
            self.page(text)
        else:
            write_text(self.out, text)

    def _attachment(self, part: EmailMessage | MIMEPart, level: int) -> None:
        name = part.get_filename() or ""
        if part.get_content_type() == "message/rfc822" and level < _DEEPEST:
            for inner in part.iter_parts():
                self.write(inner, level + 1)  # type: ignore[arg-type]  # parts of this policy are mails
            return
        self.out.paragraph(f"Attachment: {name}" if name else "")
        if part.get_content_maintype() == "text":
            self._part(part)
        else:
            self.left_out.append(LeftOut(reason="attachment", text=name or part.get_content_type()))


class MsgReader:
    """Mails that Outlook saved."""

    def read(self, source: Source) -> Document:
        if not source.data.strip():
            raise empty(source.path)
        from oxmsg import Message

        writing = _Mail(source.path)
        try:
            mail = Message.load(io.BytesIO(source.data))
            people = ", ".join(
                f"{each.name} <{each.email_address}>" if each.name else each.email_address for each in mail.recipients
            )
            date = mail.sent_date.isoformat(" ", "minutes") if mail.sent_date else ""
            writing.head(1, mail.subject or "", [("From", mail.sender or ""), ("To", people), ("Date", date)])
            if body := mail.body:
                write_text(writing.out, decoded(body.encode(), source.path))
            elif mail.html_body:
                writing.page(mail.html_body)
            for each in mail.attachments:
                writing.out.paragraph(f"Attachment: {each.file_name}" if each.file_name else "")
                writing.left_out.append(LeftOut(reason="attachment", text=each.file_name or "attachment"))
        except SourceError:
            raise
        except Exception as error:  # a broken compound file surfaces in many forms
            raise SourceError(
                f"{source.path} is not a mail that can be read ({type(error).__name__}: {error}); save it as .eml.",
                path=source.path,
            ) from error
        return writing.document()


def _header(mail: EmailMessage, name: str) -> str:
    """A header's words; one that breaks the rules of mail is said as it stands."""
    try:
        return " ".join(str(mail.get(name, "")).split())
    except (ValueError, IndexError, KeyError, AttributeError, TypeError):
        return ""
