"""What a document is called: its own title, its first heading, or else its file name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.markup import plain_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.values import Block

_LONGEST = 200


def title_of(path: str, text: str, blocks: Sequence[Block], *, declared: str = "") -> str:
    """``declared`` is a title that the file states; else the highest of the leading headings counts."""
    stated = " ".join(declared.split())
    if stated:
        return stated[:_LONGEST]
    headings = [block for block in blocks if block.kind == "heading"]
    if headings:
        highest = min(block.level for block in headings)
        first = next(block for block in headings if block.level == highest)
        # a heading further down names its section, not the document
        if highest == 1 or first is blocks[0]:
            words = plain_line(text[first.start : first.end])
            if words:
                return words[:_LONGEST]
    return from_path(path)


def from_path(path: str) -> str:
    stem = path.rpartition("/")[2].rpartition(".")[0] or path
    return re.sub(r"[-_\s]+", " ", stem).strip() or path
