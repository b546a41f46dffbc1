"""The readers that come with steep, by what they read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, NoOptions, Offer, hookimpl, offer
from steep_plugins.readers.suffixes import CODE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from steep.kinds import Reader


class HtmlOptions(BaseModel, extra="forbid", frozen=True):
    """Options of the reader `html`."""

    boilerplate: bool = Field(default=False, description="keep navigation, headers, footers and asides")


class PdfOptions(BaseModel, extra="forbid", frozen=True):
    """Options of the reader `pdf`."""

    running_lines: bool = Field(default=False, description="keep headers, footers and page numbers that repeat")
    ocr: str = Field(
        default="",
        pattern=r"^[A-Za-z_+]*$",
        description="read pages without text from their picture, in these languages of tesseract (`eng`, `deu+eng`)",
    )


def _text(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.text import TextReader

    return TextReader()


def _rst(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.rst import RstReader

    return RstReader()


def _markdown(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.markdown import MarkdownReader

    return MarkdownReader()


def _html(options: HtmlOptions, context: Context) -> Reader:
    from steep_plugins.readers.html import HtmlReader

    return HtmlReader(boilerplate=options.boilerplate)


def _pdf(options: PdfOptions, context: Context) -> Reader:
    from steep_plugins.readers.pdf import PdfReader

    return PdfReader(running_lines=options.running_lines, ocr=options.ocr)


def _docx(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.docx import DocxReader

    return DocxReader()


def _csv(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.delimited import DelimitedReader

    return DelimitedReader()


def _xlsx(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.xlsx import XlsxReader

    return XlsxReader()


def _pptx(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.pptx import PptxReader

    return PptxReader()


def _eml(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.mail import EmlReader

    return EmlReader()


def _msg(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.msg import MsgReader

    return MsgReader()


def _epub(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.epub import EpubReader

    return EpubReader()


def _rtf(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.rtf import RtfReader

    return RtfReader()


def _odt(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.odt import OdtReader

    return OdtReader()


def _json(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.data import JsonReader

    return JsonReader()


def _ipynb(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.notebook import NotebookReader

    return NotebookReader()


def _xml(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.xml import XmlReader

    return XmlReader()


def _outline(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.outline import OutlineReader

    return OutlineReader()


def _code(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.code import CodeReader

    return CodeReader()


# of office files also templates, slide shows and those that may hold macros, which nothing runs
_WORD = (".docx", ".docm", ".dotx", ".dotm")
_SLIDES = (".pptx", ".pptm", ".potx", ".potm", ".ppsx", ".ppsm")
_OPEN = (".odt", ".ods", ".odp", ".ott", ".ots", ".otp", ".fodt", ".fods", ".fodp")
_XML = (".xml", ".rss", ".atom", ".docbook", ".dbk", ".dita", ".tei", ".jats")

# name, summary, how it is built, and the suffixes it takes; they read where steep.toml names them
_NAMED = (
    ("csv", "Tables of values parted by commas, semicolons or tabs", _csv, (".csv", ".tsv")),
    ("xlsx", "Workbooks, a sheet a page", _xlsx, (".xlsx", ".xlsm", ".xltx", ".xltm")),
    ("pptx", "Presentations, a slide a page", _pptx, _SLIDES),
    ("eml", "Mails", _eml, (".eml",)),
    ("msg", "Mails that Outlook saved", _msg, (".msg",)),
    ("epub", "Books, a chapter a page", _epub, (".epub",)),
    ("rtf", "Rich text", _rtf, (".rtf",)),
    ("odt", "OpenDocument texts, sheets and slides", _odt, _OPEN),
    ("json", "Data as keys and values", _json, (".json", ".jsonl", ".ndjson")),
    ("ipynb", "Jupyter notebooks, a cell a page", _ipynb, (".ipynb",)),
    ("xml", "XML, feeds, and texts in DocBook, JATS, DITA and TEI", _xml, _XML),
    ("outline", "Org and AsciiDoc", _outline, (".org", ".adoc", ".asciidoc")),
    ("code", "Source code, a block a function", _code, CODE),
)


@hookimpl
def steep_offers() -> Iterable[Offer[Any]]:
    """Offer a reader for each format."""
    yield offer(kind="reader", name="text", summary="Plain text", build=_text, handles=(".txt", ".text", ".log"))
    yield offer(kind="reader", name="rst", summary="reStructuredText", build=_rst, handles=(".rst",))
    yield offer(
        kind="reader", name="markdown", summary="Markdown, as it stands", build=_markdown, handles=(".md", ".markdown")
    )
    yield offer(
        kind="reader",
        name="html",
        summary="Web pages, without their navigation",
        config=HtmlOptions,
        build=_html,
        handles=(".html", ".htm", ".xhtml"),
    )
    yield offer(
        kind="reader",
        name="pdf",
        summary="PDF files that have a text layer, with page numbers",
        config=PdfOptions,
        build=_pdf,
        handles=(".pdf",),
    )
    yield offer(kind="reader", name="docx", summary="Word documents", build=_docx, handles=_WORD)
    for name, summary, build, handles in _NAMED:
        yield offer(kind="reader", name=name, summary=summary, build=build, handles=handles)
