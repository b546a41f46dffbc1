"""How often the sentence weighed highest is a right one, on rows that were held out; and the scaling of its confidence.

    python evaluate.py rows.jsonl run/ [--save ../../../plugins/steep_plugins/generators/reader/statement_starter]

Of each row all windows are read, and passages of other rows that sound alike, so that five compete as they do when a
question is asked. ``meaning`` is the cosine of MiniLM's own vectors; ``weight`` is what it weighs beside the network.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rows import Pool
from train import Line, batched, lora, network, trainable

from steep.language import sentence_spans
from steep_plugins.generators.reader.confidence import calibration_error, fit, sigmoid
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
        more = [w for w in more if w["text"] not in shown][: COMPETING - len(row["windows"])]
        made.append(row | {"windows": [*row["windows"], *more]})
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
    parser.add_argument("--meaning", type=float, default=8.0, help="what the cosine weighs in the scaling")
    parser.add_argument("--threshold", type=float, default=0.5, help="the least probability, written to the scaling")
    parser.add_argument("--save", type=Path, help="write the adapter and its scaling to this folder")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    model, encoder = network(asked.rank, 0)
    kept = torch.load(asked.run / "checkpoint.pt", weights_only=True)
    with torch.no_grad():
        for name, weight in trainable(model).items():
            weight.copy_(kept["weights"][name])
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
    scaling = settle(found, asked.meaning, asked)
    if asked.save:
        save(kept["weights"], scaling, asked.rank, asked.save)


def settle(found: list[Scored], weight: float, asked: argparse.Namespace) -> dict[str, Any]:
    """Platt scaling of the best sentence: its score, its nearness and its lead over the next best."""
    features, right = [], []
    for one in found:
        order = one.order(weight)
        total = one.scores + weight * one.near
        lead = float(total[order[0]] - total[order[1]]) if len(order) > 1 else 8.0
        features.append((float(one.scores[order[0]]), float(one.near[order[0]]), min(8.0, lead)))
        right.append(bool(one.right[order[0]]))
    weights, bias = fit(features, right)
    sure = [sigmoid(bias + sum(w * x for w, x in zip(weights, row, strict=True))) for row in features]
    print({"weights": weights, "bias": bias, "error": calibration_error(sure, right)})
    for least in (0.3, 0.4, 0.5, 0.6, 0.7):
        given = [hit for p, hit in zip(sure, right, strict=True) if p >= least]
        print(least, "given", len(given), "of", len(sure), "right", round(sum(given) / max(1, len(given)), 3))
    rounded = [round(value, 5) for value in weights]
    return {"weights": rounded, "bias": round(bias, 5), "meaning": weight, "threshold": asked.threshold}


def save(weights: dict[str, torch.Tensor], scaling: dict[str, Any], rank: int, folder: Path) -> None:
    """The adapter in PEFT's layout, in fp16, with its head, and the scaling beside it."""
    from peft import LoraConfig
    from safetensors.torch import save_file

    from steep_plugins.generators.reader.starter import BASE_MODEL

    folder.mkdir(parents=True, exist_ok=True)
    kept = {
        "base_model.model." + name.replace(".default", ""): weight.to(torch.float16).contiguous()
        for name, weight in weights.items()
    }
    save_file(kept, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    config = lora(rank).to_dict() | {"modules_to_save": ["statement"], "base_model_name_or_path": BASE_MODEL}
    plain = {key: sorted(value) if isinstance(value, set) else value for key, value in config.items()}
    assert isinstance(LoraConfig(**plain), LoraConfig)
    (folder / "adapter_config.json").write_text(
        json.dumps(plain, indent=2, sort_keys=True, default=str) + "\n", "utf-8"
    )
    (folder / "scaling.json").write_text(json.dumps(scaling, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
