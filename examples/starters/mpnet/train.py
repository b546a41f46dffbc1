"""Teach MPNet to answer: which words of a passage answer a question, and which sentence. One adapter, two heads.

    python ../statements/rows.py ../../../../shared/data rows.jsonl
    python train.py rows.jsonl run/

Killed at any point, the same command goes on from the last checkpoint. Seeded. The cost is a budget of tokens: on two
cores of a CPU with AVX512-BF16 about 500 of them are trained a second.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from steep.engine.device import mixed_precision
from steep.language import sentence_spans
from steep_plugins.encoders import MPNET, verified
from steep_plugins.encoders.widths import padded_width
from steep_plugins.generators.reader.model import TARGETS, UNTAUGHT
from steep_plugins.generators.reader.statement_network import Part, head, parts_of, scored
from steep_plugins.generators.reader.windows import Encoder, Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep_plugins.encoders import EncoderModel

    Row = dict[str, Any]

HELD_BACK = frozenset({"Plymouth", "Arnold Schwarzenegger", "Antibiotics", "Montana"})
"""Articles that are never trained on: the confidence of spans is fitted to their questions."""

SHORT = ("squad", "squad2", "nq")
"""Sources whose answers are words; of the others only the sentence is known."""

DISTRACTED = 0.55  # the share of the many questions that come with a passage that does not answer
_TOGETHER = 12  # windows in a batch
_WARM, _HEAD, _EVERY = 0.06, 2.0, 120.0  # share of warming up; the heads' rate in the adapter's; seconds
_KEPT = "checkpoint.pt"
_NEVER = -1e4


class AnswerNetwork(nn.Module):
    """The encoder, a head for where an answer begins and ends, and one for sentences."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        self.span = nn.Linear(encoder.config.hidden_size, 2)
        self.statement = head(encoder.config.hidden_size)
        nn.init.normal_(self.span.weight, std=0.02)
        nn.init.zeros_(self.span.bias)

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, parts: Sequence[Sequence[Part]]
    ) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Of each line of ``ids`` (windows, pieces) the logits of its pieces, and the scores of its parts."""
        with mixed_precision("cpu"):
            hidden = self.encoder(ids, attention_mask=mask).last_hidden_state
        hidden = hidden.float()
        said = [scored(self.statement, line, of_line) for line, of_line in zip(hidden, parts, strict=True)]
        return self.span(hidden), said


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A window of a row: the parts that are sentences, which of them are right, and the pieces that answer.

    ``span`` is (0, 0) where none does, and None where that is not known.
    """

    window: Window
    parts: list[Part]
    right: list[bool]
    span: tuple[int, int] | None


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
                span = None
                if row["source"] in SHORT:
                    span = _placed(window, pieces.covering(*answers[0])) if answers else (0, 0)
                made.append(Line(window=window, parts=list(own.values()), right=list(right.values()), span=span))
                break
    return made


def _placed(window: Window, pieces: tuple[int, int] | None) -> tuple[int, int] | None:
    if pieces is None or pieces[0] < window.first or pieces[1] >= window.first + window.count:
        return None
    return window.body + pieces[0] - window.first, window.body + pieces[1] - window.first


def batched(lines: Sequence[Line], nothing: int) -> tuple[torch.Tensor, torch.Tensor, list[list[Part]]]:
    rows = [line.window.ids for line in lines]
    width = padded_width(map(len, rows))
    ids = torch.tensor([[*row, *[nothing] * (width - len(row))] for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    return ids, mask, [line.parts for line in lines]


def said_loss(scores: list[torch.Tensor], lines: Sequence[Line]) -> torch.Tensor:
    """Minus the log probability of all sentences that are right, or of "no answer" (a score of 0) where none is."""
    flat = torch.cat([*scores, torch.zeros(1)])
    right = torch.tensor([each for line in lines for each in line.right] + [False])
    if not right.any():
        right[-1] = True
    return torch.logsumexp(flat, 0) - torch.logsumexp(flat[right], 0)


def span_loss(logits: torch.Tensor, line: Line) -> torch.Tensor:
    """Cross-entropy of where the answer begins and ends among the passage's pieces and the first mark."""
    window = line.window
    able = torch.full((len(logits),), _NEVER)
    able[0] = able[window.body : window.body + window.count] = 0.0
    return nn.functional.cross_entropy((logits + able[:, None]).T, torch.tensor(line.span))


def network(rank: int, seed: int, base: EncoderModel = MPNET) -> tuple[AnswerNetwork, Encoder]:
    """MPNet with a fresh adapter, and heads that know nothing."""
    from peft import inject_adapter_in_model
    from transformers import MPNetModel

    found = verified(base)
    torch.manual_seed(seed)
    encoder = MPNetModel.from_pretrained(
        found.folder, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    for weight in encoder.parameters():
        weight.requires_grad_(False)
    return AnswerNetwork(inject_adapter_in_model(lora(rank), encoder)), Encoder(found.tokenizer)


def lora(rank: int) -> Any:
    from peft import LoraConfig, TaskType

    return LoraConfig(
        task_type=TaskType.QUESTION_ANS,
        r=rank,
        lora_alpha=rank,
        lora_dropout=0.0,
        target_modules=list(TARGETS["mpnet"]),
        layers_to_transform=list(range(UNTAUGHT["mpnet"], 12)),
        layers_pattern="layer",
    )


def trainable(model: AnswerNetwork) -> dict[str, torch.nn.Parameter]:
    return {name: weight for name, weight in model.named_parameters() if weight.requires_grad}


def chosen_rows(rows: list[Row], encoder: Encoder, budget: int, seed: int) -> list[Row]:
    """Every row of the smaller sources, then as many easy questions as the budget of tokens leaves, shuffled."""
    dice = random.Random(seed)
    rows = [row for row in rows if not row["held_out"] and not _held_back(row)]
    few = [row for row in rows if row["source"] != "squad"]
    many = [row for row in rows if row["source"] == "squad"]
    dice.shuffle(many)
    for row in many:
        own = [each for each in row["windows"] if each["answers"]]
        others = [each for each in row["windows"] if not each["answers"]]
        row["windows"] = own + others[: 1 if dice.random() < DISTRACTED or not own else 0]
    chosen, tokens = [], 0
    for row in few + many:
        tokens += sum(len(line.window.ids) for line in lines_of(row, encoder))
        if tokens > budget:
            break
        chosen.append(row)
    dice.shuffle(chosen)
    return chosen


def _held_back(row: Row) -> bool:
    return row["source"] in ("squad", "polar") and any(each["lead"] in HELD_BACK for each in row["windows"])


def losses(model: AnswerNetwork, rows: Sequence[Sequence[Line]], nothing: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The mean losses of sentences and of spans; the windows of all rows are batched together by length."""
    flat = [(line, row, place) for row, lines in enumerate(rows) for place, line in enumerate(lines)]
    flat.sort(key=lambda one: len(one[0].window.ids))
    scores: dict[tuple[int, int], torch.Tensor] = {}
    spans: list[torch.Tensor] = []
    for at in range(0, len(flat), _TOGETHER):
        part = flat[at : at + _TOGETHER]
        logits, said = model(*batched([line for line, _, _ in part], nothing))
        for number, (line, row, place) in enumerate(part):
            scores[row, place] = said[number]
            if line.span is not None:
                spans.append(span_loss(logits[number, : len(line.window.ids)], line))
    told = [said_loss([scores[row, at] for at in range(len(own))], own) for row, own in enumerate(rows) if own]
    return torch.stack(told).mean(), torch.stack(spans).mean() if spans else torch.zeros(())


def train(asked: argparse.Namespace) -> None:
    torch.set_num_threads(asked.threads)
    model, encoder = network(asked.rank, asked.seed)
    weights = trainable(model)
    rows = [json.loads(line) for line in asked.rows.read_text("utf-8").splitlines()]
    chosen = chosen_rows(rows, encoder, asked.tokens, asked.seed)
    print(json.dumps({"rows": len(chosen), "by source": Counter(row["source"] for row in chosen)}), flush=True)
    parts = [[w for n, w in weights.items() if ("lora" in n) == lora] for lora in (True, False)]
    optimizer = torch.optim.AdamW(
        [{"params": part} for part in parts], lr=asked.lr, betas=(0.9, 0.98), weight_decay=0.0
    )
    steps, saved = min(asked.steps or len(chosen), len(chosen) // asked.batch), time.monotonic()
    for step in range(resumed(weights, optimizer, asked.run), steps):
        rate = asked.lr * min(1.0, (step + 1) / (_WARM * steps)) * 0.5 * (1 + math.cos(math.pi * step / steps))
        for group, times in zip(optimizer.param_groups, (1.0, _HEAD), strict=True):
            group["lr"] = rate * times
        lines = [lines_of(row, encoder) for row in chosen[step * asked.batch : (step + 1) * asked.batch]]
        said, span = losses(model, lines, encoder.marks.nothing)
        (said + span).backward()
        torch.nn.utils.clip_grad_norm_(list(weights.values()), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        told = {"step": step, "of": steps, "said": round(said.item(), 4), "span": round(span.item(), 4)}
        print(json.dumps(told), flush=True)
        if time.monotonic() - saved > _EVERY or step == steps - 1:
            checkpoint(step + 1, weights, optimizer, asked.run)
            saved = time.monotonic()


def resumed(weights: dict[str, torch.nn.Parameter], optimizer: Any, run: Path) -> int:
    """How many steps were made before; weights and optimizer are set as they were then."""
    if not (run / _KEPT).exists():
        return 0
    loaded = torch.load(run / _KEPT, weights_only=True)
    optimizer.load_state_dict(loaded["optimizer"])
    with torch.no_grad():
        for name, weight in weights.items():
            weight.copy_(loaded["weights"][name])
    return int(loaded["done"])


def checkpoint(done: int, weights: dict[str, torch.nn.Parameter], optimizer: Any, run: Path) -> None:
    """Written beside and renamed, so that one is always whole."""
    state = {name: weight.detach() for name, weight in weights.items()}
    torch.save({"done": done, "optimizer": optimizer.state_dict(), "weights": state}, run / "checkpoint.part")
    (run / "checkpoint.part").rename(run / _KEPT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--tokens", type=int, default=2_400_000, help="how many are trained, padding not counted")
    parser.add_argument("--steps", type=int, default=590, help="where the rate reaches 0 (0: with the tokens)")
    parser.add_argument("--batch", type=int, default=12, help="rows a step")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--lr", type=float, default=5e-4)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    asked.run.mkdir(parents=True, exist_ok=True)
    train(asked)


if __name__ == "__main__":
    main()
