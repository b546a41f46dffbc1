"""The reader `rtf`: rich text, by way of the HTML that it says."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from steep.errors import SourceError
from steep_plugins.readers.decoding import empty
from steep_plugins.readers.html import html_document
from steep_plugins.readers.rtf_html import read_rtf

if TYPE_CHECKING:
    from steep.kinds import Source
    from steep.values import Document

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class RtfReader:
    """Tables, lists, headings and footnotes are kept; what is hidden, struck out or beside the text is counted."""

    def read(self, source: Source) -> Document:
        if not source.data.strip():
            raise empty(source.path)
        if not source.data.lstrip().startswith(b"{\\rtf"):
            raise SourceError(f"{source.path} is not rich text; save it as .rtf, or exclude it.", path=source.path)
        found = read_rtf(source.data.decode("latin-1"))
        page = _CONTROL.sub(" ", found.page)
        document = html_document(source.path, page, keep_boilerplate=True, title=found.title)
        title = found.title or document.title
        return replace(document, title=title, left_out=(*found.left_out, *document.left_out))
