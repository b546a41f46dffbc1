"""Writes what another reader found into a document that is made of several parts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from steep_plugins.readers.plain_blocks import plain_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.values import Block
    from steep_plugins.readers.composing import Composer


def write_blocks(composer: Composer, text: str, blocks: Sequence[Block], *, deeper: int = 0) -> None:
    """Add a text with its blocks, whose headings move ``deeper`` levels down."""
    if not text.strip():
        return
    start = composer.begin()
    composer.add(text)
    for block in blocks:
        level = min(6, block.level + deeper) if block.kind == "heading" else block.level
        composer.blocks.append(
            replace(
                block,
                start=block.start + start,
                end=block.end + start,
                level=level,
                cells=tuple((left + start, right + start) for left, right in block.cells),
            )
        )
    composer.end_table()


def write_page(composer: Composer, page: Composer) -> None:
    write_blocks(composer, page.text, page.blocks)


def write_text(composer: Composer, text: str) -> None:
    words = text.strip("\n").rstrip()
    write_blocks(composer, words, plain_blocks(words))
