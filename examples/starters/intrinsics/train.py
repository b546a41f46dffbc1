"""Teach a language model on board a job from rows: LoRA, bf16 products with fp32 adapters, trees, one tree a thread.

    python train.py rows.jsonl run/ --tokens 1500000

Stopped at any point, the same command goes on from the last checkpoint. The learning rate falls along a cosine to 0 at
``--tokens``; going on with another number re-plans what is left.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import base
import lora
import torch
import trees
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def planned(rows: list[dict[str, Any]], tokenizer: Any, asked: argparse.Namespace) -> Iterator[trees.Tree]:
    """The rows of phase 1 up to its share of the tokens, then those of phase 2, as trees."""
    dtype = torch.bfloat16 if asked.precision == "bf16" else torch.float32
    for phase, share in ((1, asked.first), (2, 1 - asked.first)):
        left = share * asked.tokens
        for row in rows:
            if (
                row["phase"] == phase
                and left > 0
                and (tree := trees.grow(row, tokenizer, dtype, asked.longest, base.BASES[asked.base].greeting))
            ):
                left -= tree.size
                yield tree


def steps(plan: Iterator[trees.Tree], tokens: int) -> Iterator[list[trees.Tree]]:
    step: list[trees.Tree] = []
    for tree in plan:
        step.append(tree)
        if sum(one.size for one in step) >= tokens:
            yield step
            step = []
    if step:
        yield step


def logits_of(model: Any, tree: trees.Tree | trees.Forest) -> torch.Tensor:
    """What the model expects where a token of a reply is predicted."""
    hidden = model.model(
        input_ids=tree.tokens[None],
        position_ids=tree.positions[None],
        attention_mask=torch.zeros(1, 1, 1, 1, device=tree.tokens.device),
        use_cache=False,
        spans=tree.spans,
    ).last_hidden_state[0, tree.predicting]
    return functional.linear(hidden, model.lm_head.weight).float()


def weighed(logits: torch.Tensor, tree: trees.Tree | trees.Forest) -> torch.Tensor:
    return (functional.cross_entropy(logits, tree.targets, reduction="none") * tree.weights).sum()


def loss_of(model: Any, tree: trees.Tree | trees.Forest) -> torch.Tensor:
    """The weighted sum of the token losses of a tree's replies."""
    return weighed(logits_of(model, tree), tree)


def gradients(
    model: Any, batch: Sequence[trees.Tree], weights: list[torch.nn.Parameter], pool: ThreadPoolExecutor
) -> tuple[float, list[torch.Tensor]]:
    """The mean loss of a step and its gradients: a tree a thread, the long ones first, summed in that order.

    On an accelerator the trees are read at once.
    """
    whole = sum(tree.weight for tree in batch)
    if (device := weights[0].device).type != "cpu":
        loss = loss_of(model, trees.planted(batch, str(device))) / whole
        return loss.item(), list(torch.autograd.grad(loss, weights))

    def one(tree: trees.Tree) -> tuple[float, Sequence[torch.Tensor]]:
        loss = loss_of(model, tree) / whole
        return loss.item(), torch.autograd.grad(loss, weights)

    total, sums = 0.0, [torch.zeros_like(weight) for weight in weights]
    for loss, grads in pool.map(one, sorted(batch, key=lambda tree: -tree.size)):
        total += loss
        torch._foreach_add_(sums, list(grads))
    return total, sums


def rate(done: float, warm: float) -> float:
    """The share of the full learning rate after ``done`` (0 to 1) of the run."""
    return min(1.0, done / warm) * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


def train(asked: argparse.Namespace) -> None:
    torch.set_num_threads(1)
    model, tokenizer = base.load(base.BASES[asked.base], asked.precision)
    trees.register()
    model.set_attn_implementation("tree")
    named = lora.steep(model, asked.rank, 2.0 * asked.rank, asked.seed)
    model.to(asked.device)
    weights = learned(named, asked.above)
    optimizer = torch.optim.AdamW(weights, lr=asked.lr, betas=(0.9, 0.98), weight_decay=0.0)
    state = {"steps": 0, "trees": [0, 0], "tokens": 0}
    kept = asked.run / "checkpoint.pt"
    if asked.start and not kept.exists():
        lora.begin(named, asked.start, asked.rank, 2.0 * asked.rank)
    if kept.exists():
        loaded = torch.load(kept, weights_only=True, map_location=asked.device)
        state = loaded["state"]
        optimizer.load_state_dict(loaded["optimizer"])
        with torch.no_grad():
            for weight, value in zip(named.values(), loaded["weights"], strict=True):
                weight.copy_(value)
    look = Look(model, list(whole(asked.dev, tokenizer, asked)) if asked.dev else [])
    run(model, planned(read(asked.rows), tokenizer, asked), named, optimizer, state, asked, look)


def learned(named: dict[str, torch.nn.Parameter], above: int) -> list[torch.nn.Parameter]:
    """The weights of the layers from ``above`` on; those below stay as they began, and nothing is led back to them."""
    for name, weight in named.items():
        weight.requires_grad_(int(name.split(".layers.")[1].split(".")[0]) >= above)
    return [weight for weight in named.values() if weight.requires_grad]


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def whole(path: Path, tokenizer: Any, asked: argparse.Namespace) -> Iterator[trees.Tree]:
    dtype = torch.bfloat16 if asked.precision == "bf16" else torch.float32
    for row in read(path):
        if tree := trees.grow(row, tokenizer, dtype, asked.longest, base.BASES[asked.base].greeting):
            yield tree


class Look:
    """What the training sees of held-out rows on its way: their mean loss, and how often the first token is right."""

    def __init__(self, model: Any, held_out: list[trees.Tree]) -> None:
        self._model, self._trees = model, held_out

    @torch.no_grad()
    def __call__(self, pool: ThreadPoolExecutor) -> dict[str, float]:
        if not self._trees:
            return {}
        losses, right = zip(*pool.map(self._seen, self._trees), strict=True)
        firsts = torch.cat(right)
        loss = sum(losses) / sum(tree.weight for tree in self._trees)
        return {"dev_loss": round(loss, 4), "dev_first": round(firsts.float().mean().item(), 4)}

    def _seen(self, tree: trees.Tree) -> tuple[float, torch.Tensor]:
        device = self._model.device
        shown = tree if device.type == "cpu" else trees.planted([tree], str(device))
        logits = logits_of(self._model, shown)
        loss, told = weighed(logits, shown).item(), logits.argmax(-1).cpu()
        first = torch.cat((tree.predicting.new_zeros(1), tree.predicting[:-1])) + 1 != tree.predicting
        return loss, (told == tree.targets)[first]


def run(
    model: Any,
    plan: Iterator[trees.Tree],
    named: dict[str, torch.nn.Parameter],
    optimizer: torch.optim.Optimizer,
    state: dict[str, Any],
    asked: argparse.Namespace,
    look: Look,
) -> None:
    weights, saved = [weight for weight in named.values() if weight.requires_grad], time.monotonic()
    with ThreadPoolExecutor(asked.threads) as pool, (asked.run / "log.jsonl").open("a") as log:
        for number, batch in enumerate(steps(plan, asked.step)):
            if number < state["steps"]:
                continue
            began = time.monotonic()
            loss, grads = gradients(model, batch, weights, pool)
            if not math.isfinite(loss):
                raise SystemExit(f"step {number}: the loss is {loss}; lower --lr")
            for weight, grad in zip(weights, grads, strict=True):
                weight.grad = grad
            norm = float(torch.nn.utils.clip_grad_norm_(weights, 1.0))
            size = sum(tree.size for tree in batch)
            lr = asked.lr * rate((state["tokens"] + size / 2) / asked.tokens, 0.03)
            for group in optimizer.param_groups:
                group["lr"] = lr
            optimizer.step()
            state["steps"], state["tokens"] = number + 1, state["tokens"] + size
            line = {"step": number, "loss": round(loss, 4), "norm": round(norm, 3), "lr": lr, "tokens": state["tokens"]}
            line |= {"a_second": round(size / (time.monotonic() - began), 1), "at": time.strftime("%H:%M:%S")}
            print(json.dumps(line), file=log, flush=True)
            if time.monotonic() - saved > asked.every:
                checkpoint(named, optimizer, state, asked)
                print(json.dumps({"step": number, **look(pool)}), file=log, flush=True)
                saved = time.monotonic()
        print(json.dumps({"step": state["steps"] - 1, **look(pool)}), file=log, flush=True)
    checkpoint(named, optimizer, state, asked)


def checkpoint(
    named: dict[str, torch.nn.Parameter], optimizer: Any, state: dict[str, Any], asked: argparse.Namespace
) -> None:
    """What a killed run goes on from, and the adapter as it is; each written beside and renamed."""
    weights = [weight.detach() for weight in named.values()]
    beside = asked.run / "checkpoint.part"
    torch.save({"state": state, "optimizer": optimizer.state_dict(), "weights": weights}, beside)
    beside.rename(asked.run / "checkpoint.pt")
    folder = asked.run / f"adapter-{state['steps']:05d}"
    lora.save(folder, dict(named), asked.rank, 2.0 * asked.rank, base.BASES[asked.base])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--base", choices=tuple(base.BASES), default="smollm2")
    parser.add_argument("--dev", type=Path, help="rows that are looked at, not learned")
    parser.add_argument("--start", type=Path, help="an adapter to begin from; one of a higher rank is cut")
    parser.add_argument("--tokens", type=int, default=330_000, help="tokens of the whole run")
    parser.add_argument("--first", type=float, default=0.55, help="share of phase 1")
    parser.add_argument("--step", type=int, default=1500, help="tokens a step, at least")
    parser.add_argument("--longest", type=int, default=1500, help="tokens of a tree, at most")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--above", type=int, default=0, help="layers below this one keep what they began with")
    parser.add_argument("--lr", type=float, default=6e-4)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--every", type=float, default=240, help="seconds between checkpoints")
    parser.add_argument("--device", default="cpu", help="cpu, or cuda")
    parser.add_argument("--precision", choices=("bf16", "fp32"), default="bf16")
    asked = parser.parse_args()
    asked.run.mkdir(parents=True, exist_ok=True)
    train(asked)


if __name__ == "__main__":
    main()
