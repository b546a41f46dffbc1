"""The reader `text`: plain text, reStructuredText and logs, as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.values import Document
from steep_plugins.readers.decoding import decoded
from steep_plugins.readers.plain_blocks import plain_blocks
from steep_plugins.readers.titles import title_of

if TYPE_CHECKING:
    from steep.kinds import Source


class TextReader:
    """Keeps the text, and finds headings, items and rows in it by the customs of plain text."""

    def read(self, source: Source) -> Document:
        text = decoded(source.data, source.path)
        blocks = plain_blocks(text)
        return Document(path=source.path, text=text, title=title_of(source.path, text, blocks), blocks=blocks)
