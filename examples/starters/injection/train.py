"""Teach MiniLM which sentences give a model orders: LoRA on its upper layers, and a head with a row for each stage.

    python train.py ../../../../shared/data run/

Each unit of a text (a sentence, or a line) has a binary loss of its own, told by the mean of its states while the units
around it are read along. Of attacks in several units it is only known that one of them is an order, so the likeliest is
taught. The layers below the adapter never change: what they make of the texts is computed once. Seeded; killed at any
point, the same command goes on.
"""

from __future__ import annotations

import math
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

sys.path.append(str(Path(__file__).resolve().parents[1]))  # keeping.py stands beside the recipes
from command_line import training
from drawing import Own, Text, draw
from keeping import TARGETS, Run, say
from peft import LoraConfig, inject_adapter_in_model
from sources import sources
from torch.nn import functional

from steep.engine.device import mixed_precision
from steep_plugins.encoders import MINILM, verified
from steep_plugins.guardrails.folding import fold
from steep_plugins.guardrails.order_network import Batch, Reading, Teller

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence


_HEAD, _EVERY = 5.0, 20.0  # the head's rate in the adapter's; seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The windows of a step as a batch, and what the lower layers make of it.

    Of each part: its window, whether it is an order, and whether of the orders there it is only known that one is.
    """

    batch: Batch
    below: torch.Tensor
    window: torch.Tensor
    order: torch.Tensor
    any: torch.Tensor


def prepared(model: Teller, reading: Reading, texts: Sequence[Text], asked: argparse.Namespace) -> Iterator[Step]:
    """The windows of the texts, in batches of similar length."""
    made = [(text, window) for text in texts for window in reading.windows([fold(unit) for unit in text.units])]
    made.sort(key=lambda each: len(each[1].ids))
    for start in range(0, len(made), asked.batch):
        shown = made[start : start + asked.batch]
        windows, stages = [window for _, window in shown], [text.stage for text, _ in shown]
        batch = Batch.of(windows, stages, model.encoder.config.pad_token_id).to(asked.device)
        with torch.no_grad(), mixed_precision(torch.device(asked.device).type):
            states = model.encoder.embeddings(input_ids=batch.ids)
            below = _through(model.encoder.encoder.layer[: -asked.layers], states, batch)
        orders = [bool(text.orders[part.unit]) for text, window in shown for part in window.parts]
        yield Step(
            batch=batch,
            below=below.to(torch.bfloat16),
            window=batch.places[:, 0],
            order=torch.tensor(orders, device=below.device),
            any=torch.tensor([text.any for text, window in shown for _ in window.parts], device=below.device),
        )


def _through(layers: Any, states: torch.Tensor, batch: Batch) -> torch.Tensor:
    seen = batch.mask.bool()[:, None, None, :]
    for layer in layers:
        states = layer(states, seen)
    return states


def loss_of(model: Teller, step: Step, asked: argparse.Namespace) -> torch.Tensor:
    with mixed_precision(torch.device(asked.device).type):
        states = _through(model.encoder.encoder.layer[-asked.layers :], step.below.float(), step.batch)
    odds = model.told(states, step.batch)
    wanted = ~(step.order & step.any)
    for window in step.window[~wanted].unique():
        some = ~wanted & (step.window == window)
        wanted = wanted | (some & (odds == odds[some].max()))
    each = functional.binary_cross_entropy_with_logits(odds, step.order.float(), reduction="none")
    return each[wanted].mean()


def network(asked: argparse.Namespace) -> tuple[Teller, Reading]:
    """The encoder with a fresh adapter, and a head that knows nothing."""
    from transformers import AutoModel

    base = verified(MINILM)
    torch.manual_seed(asked.seed)
    dropout = {"hidden_dropout_prob": asked.dropout, "attention_probs_dropout_prob": asked.dropout}
    encoder = AutoModel.from_pretrained(base.folder, add_pooling_layer=False, **dropout)
    for weight in encoder.parameters():
        weight.requires_grad_(False)
    config = LoraConfig(
        r=asked.rank,
        lora_alpha=asked.rank,
        lora_dropout=0.0,
        target_modules=list(TARGETS["minilm"]),
        layers_to_transform=list(range(len(encoder.encoder.layer)))[-asked.layers :],
        layers_pattern="layer",
    )
    model = Teller(inject_adapter_in_model(config, encoder)).to(asked.device).eval()
    model.encoder.encoder.layer[-asked.layers :].train()  # dropout, but not below: that is computed once
    return model, Reading(base.tokenizer)


def train(asked: argparse.Namespace) -> None:
    torch.set_num_threads(asked.threads)
    model, reading = network(asked)
    own, drawn = Own(), sources(asked.data)
    weights = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    run = Run(asked.run, weights, asked.lr, _HEAD)
    texts = [text for number in range(asked.draws) for text in draw(own, drawn, f"{asked.seed} {number}", asked.share)]
    say({"texts": len(texts), "from": run.done})
    steps = list(prepared(model, reading, texts, asked))
    whole, losses = asked.epochs * len(steps), list[float]()
    say({"steps": whole, "tokens": sum(step.batch.ids.numel() for step in steps)})
    for number in range(run.done, whole):
        turn, at = divmod(number, len(steps))
        chosen = random.Random(f"{asked.seed} {turn}").sample(steps, len(steps))[at]
        torch.manual_seed(asked.seed * 1_000_003 + number)  # of dropout: one that was stopped goes on as it would have
        loss = loss_of(model, chosen, asked)
        run.learn(loss, number, whole)
        losses.append(loss.item())
        last = number == whole - 1
        if number % asked.tell == 0 or last:
            say({"step": number, "of": whole, "loss": round(math.fsum(losses) / len(losses), 4)})
            losses = []
        if run.is_due(_EVERY, last=last):
            run.keep(number + 1)


def main() -> None:
    parser = training(__doc__, threads=1, tell=10)
    parser.add_argument("data", type=Path, help="the folder of the public data")
    parser.add_argument("run", type=Path)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--draws", type=int, default=1, help="how often the texts are drawn")
    parser.add_argument("--share", type=float, default=0.5, help="of the texts of a draw")
    parser.add_argument("--batch", type=int, default=32, help="windows a step")
    parser.add_argument("--layers", type=int, default=2, help="how many of the upper layers it changes")
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--dropout", type=float, default=0.1)
    asked = parser.parse_args()
    asked.run.mkdir(parents=True, exist_ok=True)
    train(asked)


if __name__ == "__main__":
    main()
