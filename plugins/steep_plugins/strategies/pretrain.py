"""The strategy `pretrain`: the documents themselves, cut at their paragraphs into stretches of like length."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

from steep.values import TextRow, content_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Objective, TuneSource
    from steep.values import Row

_GAP = re.compile(r"\n\s*\n")


class Pretrain:
    """A share of the stretches is held out; a single one is learned from and held out alike."""

    objectives: tuple[Objective, ...] = ("next-token", "reply")

    def __init__(self, *, characters: int, held_out: float) -> None:
        self._characters = characters
        self._held_out = held_out

    def rows(self, source: TuneSource) -> Iterator[Row]:
        rows = [
            TextRow(text=stretch, source=document.path)
            for document in source.documents()
            for stretch in stretches(document.text, self._characters)
        ]
        ranked = sorted(rows, key=lambda row: content_id("held out", row.id))
        apart = {row.id for row in ranked[: max(1, round(len(rows) * self._held_out))]}
        wanted = [row for row in rows if (row.id in apart) == (source.part == "dev")] if len(rows) > 1 else rows
        if source.count is not None and source.count < len(wanted):
            wanted = random.Random(source.seed).sample(wanted, source.count)
        yield from wanted


def stretches(text: str, most: int) -> Iterator[str]:
    """Paragraphs together until they would be longer than ``most`` characters; one that is longer stays whole."""
    held = ""
    for paragraph in _GAP.split(text):
        if held and len(held) + 2 + len(paragraph) > most:
            yield held
            held = ""
        held = f"{held}\n\n{paragraph}" if held else paragraph
    if held.strip():
        yield held
