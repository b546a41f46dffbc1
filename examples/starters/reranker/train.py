"""Teach an encoder which passage answers a question: it reads both as one. LoRA on all linear layers, and one head.

    python ../statements/rows.py ../../../../shared/data rows.jsonl --manuals manual_rows.jsonl
    python train.py rows.jsonl run/ --device cuda

The windows of a row share one softmax, which learns their order, and each has a binary loss of its own, so that a score
is a probability; the latter also teaches with rows that nothing answers. Beside the windows that a search had found for
a question stand some of other questions. Seeded; killed at any point, the same command goes on.
"""

from __future__ import annotations

import json
import math
import random
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

sys.path.append(str(Path(__file__).resolve().parents[1]))  # keeping.py stands beside the recipes
from command_line import training
from keeping import TARGETS, Run, say
from peft import LoraConfig, inject_adapter_in_model
from torch.nn import functional

from steep.engine.device import mixed_precision
from steep_plugins.encoders import MINILM, verified
from steep_plugins.encoders.batches import by_length
from steep_plugins.rerankers.reading import Batch, Pairs, Scorer

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence

    from steep_plugins.rerankers.reading import Pair, Pieces

ENCODERS = {"minilm": MINILM}
NEAR = ("manual", "own")
"""Sources of the sort that people ask about; every row of them is shown in every epoch."""
JUDGED = ("manual", "own", "nq")

_HEAD, _EVERY = 3.0, 60.0  # the head's rate in the adapter's; seconds


class Row:
    """A question with the windows that answer it, those that do not, and of which source it is; all as pieces."""

    __slots__ = ("held_out", "question", "right", "source", "wrong")

    def __init__(self, row: dict[str, Any], question: Pieces, windows: Sequence[Pieces]) -> None:
        self.source, self.held_out, self.question = row["source"], row["held_out"], question
        answers = [bool(each["answers"]) for each in row["windows"]]
        self.right = [window for window, each in zip(windows, answers, strict=True) if each]
        self.wrong = [window for window, each in zip(windows, answers, strict=True) if not each]


def read(files: Iterable[Path], pairs: Pairs) -> list[Row]:
    told = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    windows = sorted({indexed(each) for row in told for each in row["windows"]})
    known = dict(zip(windows, pairs.pieces(windows), strict=True))
    questions = pairs.pieces([row["question"] for row in told])
    return [
        Row(row, question, [known[indexed(each)] for each in row["windows"]])
        for row, question in zip(told, questions, strict=True)
    ]


def indexed(window: dict[str, Any]) -> str:
    return f"{window['lead']}\n{window['text']}".strip()


def steps(rows: Sequence[Row], asked: argparse.Namespace) -> Iterator[list[Row]]:
    """In each epoch all rows that are near to what will be asked, and a share of the others."""
    near = [row for row in rows if row.source in NEAR]
    others = [row for row in rows if row.source not in NEAR]
    for epoch in range(asked.epochs):
        dice = random.Random(f"{asked.seed} {epoch}")
        shown = near + dice.sample(others, int(asked.others * len(others)))
        dice.shuffle(shown)
        for at in range(0, len(shown) - asked.batch + 1, asked.batch):
            yield shown[at : at + asked.batch]


def drawn(chosen: Sequence[Row], asked: argparse.Namespace, dice: random.Random) -> list[tuple[int, Pieces, bool]]:
    """The windows that a step shows: whose they are, their pieces, and whether they answer."""
    made = []
    for at, row in enumerate(chosen):
        right = dice.sample(row.right, min(len(row.right), 2))
        wrong = dice.sample(row.wrong, min(len(row.wrong), asked.wrong))
        strangers = [dice.choice(other.right or other.wrong) for other in dice.sample(chosen, asked.strangers)]
        wrong += [each for each in strangers if each not in row.right]
        made += [(at, each, True) for each in right] + [(at, each, False) for each in wrong]
    return made


def scored(model: Scorer, pairs: Sequence[Pair], asked: argparse.Namespace) -> torch.Tensor:
    """A log-odds for each pair; those of similar length are read together."""
    nothing = model.encoder.config.pad_token_id
    order, found = [], []
    for chosen in by_length([len(pair.ids) for pair in pairs], texts=4096, tokens=asked.together):
        batch = Batch.of([pairs[n] for n in chosen], nothing).to(asked.device)
        with mixed_precision(torch.device(asked.device).type):
            states = model.states(batch)
        found.append(model.told(states, batch))
        order += chosen
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(found)[back.to(asked.device)]


def losses(
    model: Scorer, pairs: Pairs, chosen: Sequence[Row], asked: argparse.Namespace, dice: random.Random
) -> tuple[torch.Tensor, torch.Tensor]:
    """Of choosing among a row's windows, and of telling of each whether it answers."""
    shown = drawn(chosen, asked, dice)
    scores = scored(model, [pairs.pair(chosen[at].question, window) for at, window, _ in shown], asked)
    row = torch.tensor([at for at, _, _ in shown], device=scores.device)
    right = torch.tensor([answers for _, _, answers in shown], device=scores.device)
    told = functional.binary_cross_entropy_with_logits(scores, right.float())
    among = scores.new_full((len(chosen), len(shown)), -math.inf)
    among[row, torch.arange(len(shown), device=scores.device)] = scores
    answered = torch.tensor([bool(each.right) for each in chosen], device=scores.device)
    among, best = among[answered], among.masked_fill(~right, -math.inf)[answered]
    choice = (among.logsumexp(1) - best.logsumexp(1)).sum() / max(1, len(best))
    return choice, told


@torch.no_grad()
def judged(model: Scorer, pairs: Pairs, rows: Sequence[Row], asked: argparse.Namespace) -> dict[str, Any]:
    """Of held-out rows, by source: how often the best window answers, the mean reciprocal rank of one that does."""
    model.eval()
    found: dict[str, list[float]] = defaultdict(list)
    for source in JUDGED:
        own = [row for row in rows if row.held_out and row.source == source and row.right][: asked.judged]
        shown = [pairs.pair(row.question, each) for row in own for each in (*row.right, *row.wrong)]
        scores = scored(model, shown, asked).tolist() if shown else []
        at = 0
        for row in own:
            best = max(scores[at : at + len(row.right)])
            at += len(row.right)
            found[source].append(1 / (1 + sum(each >= best for each in scores[at : at + len(row.wrong)])))
            at += len(row.wrong)
    model.train()
    return {
        source: {
            "rows": len(each),
            "recall@1": round(100 * sum(one == 1 for one in each) / len(each), 1),
            "mrr": round(100 * sum(each) / len(each), 1),
        }
        for source, each in found.items()
    }


def network(asked: argparse.Namespace) -> tuple[Scorer, Pairs]:
    """The encoder with a fresh adapter, and a head that knows nothing."""
    from transformers import AutoModel

    base = verified(ENCODERS[asked.encoder])
    torch.manual_seed(asked.seed)
    dropout = {"hidden_dropout_prob": asked.dropout, "attention_probs_dropout_prob": asked.dropout}
    encoder = AutoModel.from_pretrained(base.folder, add_pooling_layer=False, **dropout)
    for weight in encoder.parameters():
        weight.requires_grad_(False)
    config = LoraConfig(
        r=asked.rank, lora_alpha=asked.rank, lora_dropout=0.0, target_modules=list(TARGETS[asked.encoder])
    )
    model = Scorer(inject_adapter_in_model(config, encoder))
    return model.to(asked.device).train(), Pairs(base.tokenizer, asked.tokens)


def train(asked: argparse.Namespace) -> None:
    torch.set_num_threads(asked.threads)
    model, pairs = network(asked)
    rows = read(asked.rows, pairs)
    taught = [row for row in rows if not row.held_out]
    weights = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    run = Run(asked.run, weights, asked.lr, _HEAD)
    whole = sum(1 for _ in steps(taught, asked))
    began = time.monotonic()
    say({"rows": len(taught), "held out": len(rows) - len(taught), "steps": whole, "from": run.done})
    for step, chosen in enumerate(steps(taught, asked)):
        if step < run.done:
            continue
        gone = run.spent + time.monotonic() - began
        share = max(step / whole, gone / (60 * asked.minutes))
        last = share >= 1 or step == whole - 1
        torch.manual_seed(asked.seed * 1_000_003 + step)  # of dropout: one that was stopped goes on as it would have
        choice, told = losses(model, pairs, chosen, asked, random.Random(f"{asked.seed} {step}"))
        run.learn(choice + asked.binary * told, step, whole, min(1.0, share))
        if step % asked.tell == 0 or last:
            say({"step": step, "of": whole, "choice": round(choice.item(), 4), "told": round(told.item(), 4)})
        if run.is_due(_EVERY, last=last):
            run.keep(step + 1, gone)
            say({"step": step, "seconds": round(gone), **judged(model, pairs, rows, asked)})
        if last:
            return


def main() -> None:
    parser = training(__doc__)
    parser.add_argument("rows", type=Path, nargs="+")
    parser.add_argument("run", type=Path)
    parser.add_argument("--encoder", choices=tuple(ENCODERS), default="minilm")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--minutes", type=float, default=math.inf, help="end by then, however many epochs there were")
    parser.add_argument("--batch", type=int, default=32, help="rows a step")
    parser.add_argument("--wrong", type=int, default=5, help="windows that sound alike, beside those that answer")
    parser.add_argument("--strangers", type=int, default=1, help="windows of other questions")
    parser.add_argument("--others", type=float, default=0.5, help="the share shown of rows from encyclopedias")
    parser.add_argument("--binary", type=float, default=1.0, help="what the binary loss counts")
    parser.add_argument("--tokens", type=int, default=384, help="of question and passage together; more are cut")
    parser.add_argument("--together", type=int, default=32_768, help="tokens read at once")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--judged", type=int, default=1000, help="held-out rows of a source that it is judged on")
    asked = parser.parse_args()
    asked.run.mkdir(parents=True, exist_ok=True)
    train(asked)


if __name__ == "__main__":
    main()
