"""Teach MiniLM which sentences answer a question: LoRA on the reader's network, all sentences of a row in one softmax.

    python train.py rows.jsonl run/

Killed at any point, the same command goes on from the last checkpoint. Seeded.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

sys.path.append(str(Path(__file__).resolve().parents[1]))  # keeping.py stands beside the recipes
from keeping import TARGETS, Run

from steep.language import sentence_spans
from steep_plugins.generators.reader.statement_network import Part, StatementNetwork, parts_of
from steep_plugins.generators.reader.windows import Encoder

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOGETHER = 12  # windows in a batch
_HEAD, _EVERY = 3.0, 120.0  # the head's rate in the adapter's; seconds
_ALONE = 0.1  # the share of rows whose own window is left out
TAUGHT = (2, 3, 4, 5)
"""Blocks with an adapter: the first two know words, which every question needs alike, and cost no gradient so."""


class Line:
    """A window of a row: its pieces, the parts that are sentences, and which of them are right."""

    def __init__(self, ids: tuple[int, ...], parts: list[Part], right: list[bool]) -> None:
        self.ids, self.parts, self.right = ids, parts, right


def shown_of(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The window that was asked about and one or two others; in a few rows the others alone, so that none answers."""
    dice = random.Random(row["question"])
    own = [each for each in row["windows"] if each["own"] or each["answers"]]
    others = [each for each in row["windows"] if not (each["own"] or each["answers"])]
    alone = dice.random() < _ALONE and len(others) > 1
    return [*(() if alone else own), *dice.sample(others, min(len(others), dice.choice((1, 1, 2))))]


def lines_of(row: dict[str, Any], encoder: Encoder) -> list[Line]:
    """The first windows of a row's texts; a right one that begins later is moved to, so that its answer is in it."""
    made = []
    for shown in shown_of(row):
        sentences = sentence_spans(shown["text"])
        answers = shown["answers"]
        pieces = encoder.pieces(shown["text"]).spans
        for window in encoder.windows(row["question"], shown["text"], shown["lead"]):
            own = parts_of(window, pieces, sentences)
            right = {n: any(a < sentences[n][1] and b > sentences[n][0] for a, b in answers) for n in own}
            if not answers or any(right.values()):
                made.append(Line(window.ids, list(own.values()), list(right.values())))
                break
    return made


def batched(lines: Sequence[Line]) -> tuple[torch.Tensor, torch.Tensor, list[list[Part]]]:
    width = max(len(line.ids) for line in lines)
    ids = torch.tensor([[*line.ids, *[0] * (width - len(line.ids))] for line in lines])
    mask = torch.tensor([[1] * len(line.ids) + [0] * (width - len(line.ids)) for line in lines])
    return ids, mask, [line.parts for line in lines]


def row_loss(scores: list[torch.Tensor], lines: Sequence[Line]) -> torch.Tensor:
    """Minus the log probability of all that is right, or of "no answer" (a score of 0) where nothing is."""
    flat = torch.cat([*scores, torch.zeros(1)])
    right = torch.tensor([each for line in lines for each in line.right] + [False])
    if not right.any():
        right[-1] = True
    return torch.logsumexp(flat, 0) - torch.logsumexp(flat[right], 0)


def lora(rank: int) -> Any:
    from peft import LoraConfig

    return LoraConfig(
        r=rank,
        lora_alpha=rank,
        lora_dropout=0.0,
        target_modules=list(TARGETS["minilm"]),
        layers_to_transform=list(TAUGHT),
        layers_pattern="layer",
    )


def network(rank: int, seed: int) -> tuple[StatementNetwork, Encoder]:
    """The reader's network with a fresh adapter and a head that says "no answer" to all."""
    from peft import inject_adapter_in_model

    from steep_plugins.encoders import verified
    from steep_plugins.generators.reader.starter import STARTERS

    starter = STARTERS["minilm"]
    torch.manual_seed(seed)
    bert = starter.base().bert
    for weight in bert.parameters():
        weight.requires_grad_(False)
    return StatementNetwork(inject_adapter_in_model(lora(rank), bert)), Encoder(verified(starter.encoder).tokenizer)


def trainable(model: StatementNetwork) -> dict[str, torch.nn.Parameter]:
    return {name: weight for name, weight in model.named_parameters() if weight.requires_grad}


def order(rows: int, epochs: int, seed: int) -> list[int]:
    """The numbers of the rows, each epoch's in an order of its own."""
    return [n for epoch in range(epochs) for n in random.Random(seed + epoch).sample(range(rows), rows)]


def loss_of(model: StatementNetwork, chosen: Sequence[Sequence[Line]]) -> torch.Tensor:
    """The mean loss of rows; their windows are batched together by length."""
    flat = [(line, row, place) for row, lines in enumerate(chosen) for place, line in enumerate(lines)]
    flat.sort(key=lambda one: len(one[0].ids))
    scores: dict[tuple[int, int], torch.Tensor] = {}
    for at in range(0, len(flat), _TOGETHER):
        part = flat[at : at + _TOGETHER]
        for (_, row, place), each in zip(part, model(*batched([line for line, _, _ in part])), strict=True):
            scores[row, place] = each
    losses = [row_loss([scores[row, at] for at in range(len(ls))], ls) for row, ls in enumerate(chosen) if ls]
    return torch.stack(losses).mean()


def train(asked: argparse.Namespace) -> None:
    torch.set_num_threads(asked.threads)
    model, encoder = network(asked.rank, asked.seed)
    run = Run(asked.run, trainable(model), asked.lr, _HEAD)
    rows = [json.loads(line) for line in asked.rows.read_text("utf-8").splitlines()]
    rows = [row for row in rows if not row["held_out"]]
    planned = order(len(rows), asked.epochs, asked.seed)
    steps, saved = len(planned) // asked.batch, time.monotonic()
    for step in range(run.done, steps):
        chosen = [lines_of(rows[n], encoder) for n in planned[step * asked.batch : (step + 1) * asked.batch]]
        loss = loss_of(model, chosen)
        run.learn(loss, step, steps)
        print(json.dumps({"step": step, "of": steps, "loss": round(loss.item(), 4)}), flush=True)
        if time.monotonic() - saved > _EVERY or step == steps - 1:
            run.keep(step + 1)
            saved = time.monotonic()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--batch", type=int, default=12, help="rows a step")
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    asked.run.mkdir(parents=True, exist_ok=True)
    train(asked)


if __name__ == "__main__":
    main()
