"""Rows for tuning the reader on a domain: windows of a pair's passages, with its answer's place or none."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from steep.kinds import Dropped
from steep_plugins.generators.reader.windows import PAD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import torch

    from steep.kinds import Example
    from steep.values import Pair, Passage
    from steep_plugins.generators.reader.windows import Encoder, Window

Row = dict[str, list[int]]

OTHERS = 2
"""Passages of an example without the answer that are learned from, as ones that do not answer."""


def encode(examples: Sequence[Example], encoder: Encoder) -> tuple[list[Mapping[str, list[int]]], Dropped]:
    """Windows with the answer first, then windows of at most ``OTHERS`` passages that do not answer."""
    rows: list[Mapping[str, list[int]]] = []
    dropped: Counter[str] = Counter()
    for example in examples:
        placed = [(passage, place(example.pair, passage)) for passage in example.passages]
        answering = [(passage, span) for passage, span in placed if span is not None]
        if example.pair.answerable and not answering:
            dropped["no passage of the pair holds its answer"] += 1
            continue
        silent = [(passage, None) for passage, span in placed if span is None][:OTHERS]
        found = [row for passage, span in (*answering, *silent) for row in _rows(example.pair, passage, span, encoder)]
        if example.pair.answerable and not any(row["end"][0] for row in found):
            dropped["the answer is longer than a window"] += 1
            continue
        rows += found
    return rows, Dropped(reasons=dict(dropped))


def place(pair: Pair, passage: Passage) -> tuple[int, int] | None:
    """Where the pair's answer stands in the passage: the first of its spans that lies whole within it."""
    for span in pair.spans:
        inside = passage.start <= span.start and span.end <= passage.end
        if span.document == passage.document and span.version == passage.version and inside:
            return span.start - passage.start, span.end - passage.start
    return None


def lead_of(passage: Passage) -> str:
    """Title and headings, as indexes see them: they name the subject where the text says "it"."""
    return " > ".join(dict.fromkeys(part for part in (passage.title, *passage.heading) if part))


def _rows(pair: Pair, passage: Passage, span: tuple[int, int] | None, encoder: Encoder) -> Iterator[Row]:
    pieces = encoder.pieces(passage.text).covering(*span) if span else None
    for window in encoder.windows(pair.question, passage.text, lead_of(passage)):
        start, end = _within(window, pieces)
        if pieces is None or end or not _touches(window, pieces):
            yield {"input_ids": list(window.ids), "body": [window.body], "start": [start], "end": [end]}


def _within(window: Window, pieces: tuple[int, int] | None) -> tuple[int, int]:
    if pieces is None or pieces[0] < window.first or pieces[1] >= window.first + window.count:
        return 0, 0
    return window.body + pieces[0] - window.first, window.body + pieces[1] - window.first


def _touches(window: Window, pieces: tuple[int, int]) -> bool:
    """Whether the window cuts the answer in two: such a window would teach that half an answer is none."""
    return pieces[0] < window.first + window.count and pieces[1] >= window.first


def collate(rows: Sequence[Mapping[str, list[int]]]) -> dict[str, torch.Tensor]:
    """Tensors padded to the longest row, rounded up: a kernel is compiled for every width that occurs."""
    import torch

    width = -(-max(len(row["input_ids"]) for row in rows) // 16) * 16
    lengths = [len(row["input_ids"]) for row in rows]
    return {
        "input_ids": torch.tensor([row["input_ids"] + [PAD] * (width - len(row["input_ids"])) for row in rows]),
        "attention_mask": torch.tensor([[1] * length + [0] * (width - length) for length in lengths]),
        "passage_mask": torch.tensor([_mask(row["body"][0], len(row["input_ids"]), width) for row in rows]),
        "start_positions": torch.tensor([row["start"][0] for row in rows]),
        "end_positions": torch.tensor([row["end"][0] for row in rows]),
    }


def _mask(body: int, length: int, width: int) -> list[int]:
    """1 where an answer can begin or end: CLS, and the passage without the SEP behind it."""
    return [1, *[0] * (body - 1), *[1] * (length - 1 - body), *[0] * (width - length + 1)]
