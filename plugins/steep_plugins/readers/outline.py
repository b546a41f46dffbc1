"""The reader `outline`: Org and AsciiDoc, whose text is written anew without their markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep_plugins.readers.asciidoc import read_asciidoc
from steep_plugins.readers.decoding import decoded
from steep_plugins.readers.org import read_org

if TYPE_CHECKING:
    from steep.kinds import Source
    from steep.values import Document


class OutlineReader:
    """By the suffix one or the other."""

    def read(self, source: Source) -> Document:
        text = decoded(source.data, source.path)
        read = read_org if source.path.lower().endswith(".org") else read_asciidoc
        return read(source.path, text)
