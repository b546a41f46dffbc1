"""How often the sentence weighed highest is a right one, on rows that were held out.

    python evaluate.py rows.jsonl run/ [--save ../../../plugins/steep_plugins/generators/reader/statement_starter]

Of each row all windows are read, and passages of other rows that sound alike, so that five compete as they do when a
question is asked. A weight is what the cosine of MiniLM's own vectors counts beside the network's score. The scaling of
confidence is fitted to people's questions, by `tests/bench/statements.py --save`.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.append(str(Path(__file__).resolve().parents[1]))  # keeping.py stands beside the recipes
from keeping import kept, save_adapter
from rows import Pool
from train import Line, batched, lora, network, trainable

from steep.language import sentence_spans
from steep_plugins.generators.reader.meaning import SentenceMeaning
from steep_plugins.generators.reader.statement_network import parts_of

COMPETING = 5
WEIGHTS = (0.0, 4.0, 8.0, 12.0, 16.0, 24.0, 1000.0)


class Scored:
    """A row's sentences: the network's scores, their nearness to the question, and which of them are right."""

    def __init__(self, row: dict[str, Any], scores: list[float], near: list[float], right: list[bool]) -> None:
        self.row, self.scores, self.near, self.right = row, np.array(scores), np.array(near), np.array(right)

    def order(self, weight: float) -> Any:
        return np.argsort(-(self.scores + weight * self.near), kind="stable")


def competing(rows: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    dice, pools = random.Random(seed), {}
    for source in sorted({row["source"] for row in rows}):
        own = [row for row in rows if row["source"] == source]
        pools[source] = Pool([(w["lead"], w["text"]) for row in own for w in row["windows"]])
    made = []
    for row in rows:
        shown = {w["text"] for w in row["windows"]}
        more = pools[row["source"]].like(row["question"], without="", count=2 * COMPETING, dice=dice)
        more = [*row["windows"], *(w for w in more if w["text"] not in shown)]
        made.append(row | {"windows": sorted(more, key=lambda w: not (w["own"] or w["answers"]))[:COMPETING]})
    return made


@torch.inference_mode()
def scored(rows: list[dict[str, Any]], model: Any, encoder: Any) -> list[Scored]:
    meaning, made = SentenceMeaning(), []
    for row in rows:
        lines, texts, right = [], [], []
        for shown in row["windows"]:
            sentences, pieces = sentence_spans(shown["text"]), encoder.pieces(shown["text"]).spans
            seen: set[int] = set()
            for window in encoder.windows(row["question"], shown["text"], shown["lead"]):
                own = {n: part for n, part in parts_of(window, pieces, sentences).items() if n not in seen}
                seen |= own.keys()
                lines.append(Line(window.ids, list(own.values()), [False] * len(own)))
                texts += [f"{shown['lead']}: {shown['text'][slice(*sentences[n])][:240]}" for n in own]
                right += [any(a < sentences[n][1] and b > sentences[n][0] for a, b in shown["answers"]) for n in own]
        scores = torch.cat(model(*batched(lines))).tolist()
        near = meaning.nearness([(row["question"], text) for text in texts])
        made.append(Scored(row, scores, near, right))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--limit", type=int, default=400)
    parser.add_argument("--save", type=Path, help="write the adapter to this folder")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    model, encoder = network(asked.rank, 0)
    learned = kept(asked.run)["weights"]
    with torch.no_grad():
        for name, weight in trainable(model).items():
            weight.copy_(learned[name])
    rows = [json.loads(line) for line in asked.rows.read_text("utf-8").splitlines()]
    rows = competing([row for row in rows if row["held_out"]], 1)[: asked.limit]
    found = scored(rows, model.eval(), encoder)
    print(json.dumps({"done": kept["done"], "rows": len(found)}))
    for weight in WEIGHTS:
        by: dict[str, list[bool]] = defaultdict(list)
        for one in found:
            if one.right.any():
                hit = bool(one.right[one.order(weight)[0]])
                by[one.row["source"]].append(hit)
                by["all"].append(hit)
        print(weight, {source: (round(sum(hits) / len(hits), 3), len(hits)) for source, hits in sorted(by.items())})
    if asked.save:
        save(learned, asked.rank, asked.save)


def save(weights: dict[str, torch.Tensor], rank: int, folder: Path) -> None:
    """The adapter in PEFT's layout, in fp16, with its head."""
    from peft import LoraConfig

    from steep_plugins.encoders import MINILM

    halved = {
        "base_model.model." + name.replace(".default", ""): weight.to(torch.float16).contiguous()
        for name, weight in weights.items()
    }
    config = lora(rank).to_dict() | {"modules_to_save": ["statement"], "base_model_name_or_path": MINILM.hub}
    assert isinstance(LoraConfig(**config), LoraConfig)
    save_adapter(halved, config, folder)


if __name__ == "__main__":
    main()
