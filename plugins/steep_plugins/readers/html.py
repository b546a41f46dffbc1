"""The reader `html`: a web page as Markdown-like text, without scripts, navigation and hidden parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bs4.dammit import EncodingDetector

from steep.values import Document
from steep_plugins.readers.decoding import decoded, empty
from steep_plugins.readers.enumerated import with_items
from steep_plugins.readers.html_text import html_text
from steep_plugins.readers.titles import title_of

if TYPE_CHECKING:
    from steep.kinds import Source


_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


class HtmlReader:
    """Offsets count in the text made of the page, which ``Document.text`` holds."""

    def __init__(self, *, boilerplate: bool = False) -> None:
        self._boilerplate = boilerplate

    def read(self, source: Source) -> Document:
        declared = EncodingDetector.find_declared_encoding(source.data[:4096], is_html=True)
        markup = decoded(source.data, source.path, declared=declared)
        return html_document(source.path, _XML_DECLARATION.sub("", markup), keep_boilerplate=self._boilerplate)


def html_document(path: str, markup: str, *, keep_boilerplate: bool, title: str = "") -> Document:
    """A document made of HTML; ``title`` is used where the page has neither a heading nor a title."""
    page = html_text(markup, keep_boilerplate=keep_boilerplate)
    text = page.composed.text
    blocks = with_items(text, page.composed.blocks)
    if not text:
        raise empty(path)
    stated = page.heading or page.title or title
    return Document(
        path=path,
        text=text,
        title=title_of(path, text, blocks, declared=stated),
        blocks=blocks,
        left_out=page.left_out,
    )
