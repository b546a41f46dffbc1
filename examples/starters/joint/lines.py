"""From rows to what a network reads: windows with the sentences in them, which are right, and where the words stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from steep.language import sentence_spans
from steep_plugins.generators.reader.statement_network import Part, parts_of

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from steep_plugins.generators.reader.windows import Encoder, Window

    Row = dict[str, Any]

MOST = 4  # windows beside the right one
ALONE = 0.1  # the share of rows whose own window is left out, so that there is no answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A window of a row: the parts that are sentences, which of them are right, and the pieces that answer.

    ``span`` is (0, 0) where none does, and None where that is not known; the question was asked of its ``own`` one.
    """

    window: Window
    parts: list[Part]
    right: list[bool]
    span: tuple[int, int] | None
    own: bool = False


def lines_of(row: Row, encoder: Encoder) -> list[Line]:
    """The first windows of a row's texts; a right one that begins later is moved to, so that its answer is in it."""
    made = []
    for shown in row["windows"]:
        sentences, answers = sentence_spans(shown["text"]), shown["answers"]
        pieces = encoder.pieces(shown["text"])
        for window in encoder.windows(row["question"], shown["text"], shown["lead"]):
            own = parts_of(window, pieces.spans, sentences)
            right = {n: any(a < sentences[n][1] and b > sentences[n][0] for a, b in answers) for n in own}
            if not answers or any(right.values()):
                span = _span(shown, window, encoder)
                made.append(
                    Line(
                        window=window,
                        parts=list(own.values()),
                        right=list(right.values()),
                        span=span,
                        own=shown["own"],
                    )
                )
                break
    return made


def _span(shown: dict[str, Any], window: Window, encoder: Encoder) -> tuple[int, int] | None:
    if not shown["answers"]:
        return 0, 0
    if shown.get("span") is None:
        return None
    pieces = encoder.pieces(shown["text"]).covering(*shown["span"])
    if pieces is None or pieces[0] < window.first or pieces[1] >= window.first + window.count:
        return None
    return window.body + pieces[0] - window.first, window.body + pieces[1] - window.first


def drawn(lines: Sequence[Line], dice: random.Random) -> list[Line]:
    """What is shown of a row this time: most times the window that was asked about, and some of the others."""
    own = [line for line in lines if line.own or any(line.right)]
    others = [line for line in lines if not (line.own or any(line.right))]
    if own and others and dice.random() < ALONE:
        own = []
    return own + dice.sample(others, min(len(others), dice.randint(0 if own else 1, MOST)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows of a step as tensors. ``parts`` are (line, first piece, last piece); ``row`` is whose they are."""

    ids: torch.Tensor
    mask: torch.Tensor
    able: torch.Tensor  # (lines, pieces): where a span may stand; the first mark means that there is none
    spans: torch.Tensor  # (lines, 2); -100 where it is not known
    parts: torch.Tensor
    row: torch.Tensor
    right: torch.Tensor
    rows: int

    def to(self, device: str) -> Batch:
        moved = {name: getattr(self, name).to(device) for name in self.__slots__ if name != "rows"}
        return Batch(**moved, rows=self.rows)


def batched(rows: Sequence[Sequence[Line]], nothing: int) -> Batch:
    lines = [(line, number) for number, own in enumerate(rows) for line in own]
    width = -(-max(len(line.window.ids) for line, _ in lines) // 32) * 32
    ids = torch.full((len(lines), width), nothing)
    mask, able = torch.zeros(len(lines), width, dtype=torch.long), torch.zeros(len(lines), width, dtype=torch.bool)
    spans, parts, row, right = torch.full((len(lines), 2), -100), [], [], []
    for at, (line, number) in enumerate(lines):
        window = line.window
        ids[at, : len(window.ids)] = torch.tensor(window.ids)
        mask[at, : len(window.ids)] = 1
        able[at, 0] = able[at, window.body : window.body + window.count] = True
        if line.span is not None:
            spans[at] = torch.tensor(line.span)
        parts += [(at, part.first, part.last) for part in line.parts]
        row += [number] * len(line.parts)
        right += line.right
    return Batch(
        ids=ids,
        mask=mask,
        able=able,
        spans=spans,
        parts=torch.tensor(parts).view(-1, 3),
        row=torch.tensor(row, dtype=torch.long),
        right=torch.tensor(right, dtype=torch.bool),
        rows=len(rows),
    )
