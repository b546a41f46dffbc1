"""What each sort of the index `faiss` takes and finds: every vector whole, eight bits a number, and clusters.

    python tests/bench/dense.py [--passages 100000,200000] [--queries 100] [--dimension 384] [--json]

Vectors are drawn around 2,000 centres, and a question's near that of a passage. `recall` is the share of the ten
nearest that are found; a `narrow` search has only one passage in a hundred open to it. Milliseconds are the
processor's, on one thread, over an index opened where it lies; megabytes are on the disk, and the process's own.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from latency import unit
from lexical import megabytes

from steep.kinds import IndexBuild, IndexQuery
from steep_indexes.faiss import FaissIndex

_CENTRES, _K = 2000, 10
SORTS = {
    "exact": FaissIndex(exact_until=1 << 40),
    "eight bits": FaissIndex(exact_until=0, flat_until=1 << 40),
    "clusters": FaissIndex(exact_until=0, flat_until=0),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", default="100000,200000")
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    faiss.omp_set_num_threads(1)
    report = {}
    for count in map(int, chosen.passages.split(",")):
        report |= {
            f"{name} {count}": row for name, row in measured(count, chosen.queries, chosen.dimension, _K).items()
        }
    print(json.dumps(report, indent=1) if chosen.json else "\n".join(f"{name}: {row}" for name, row in report.items()))


def measured(count: int, queries: int, dimension: int, k: int) -> dict[str, dict[str, Any]]:
    chance = np.random.default_rng(count)
    centres = chance.normal(size=(_CENTRES, dimension)).astype(np.float32)
    vectors = unit(centres[chance.integers(0, _CENTRES, count)] + _noise(chance, count, dimension))
    asked = unit(vectors[chance.integers(0, count, queries)] + _noise(chance, queries, dimension) / 20)
    narrow = chance.random(count) < 0.01
    nearest = {}
    for allowed in (None, narrow):
        open_to = np.arange(count) if allowed is None else np.flatnonzero(allowed)
        scores = asked @ vectors[open_to].T
        nearest[allowed is None] = [{f"p{row}" for row in open_to[np.argsort(-each)[:k]].tolist()} for each in scores]
    report = {}
    for name, index in SORTS.items():
        with tempfile.TemporaryDirectory() as folder:
            report[name] = _of(index, Path(folder), vectors, asked, narrow, nearest)
    return report


def _of(index: FaissIndex, folder: Path, vectors: Any, asked: Any, narrow: Any, nearest: Any) -> dict[str, Any]:
    ids = tuple(f"p{row}" for row in range(len(vectors)))
    begun = time.process_time()
    index.build(IndexBuild(folder=folder, ids=ids, texts=("",) * len(ids), vectors=vectors))
    row: dict[str, Any] = {"built": round(time.process_time() - begun, 1)}
    size = sum(each.stat().st_size for each in folder.iterdir()) >> 20
    before = megabytes("RssAnon")
    search = index.open(folder)
    for name, allowed in (("all", None), ("narrow", narrow)):
        taken, found = [], 0
        for vector, wanted in zip(asked, nearest[allowed is None], strict=True):
            worked = time.thread_time()
            ranked = search.search(IndexQuery(text="", k=len(wanted), vector=vector.reshape(1, -1), allowed=allowed))
            taken.append(1000 * (time.thread_time() - worked))
            found += len(wanted & set(ranked.ids))
        row[name] = {
            "milliseconds": {str(at): round(float(np.percentile(taken, at)), 2) for at in (50, 95)},
            "recall": round(found / sum(map(len, nearest[allowed is None])), 3),
        }
    return {**row, "megabytes": {"disk": size, "own": megabytes("RssAnon") - before}}


def _noise(chance: np.random.Generator, count: int, dimension: int) -> Any:
    return chance.normal(size=(count, dimension)).astype(np.float32)


if __name__ == "__main__":
    main()
