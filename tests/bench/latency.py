"""How long a search takes beyond the embedding of its question, and the memory that it wants.

    python tests/bench/latency.py TEXTS [--passages 10000,100000] [--queries 200] [--json]

TEXTS is a file of JSON lines with a `text` each (`corpus.jsonl.gz` of a collection): passages are stretches of 90 of
its words, taken from places that a seed picks, and questions are eight words in a row of a passage. Vectors are drawn
around 500 centres, a question's near its passage's: what is measured depends on their number, not on their meaning.
`bm25`, `faiss` and `hybrid` (k = 10) run on one thread over indexes opened from the disk; reading the passages that
are shown from the records is not part of it.
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
from retrieval import rows

from steep.kinds import IndexBuild, IndexQuery, RetrievalRequest
from steep.testing.library import MemoryLibrary
from steep.values import OPERATOR, Passage
from steep_indexes.bm25 import Bm25Index
from steep_indexes.faiss import FaissIndex
from steep_plugins.retrievers import HybridOptions
from steep_plugins.retrievers.hybrid import Hybrid

_DIMENSION, _CENTRES, _WORDS = 384, 500, 90


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", type=Path)
    parser.add_argument("--passages", default="10000,100000")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    faiss.omp_set_num_threads(1)
    words = " ".join(row["text"] for row in rows(chosen.texts)).split()
    report = {count: measured(words, int(count), chosen.queries) for count in chosen.passages.split(",")}
    if chosen.json:
        print(json.dumps(report, indent=1))
        return
    for count, figures in report.items():
        print(f"{count} passages: {figures}")


def measured(words: list[str], count: int, queries: int) -> dict[str, Any]:
    chance = np.random.default_rng(count)
    texts = tuple(" ".join(words[at : at + _WORDS]) for at in chance.integers(0, len(words) - _WORDS, count).tolist())
    centres = chance.normal(size=(_CENTRES, _DIMENSION)).astype(np.float32)
    vectors = unit(centres[chance.integers(0, _CENTRES, count)] + _noise(chance, count))
    asked = chance.integers(0, count, queries).tolist()
    near = unit(vectors[asked] + _noise(chance, queries) / 20)
    questions = {f"{' '.join(texts[at].split()[20:28])} {number}": number for number, at in enumerate(asked)}
    with tempfile.TemporaryDirectory() as folder:
        return _searched(Path(folder), texts, vectors, questions, near)


def _searched(
    folder: Path, texts: tuple[str, ...], vectors: Any, questions: dict[str, int], near: Any
) -> dict[str, Any]:
    passages = [
        Passage(document="d", version=str(at), path="p", title="", start=0, end=len(text), text=text)
        for at, text in enumerate(texts)
    ]
    ids = tuple(each.id for each in passages)
    seconds: dict[str, float] = {}
    for name, index in (("dense", FaissIndex()), ("lexical", Bm25Index())):
        (folder / name).mkdir()
        begun = time.perf_counter()
        index.build(IndexBuild(folder=folder / name, ids=ids, texts=texts, vectors=vectors))
        seconds[f"{name} built"] = round(time.perf_counter() - begun, 2)
    before, begun = _own(), time.perf_counter()
    opened = {"dense": FaissIndex().open(folder / "dense"), "lexical": Bm25Index().open(folder / "lexical")}
    seconds["both opened"] = round(time.perf_counter() - begun, 3)
    library = MemoryLibrary(passages, opened, lambda text: near[questions[text]].reshape(1, -1))
    options = HybridOptions()
    hybrid = Hybrid(
        library,
        weights=options.weights,
        growth=options.growth,
        floors=options.floors,
        feedback=options.feedback,
        neighbours=options.neighbours,
    )
    taken = {
        name: _times(
            lambda text, name=name: opened[name].search(
                IndexQuery(text=text, k=100, vector=near[questions[text]].reshape(1, -1))
            ),
            questions,
        )
        for name in opened
    }
    taken["hybrid"] = _times(
        lambda text: hybrid.retrieve(RetrievalRequest(question=text, k=10, caller=OPERATOR)), questions
    )
    size = sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())
    return {"milliseconds": taken, "seconds": seconds, "megabytes": {"on disk": size >> 20, "own": _own() - before}}


def _times(search: Any, questions: dict[str, int]) -> dict[str, float]:
    taken, computed = [], []
    for text in questions:
        begun, worked = time.perf_counter(), time.thread_time()
        search(text)
        taken.append(1000 * (time.perf_counter() - begun))
        computed.append(1000 * (time.thread_time() - worked))
    return {
        "p50": round(float(np.median(taken)), 2),
        "p95": round(float(np.percentile(taken, 95)), 2),
        "p95 of the processor": round(float(np.percentile(computed, 95)), 2),
    }


def unit(vectors: Any) -> Any:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def _noise(chance: np.random.Generator, count: int) -> Any:
    return chance.normal(size=(count, _DIMENSION)).astype(np.float32)


def _own() -> int:
    """Megabytes that belong to this process alone; mapped files do not count."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next((int(line.split()[1]) >> 10 for line in lines if line.startswith("RssAnon")), 0)


if __name__ == "__main__":
    main()
