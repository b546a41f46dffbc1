"""Teach an encoder to answer: which words of a passage answer a question, and which sentence. One adapter, two heads.

    python ../statements/rows.py ../../../../shared/data rows.jsonl
    python train.py rows.jsonl run/ --encoder minilm

Killed at any point, the same command goes on from the last checkpoint. Seeded. All windows of a row share one softmax
over their sentences and "no answer" (a score of 0); a span is a choice among a window's pieces and its first mark.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

sys.path.append(str(Path(__file__).resolve().parents[1]))  # keeping.py stands beside the recipes
from command_line import training
from keeping import TARGETS, Run, say
from lines import batched, drawn, lines_of
from torch import nn
from torch.nn import functional

from steep.engine.device import mixed_precision
from steep_plugins.encoders import MINILM, MPNET, verified
from steep_plugins.generators.reader.network import fused
from steep_plugins.generators.reader.statement_network import head
from steep_plugins.generators.reader.windows import Encoder

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from lines import Batch, Line

    from steep_plugins.encoders import EncoderModel

ENCODERS = {"minilm": MINILM, "mpnet": MPNET}
HELD_BACK = frozenset({"Plymouth", "Arnold Schwarzenegger", "Antibiotics", "Montana"})
"""Articles that are never trained on: the confidence of spans is fitted to their questions."""

_HEAD, _EVERY = 2.0, 120.0  # the heads' rate in the adapter's; seconds


class AnswerNetwork(nn.Module):
    """The encoder, a head for where an answer begins and ends, and one for sentences."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        self.span = nn.Linear(encoder.config.hidden_size, 2)
        self.statement = head(encoder.config.hidden_size)
        nn.init.normal_(self.span.weight, std=0.02)
        nn.init.zeros_(self.span.bias)

    def forward(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """The logits of the pieces (lines, pieces, 2), and the scores of the parts, as `scored` in the product."""
        with mixed_precision(batch.ids.device.type):
            hidden = self.encoder(batch.ids, attention_mask=batch.mask).last_hidden_state
        hidden = hidden.float()
        sums = functional.pad(hidden.cumsum(1), (0, 0, 1, 0))
        line, first, last = batch.parts.unbind(1)
        mean = (sums[line, last + 1] - sums[line, first]) / (last + 1 - first)[:, None]
        told = torch.cat((mean, hidden[line, first], hidden[line, 0]), 1)
        logits = self.span(hidden).masked_fill(~batch.able[..., None], -1e4)
        return logits, self.statement(told)[:, 0]


def said_losses(scores: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Of each row minus the log probability of all sentences that are right, or of "no answer" where none is."""
    device, nothing = scores.device, torch.arange(batch.rows, device=scores.device)
    scores, row = torch.cat((scores, scores.new_zeros(batch.rows))), torch.cat((batch.row, nothing))
    answered = torch.zeros(batch.rows, dtype=torch.bool, device=device).index_fill(0, batch.row[batch.right], True)
    right = torch.cat((batch.right, ~answered))
    return _summed(scores, row, batch.rows) - _summed(scores[right], row[right], batch.rows)


def _summed(scores: torch.Tensor, row: torch.Tensor, rows: int) -> torch.Tensor:
    """Of each row the log of the sum of the exponentials of its scores."""
    highest = scores.new_full((rows,), -math.inf).scatter_reduce(0, row, scores.detach(), "amax")
    return scores.new_zeros(rows).index_add(0, row, (scores - highest[row]).exp()).log() + highest


def losses(model: AnswerNetwork, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """The mean losses of sentences and of spans."""
    logits, scores = model(batch)
    spans = batch.spans[:, 0] != -100
    span = functional.cross_entropy(logits[spans], batch.spans[spans]) if spans.any() else logits.sum() * 0
    return said_losses(scores, batch).mean(), span


def network(
    kind: str, rank: int, *, dropout: float = 0.0, seed: int = 0, base: EncoderModel | None = None
) -> tuple[AnswerNetwork, Encoder]:
    """The encoder with a fresh adapter, and heads that know nothing."""
    from peft import inject_adapter_in_model
    from transformers import AutoModel

    found = verified(base or ENCODERS[kind])
    torch.manual_seed(seed)
    encoder = AutoModel.from_pretrained(
        found.folder, add_pooling_layer=False, hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout
    )
    for weight in encoder.parameters():
        weight.requires_grad_(False)
    return AnswerNetwork(inject_adapter_in_model(lora(kind, rank), encoder)), Encoder(found.tokenizer)


def lora(kind: str, rank: int) -> Any:
    from peft import LoraConfig, TaskType

    return LoraConfig(
        task_type=TaskType.QUESTION_ANS, r=rank, lora_alpha=rank, lora_dropout=0.0, target_modules=list(TARGETS[kind])
    )


def trainable(model: AnswerNetwork) -> dict[str, torch.nn.Parameter]:
    return {name: weight for name, weight in model.named_parameters() if weight.requires_grad}


def taught(file: Path) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [row for row in rows if not row["held_out"] and not _held_back(row)]


def _held_back(row: dict[str, Any]) -> bool:
    return row["source"] in ("squad", "polar") and any(each["lead"] in HELD_BACK for each in row["windows"])


def steps(rows: Sequence[Sequence[Line]], epochs: int, batch: int, seed: int) -> Iterator[list[list[Line]]]:
    """Each epoch's rows in an order and with windows of its own."""
    for epoch in range(epochs):
        dice = random.Random(f"{seed} {epoch}")
        order = dice.sample(range(len(rows)), len(rows))
        for at in range(0, len(order) - batch + 1, batch):
            yield [shown for n in order[at : at + batch] if (shown := drawn(rows[n], dice))]


def train(asked: argparse.Namespace) -> None:
    torch.set_num_threads(asked.threads)
    model, encoder = network(asked.encoder, asked.rank, dropout=asked.dropout, seed=asked.seed)
    if asked.device != "cpu":
        fused(model.encoder)  # on a CPU, at these lengths, plain attention trains quicker
    model.to(asked.device).train()
    run = Run(asked.run, trainable(model), asked.lr, _HEAD)
    read = taught(asked.rows)
    print(json.dumps({"rows": len(read), "by source": Counter(row["source"] for row in read)}), flush=True)
    rows = [lines for row in read if (lines := lines_of(row, encoder))]
    whole = len(rows) // asked.batch * asked.epochs
    for step, chosen in enumerate(steps(rows, asked.epochs, asked.batch, asked.seed)):
        if step < run.done:
            continue
        said, span = losses(model, batched(chosen, encoder.marks.nothing).to(asked.device))
        run.learn(said + span, step, whole)
        if step % asked.tell == 0:
            told = {"step": step, "of": whole, "said": round(said.item(), 4), "span": round(span.item(), 4)}
            say(told)
        if run.is_due(_EVERY, last=step == whole - 1):
            run.keep(step + 1)


def main() -> None:
    parser = training(__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--encoder", choices=tuple(ENCODERS), default="minilm")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batch", type=int, default=24, help="rows a step")
    parser.add_argument("--lr", type=float, default=5e-4)
    parser.add_argument("--dropout", type=float, default=0.1)
    asked = parser.parse_args()
    asked.run.mkdir(parents=True, exist_ok=True)
    train(asked)


if __name__ == "__main__":
    main()
