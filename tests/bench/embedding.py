"""Measures what a token costs to embed in each number format, and how far its rounding turns an embedding.

    python tests/bench/embedding.py TEXTS [--texts 160] [--json]

TEXTS is a file of JSON lines with `title` and `text`; each text is halved, to be as long as a passage. Microseconds are
of one thread's processor time, the better of two runs; cosines are to transformers' network in fp32.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import torch
from retrieval import rows

from steep_plugins.embedders.encoder import BATCH_TEXTS, BATCH_TOKENS, STARTER, tokenizer_of
from steep_plugins.encoders import MINILM, find
from steep_plugins.encoders.batches import by_length
from steep_plugins.encoders.bert import Bert, Formats
from steep_plugins.encoders.padded import Padded


def halves(row: dict) -> list[str]:
    words = row["text"].split()
    return [
        f"{row.get('title', '')}\n{' '.join(half)}" for half in (words[: len(words) // 2], words[len(words) // 2 :])
    ]


def measured(network, tokens: list[list[int]]) -> tuple[torch.Tensor, float]:
    found, least = torch.empty(len(tokens), network.shape.width), float("inf")
    for _ in range(2):
        begun = time.thread_time()
        for batch in by_length([len(ids) for ids in tokens], texts=BATCH_TEXTS, tokens=BATCH_TOKENS):
            found[batch] = network.means([tokens[place] for place in batch])
        least = min(least, time.thread_time() - begun)
    return torch.nn.functional.normalize(found, dim=1), 1e6 * least / sum(map(len, tokens))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", type=Path)
    parser.add_argument("--texts", dest="count", type=int, default=160)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    weights = find(MINILM)
    texts = [half for row in rows(chosen.texts)[: chosen.count // 2] for half in halves(row)]
    tokens = [each.ids for each in tokenizer_of(weights, MINILM.tokens).encode_batch_fast(texts)]
    reference, cost = measured(Padded(MINILM, weights, "cpu", torch.float32, adapter=STARTER), tokens)
    report = {"tokens": sum(map(len, tokens)), "transformers, float32": {"microseconds": round(cost, 1)}}
    for products in dict.fromkeys(
        (torch.float32, Formats.on_this_cpu(torch.int8).whole, Formats.on_this_cpu().products)
    ):
        found, cost = measured(Bert.read(MINILM, weights, Formats.on_this_cpu(products), adapter=STARTER), tokens)
        cosines = (found * reference).sum(1)
        report[str(products).removeprefix("torch.")] = {
            "microseconds": round(cost, 1),
            "mean cosine": round(float(cosines.mean()), 5),
            "least cosine": round(float(cosines.min()), 5),
        }
    print(json.dumps(report, indent=1) if chosen.json else "\n".join(f"{name}: {row}" for name, row in report.items()))


if __name__ == "__main__":
    main()
