"""Measures retrieval on a collection in BEIR's form: corpus.jsonl(.gz), queries.jsonl, qrels.tsv.

    python tests/bench/retrieval.py FOLDER [--json] [--queries N] [--weights 0.5,1,2] [--embedder plain] [--reranker]

Every document is one passage, as BEIR has it. Embeddings are kept in a cache folder, by the embedder's digest.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import math
import tempfile
import time
from collections import defaultdict
from functools import partial
from pathlib import Path

import numpy as np

from steep.hooks import Context
from steep.kinds import EmbedRequest, IndexBuild, RerankRequest, RetrievalRequest
from steep.testing.library import MemoryLibrary
from steep.values import OPERATOR, Passage
from steep_indexes.bm25 import Bm25Index
from steep_indexes.faiss import FaissIndex
from steep_plugins.embedders.encoder import STARTER, EncoderEmbedder
from steep_plugins.encoders import MINILM, MPNET
from steep_plugins.rerankers import MiniLMOptions, build_minilm
from steep_plugins.retrievers import HybridOptions
from steep_plugins.retrievers.hybrid import Hybrid
from steep_plugins.retrievers.single import Single

EMBEDDERS = {
    "minilm": partial(EncoderEmbedder, MINILM, adapter=STARTER),
    "plain": partial(EncoderEmbedder, MINILM),
    "mpnet": partial(EncoderEmbedder, MPNET),
}


def rows(path: Path):
    data = path.read_bytes()
    text = gzip.decompress(data) if path.suffix == ".gz" else data
    return [json.loads(line) for line in text.decode("utf-8").splitlines() if line]


def collection(folder: Path, limit: int | None):
    corpus = rows(next(iter(sorted(folder.glob("corpus.jsonl*")))))
    passages = {
        row.get("id", row.get("_id")): Passage(
            document=f"d{index}",
            version=f"v{index}",
            path="corpus",
            title=row.get("title", ""),
            start=0,
            end=len(row["text"]),
            text=row["text"],
        )
        for index, row in enumerate(corpus)
    }
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    with (folder / "qrels.tsv").open(encoding="utf-8") as file:
        for query, document, grade in list(csv.reader(file, delimiter="\t"))[1:]:
            judged[query][document] = int(grade)
    queries = [(row.get("id", row.get("_id")), row["text"]) for row in rows(folder / "queries.jsonl")]
    return passages, [each for each in queries if each[0] in judged][:limit], judged


def cached_vectors(embedder: EncoderEmbedder, texts: tuple[str, ...], role: str, cache: Path):
    key = hashlib.sha256("\0".join((embedder.digest, role, *texts)).encode()).hexdigest()[:24]
    path = cache / f"{key}.npy"
    if path.is_file():
        return np.load(path)
    vectors = embedder.embed(EmbedRequest(texts=texts, role=role))
    cache.mkdir(parents=True, exist_ok=True)
    np.save(path, vectors)
    return vectors


def ndcg(found: list[str], grades: dict[str, int], k: int = 10) -> float:
    """Linear gain, as trec_eval and BEIR have it."""
    gained = sum(grades.get(each, 0) / math.log2(rank + 1) for rank, each in enumerate(found[:k], start=1))
    ideal = sorted(grades.values(), reverse=True)[:k]
    return gained / sum(grade / math.log2(rank + 1) for rank, grade in enumerate(ideal, start=1))


def measured(retriever, names, queries, judged) -> dict[str, float]:
    scores, recalled, seconds = [], [], []
    for query, text in queries:
        began = time.perf_counter()
        hits = retriever.retrieve(RetrievalRequest(question=text, k=100, caller=OPERATOR))
        seconds.append(time.perf_counter() - began)
        found = [names[hit.passage.id] for hit in hits]
        relevant = {each for each, grade in judged[query].items() if grade > 0}
        scores.append(ndcg(found, judged[query]))
        recalled.append(len(relevant & set(found)) / len(relevant))
    return {
        "ndcg@10": round(100 * float(np.mean(scores)), 2),
        "recall@100": round(100 * float(np.mean(recalled)), 2),
        "milliseconds": round(1000 * float(np.median(seconds)), 2),
    }


def fused(library: MemoryLibrary, weights: list[float]) -> dict:
    """The dense retriever and `hybrid` as it is, by ranks, and with other weights of the dense index."""
    defaults = HybridOptions()
    again = {"feedback": defaults.feedback, "neighbours": defaults.neighbours, "growth": defaults.growth}
    hybrid = partial(Hybrid, library, floors=defaults.floors, **again)
    return {
        "dense": Single(library, index="dense", embeds=True),
        "hybrid": hybrid(weights=defaults.weights),
        "hybrid, one look": hybrid(weights=defaults.weights, feedback=0.0, neighbours=0.0),
        "hybrid, the same weights": hybrid(weights=defaults.weights, growth={}),
        "hybrid rrf": hybrid(fusion="rrf"),
        **{f"hybrid dense={weight}": hybrid(weights={"dense": weight}) for weight in weights},
    }


class Reranked:
    """What another retriever finds, with the first of it in the order of the reranker `minilm`, as it is by default."""

    def __init__(self, retriever):
        self._retriever = retriever
        self._reranker = build_minilm(MiniLMOptions(), Context(device="cpu"))

    def retrieve(self, request: RetrievalRequest):
        hits = self._retriever.retrieve(request)
        return self._reranker.rerank(RerankRequest(question=request.question, hits=hits, k=request.k))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--queries", type=int, default=None)
    parser.add_argument("--weights", default="", help="also try these weights of the dense index in `hybrid`")
    parser.add_argument("--embedder", choices=("minilm", "mpnet", "plain"), default="minilm")
    parser.add_argument("--reranker", action="store_true", help="also measure `hybrid` with the reranker `minilm`")
    parser.add_argument("--lexical", action="store_true", help="measure `bm25` alone, without embedding anything")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "steep-bench")
    arguments = parser.parse_args()

    passages, queries, judged = collection(arguments.folder, arguments.queries)
    names = {passage.id: identity for identity, passage in passages.items()}
    ids = tuple(names)
    texts = tuple(passage.indexed_text for passage in passages.values())
    report: dict = {"collection": arguments.folder.name, "passages": len(ids), "queries": len(queries)}
    vectors, questions = None, {}
    if not arguments.lexical:
        embedder = EMBEDDERS[arguments.embedder]()
        began = time.perf_counter()
        vectors = cached_vectors(embedder, texts, "passage", arguments.cache)
        report["embedder"] = embedder.digest
        report["embedding_seconds"] = round(time.perf_counter() - began, 1)
        asked = tuple(text for _, text in queries)
        questions = dict(zip(asked, cached_vectors(embedder, asked, "query", arguments.cache), strict=True))

    with tempfile.TemporaryDirectory() as folder:
        opened = {}
        for name, index in (("dense", FaissIndex()), ("lexical", Bm25Index())):
            if index.uses_vectors and vectors is None:
                continue
            place = Path(folder) / name
            place.mkdir()
            index.build(IndexBuild(folder=place, ids=ids, texts=texts, vectors=vectors))
            opened[name] = index.open(place)
        library = MemoryLibrary(list(passages.values()), opened, lambda text: questions[text].reshape(1, -1))
        retrievers = {"bm25": Single(library, index="lexical", embeds=False)}
        if vectors is not None:
            retrievers |= fused(library, [float(weight) for weight in arguments.weights.split(",") if weight])
            if arguments.reranker:
                retrievers["hybrid, reranked"] = Reranked(retrievers["hybrid"])
        report["results"] = {name: measured(each, names, queries, judged) for name, each in retrievers.items()}

    if arguments.json:
        print(json.dumps(report, indent=2))
        return
    print(f"{report['collection']}: {report['passages']} passages, {report['queries']} queries")
    for name, figures in report["results"].items():
        print(
            f"  {name:24s} nDCG@10 {figures['ndcg@10']:6.2f}  recall@100 {figures['recall@100']:6.2f}  "
            f"{figures['milliseconds']:.2f} ms"
        )


if __name__ == "__main__":
    main()
