"""Rows for tuning the reader on a domain: a question's windows together, the one that holds its answer first.

The windows of a row compete with one another, as they do when a question is read: see ``network.py``.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from steep.errors import DatasetError
from steep.kinds import Dropped
from steep.values import SpanRow
from steep_plugins.encoders.widths import padded_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import torch

    from steep.values import Passage, Row, Span
    from steep_plugins.generators.reader.windows import Encoder, Window

Features = dict[str, list[int]]
"""``input_ids`` of all its windows in sequence, ``windows`` their lengths, ``body`` where each one's passage begins.

``start`` and ``end`` are the answer's first and last piece in the first window.
"""

OTHERS = 1
"""Windows beside the answer's, out of passages that do not hold it. More teach little that one does not, and cost as
much time as another pair."""


def encode(rows: Sequence[Row], encoder: Encoder) -> tuple[list[Mapping[str, list[int]]], Dropped]:
    """Features of each row with an answer, of at most ``1 + OTHERS`` windows.

    Rows without one give none: what they tell is when to abstain, which is settled after training.
    """
    found: list[Mapping[str, list[int]]] = []
    dropped: Counter[str] = Counter()
    for row in spans_of(rows):
        if not row.answerable:
            continue
        placed = [(passage, place(row.spans, passage)) for passage in row.passages]
        held = [(passage, span) for passage, span in placed if span is not None]
        if not held:
            dropped["no passage of the pair holds its answer"] += 1
            continue
        answering = next((one for passage, span in held for one in _answering(row, passage, span, encoder)), None)
        if answering is None:
            dropped["the answer is longer than a window"] += 1
            continue
        window, pieces = answering
        silent = (passage for passage, span in placed if span is None and passage.text.strip())
        others = [next(encoder.windows(row.question, each.text, lead_of(each))) for each in islice(silent, OTHERS)]
        found.append(_features([window, *others], pieces))
    return found, Dropped(reasons=dict(dropped))


def spans_of(rows: Sequence[Row]) -> list[SpanRow]:
    """The rows, which are all such; raises DatasetError for another sort."""
    found: list[SpanRow] = []
    for row in rows:
        if not isinstance(row, SpanRow):
            raise DatasetError(f"the reader learns where answers stand, and cannot learn from a {type(row).__name__}.")
        found.append(row)
    return found


def place(spans: Sequence[Span], passage: Passage) -> tuple[int, int] | None:
    """Where the answer stands in the passage: the first of its spans that lies whole within it."""
    for span in spans:
        inside = passage.start <= span.start and span.end <= passage.end
        if span.document == passage.document and span.version == passage.version and inside:
            return span.start - passage.start, span.end - passage.start
    return None


def lead_of(passage: Passage) -> str:
    """Title and headings, as indexes see them: they name the subject where the text says "it"."""
    return " > ".join(dict.fromkeys(part for part in (passage.title, *passage.heading) if part))


def _answering(
    row: SpanRow, passage: Passage, span: tuple[int, int], encoder: Encoder
) -> Iterator[tuple[Window, tuple[int, int]]]:
    """Windows that hold the answer whole, and its first and last piece in them."""
    pieces = encoder.pieces(passage.text).covering(*span)
    for window in encoder.windows(row.question, passage.text, lead_of(passage)):
        if pieces is not None and window.first <= pieces[0] and pieces[1] < window.first + window.count:
            yield window, (window.body + pieces[0] - window.first, window.body + pieces[1] - window.first)


def _features(windows: Sequence[Window], answer: tuple[int, int]) -> Features:
    return {
        "input_ids": [piece for window in windows for piece in window.ids],
        "windows": [len(window.ids) for window in windows],
        "body": [window.body for window in windows],
        "start": [answer[0]],
        "end": [answer[1]],
    }


def collate(rows: Sequence[Mapping[str, list[int]]], *, nothing: int) -> dict[str, torch.Tensor]:
    """Tensors with a line a window, filled up with the mark ``nothing``."""
    import torch

    windows = [window for row in rows for window in _windows(row)]
    width = padded_width(len(ids) for ids, _ in windows)
    return {
        "input_ids": torch.tensor([ids + [nothing] * (width - len(ids)) for ids, _ in windows]),
        "attention_mask": torch.tensor([[1] * len(ids) + [0] * (width - len(ids)) for ids, _ in windows]),
        "passage_mask": torch.tensor([_mask(body, len(ids), width) for ids, body in windows]),
        "windows": torch.tensor([len(row["windows"]) for row in rows]),
        "start_positions": torch.tensor([row["start"][0] for row in rows]),
        "end_positions": torch.tensor([row["end"][0] for row in rows]),
    }


def _windows(row: Mapping[str, list[int]]) -> Iterator[tuple[list[int], int]]:
    begin = 0
    for length, body in zip(row["windows"], row["body"], strict=True):
        yield row["input_ids"][begin : begin + length], body
        begin += length


def _mask(body: int, length: int, width: int) -> list[int]:
    """1 where an answer can begin or end: the first mark, and the passage without the mark behind it."""
    return [1, *[0] * (body - 1), *[1] * (length - 1 - body), *[0] * (width - length + 1)]
