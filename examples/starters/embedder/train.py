"""Teach an embedder to find the passage that a question was asked of: LoRA, other questions' passages as negatives.

    python ../statements/rows.py ../../../../shared/data rows.jsonl --manuals manual_rows.jsonl
    python train.py rows.jsonl run/ --encoder minilm

The loss is that of Henderson et al. (arXiv 1705.00652): each question chooses its own passage among those of the whole
batch and the hard ones beside it. So that what the model knew is kept, embeddings of passages are held near the old
ones. Seeded; killed at any point, the same command goes on.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

sys.path.append(str(Path(__file__).resolve().parents[1]))  # keeping.py stands beside the recipes
from command_line import training
from keeping import TARGETS, Run, say
from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.tuners_utils import BaseTunerLayer
from tokenizers import Tokenizer
from torch.nn import functional

from steep.engine.device import mixed_precision
from steep_plugins.encoders import MINILM, MPNET, verified

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

ENCODERS = {"minilm": MINILM, "mpnet": MPNET}
_EVERY = 60.0


class Reading:
    """The encoder as its authors use it: the mean of the last layer, of length one."""

    def __init__(self, kind: str, device: str, rank: int, seed: int, longest: int = 256) -> None:
        from transformers import AutoModel

        found = verified(ENCODERS[kind])
        torch.manual_seed(seed)
        model = AutoModel.from_pretrained(found.folder, add_pooling_layer=False)
        for weight in model.parameters():
            weight.requires_grad_(False)
        config = LoraConfig(r=rank, lora_alpha=rank, lora_dropout=0.0, target_modules=list(TARGETS[kind]))
        self.model = inject_adapter_in_model(config, model).to(device).eval()
        self.tokenizer = Tokenizer.from_file(str(found.tokenizer))
        self.tokenizer.enable_truncation(longest)
        self.tokenizer.no_padding()
        self._device, self._pad = device, model.config.pad_token_id

    @property
    def weights(self) -> dict[str, torch.nn.Parameter]:
        return {name: weight for name, weight in self.model.named_parameters() if weight.requires_grad}

    def embed(self, texts: Sequence[str]) -> torch.Tensor:
        """(texts, width)."""
        rows = [encoded.ids for encoded in self.tokenizer.encode_batch_fast(list(texts))]
        width = -(-max(map(len, rows)) // 16) * 16
        ids = torch.tensor([[*row, *[self._pad] * (width - len(row))] for row in rows], device=self._device)
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=self._device)
        with mixed_precision(torch.device(self._device).type):
            hidden = self.model(ids, attention_mask=mask).last_hidden_state
        shown = mask.unsqueeze(-1).float()
        return functional.normalize((hidden.float() * shown).sum(1) / shown.sum(1), dim=1)

    def adapted(self, on: bool) -> None:
        for module in self.model.modules():
            if isinstance(module, BaseTunerLayer):
                module.enable_adapters(on)


def pairs(file: Path) -> list[dict[str, Any]]:
    """Questions with the passage that answers and those that sound alike, all as an index sees them."""
    made = []
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        right = [indexed(w) for w in row["windows"] if w["answers"]]
        wrong = [indexed(w) for w in row["windows"] if not w["answers"]]
        if right and not row["held_out"] and row["source"] != "polar":
            made.append({"question": row["question"], "right": right[0], "wrong": wrong})
    return made


def indexed(window: dict[str, Any]) -> str:
    return f"{window['lead']}\n{window['text']}".strip()


def steps(rows: Sequence[dict[str, Any]], epochs: int, batch: int, seed: int) -> Iterator[list[dict[str, Any]]]:
    for epoch in range(epochs):
        order = random.Random(f"{seed} {epoch}").sample(range(len(rows)), len(rows))
        for at in range(0, len(order) - batch + 1, batch):
            yield [rows[n] for n in order[at : at + batch]]


def loss_of(
    reading: Reading, chosen: Sequence[dict[str, Any]], asked: argparse.Namespace, dice: random.Random
) -> tuple[torch.Tensor, torch.Tensor]:
    """The loss of choosing, and how far passages and questions moved from where they were."""
    questions = [row["question"] for row in chosen]
    rights = [row["right"] for row in chosen]
    wrongs = [text for row in chosen for text in dice.sample(row["wrong"], min(len(row["wrong"]), asked.hard))]
    passages = [*rights, *wrongs]
    with torch.no_grad():
        reading.adapted(False)
        before = torch.cat((reading.embed(questions), reading.embed(passages)))
        reading.adapted(True)
    told, shown = reading.embed(questions), reading.embed(passages)
    scores = told @ shown.T / asked.temperature
    same = torch.tensor(
        [[other == right and n != at for n, other in enumerate(passages)] for at, right in enumerate(rights)]
    )
    scores = scores.masked_fill(same.to(scores.device), -1e4)
    choice = functional.cross_entropy(scores, torch.arange(len(questions), device=scores.device))
    moved = (1 - (torch.cat((told, shown)) * before).sum(1)).mean()
    return choice, moved


def train(asked: argparse.Namespace) -> None:
    torch.set_num_threads(asked.threads)
    reading = Reading(asked.encoder, asked.device, asked.rank, asked.seed)
    run, rows = Run(asked.run, reading.weights, asked.lr), pairs(asked.rows)
    whole = len(rows) // asked.batch * asked.epochs
    for step, chosen in enumerate(steps(rows, asked.epochs, asked.batch, asked.seed)):
        if step < run.done:
            continue
        choice, moved = loss_of(reading, chosen, asked, random.Random(f"{asked.seed} {step}"))
        run.learn(choice + asked.hold * moved, step, whole)
        if step % asked.tell == 0:
            told = {"step": step, "of": whole, "choice": round(choice.item(), 4), "moved": round(moved.item(), 4)}
            say(told)
        if run.is_due(_EVERY, last=step == whole - 1):
            run.keep(step + 1)


def main() -> None:
    parser = training(__doc__, tell=10)
    parser.add_argument("rows", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--encoder", choices=tuple(ENCODERS), default="minilm")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--hard", type=int, default=2, help="passages that sound alike, beside each right one")
    parser.add_argument("--hold", type=float, default=0.5, help="what it costs to move an embedding")
    parser.add_argument("--temperature", type=float, default=0.05)
    parser.add_argument("--lr", type=float, default=5e-4)
    asked = parser.parse_args()
    asked.run.mkdir(parents=True, exist_ok=True)
    train(asked)


if __name__ == "__main__":
    main()
