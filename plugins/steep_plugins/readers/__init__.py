"""The readers that come with steep: text, Markdown, HTML, PDF and Word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, NoOptions, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from steep.kinds import Reader


class HtmlOptions(BaseModel, extra="forbid", frozen=True):
    """Options of the reader `html`."""

    boilerplate: bool = Field(default=False, description="keep navigation, headers, footers and asides")


class PdfOptions(BaseModel, extra="forbid", frozen=True):
    """Options of the reader `pdf`."""

    running_lines: bool = Field(default=False, description="keep headers, footers and page numbers that repeat")


def _text(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.text import TextReader

    return TextReader()


def _markdown(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.markdown import MarkdownReader

    return MarkdownReader()


def _html(options: HtmlOptions, context: Context) -> Reader:
    from steep_plugins.readers.html import HtmlReader

    return HtmlReader(boilerplate=options.boilerplate)


def _pdf(options: PdfOptions, context: Context) -> Reader:
    from steep_plugins.readers.pdf import PdfReader

    return PdfReader(running_lines=options.running_lines)


def _docx(options: NoOptions, context: Context) -> Reader:
    from steep_plugins.readers.docx import DocxReader

    return DocxReader()


@hookimpl
def steep_offers() -> Iterable[Offer[Any]]:
    """Offer a reader for each format."""
    yield offer(
        kind="reader", name="text", summary="Plain text", build=_text, handles=(".txt", ".text", ".log", ".rst")
    )
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
    yield offer(kind="reader", name="docx", summary="Word documents", build=_docx, handles=(".docx",))
