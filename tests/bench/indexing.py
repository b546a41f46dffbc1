"""Indexes the same short documents with steep and with its peers, on the same weights and threads.

    python tests/bench/indexing.py TEXTS [--documents 5183] [--peers PYTHON] [--json]

TEXTS is a file of JSON lines with `title` and `text` (`corpus.jsonl.gz` of a collection). Each system runs in a process
of its own: `steep index` in a new project (it reads, splits, embeds, and writes both indexes and its records), txtai,
Haystack's in-memory store, and a plain loop of Sentence Transformers into FAISS. `--peers` is the interpreter of an
environment that has them; what it lacks is said. Seconds are of the wall and of the processor, start-up included; those
of an empty start (one document) are given apart.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from steep_plugins.encoders import MINILM, find

SYSTEMS = {
    "steep": """
from steep.flows.index import index
from steep.workspace.project import Project
with Project.open(folder) as project:
    print(index(project, progress=lambda step: None).passages)
""",
    "plain loop": """
import faiss
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(weights, device="cpu")
model.max_seq_length = 256
found = model.encode(texts, batch_size=32, normalize_embeddings=True)
index = faiss.IndexFlatIP(found.shape[1])
index.add(found)
faiss.write_index(index, str(folder / "plain.faiss"))
print(index.ntotal)
""",
    "txtai": """
from txtai import Embeddings
found = Embeddings(path=weights, method="sentence-transformers", content=True, hybrid=True, gpu=False)
found.index(texts)
found.save(str(folder / "txtai"))
print(found.count())
""",
    "haystack": """
from haystack import Document
from haystack.document_stores.in_memory import InMemoryDocumentStore
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(weights, device="cpu")
model.max_seq_length = 256
store = InMemoryDocumentStore(embedding_similarity_function="dot_product")
found = model.encode(texts, batch_size=32, normalize_embeddings=True)
store.write_documents([Document(content=text, embedding=row.tolist()) for text, row in zip(texts, found)])
store.save_to_disk(str(folder / "haystack.json"))
print(store.count_documents())
""",
}
_HEAD = """
import json, pathlib, sys
folder, weights = pathlib.Path(sys.argv[1]), sys.argv[2]
texts = json.loads((folder / "texts.json").read_text("utf-8"))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", type=Path)
    parser.add_argument("--documents", type=int, default=5183)
    parser.add_argument("--peers", default=sys.executable, help="the interpreter that has txtai and Haystack")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    from retrieval import rows

    pages = [f"# {row.get('title', '')}\n\n{row['text']}\n" for row in rows(chosen.texts)[: chosen.documents]]
    report = {name: _measured(name, pages, chosen) for name in SYSTEMS}
    print(json.dumps(report, indent=1) if chosen.json else "\n".join(f"{name}: {row}" for name, row in report.items()))


def _measured(name: str, pages: list[str], chosen: Any) -> dict[str, Any]:
    start, whole = _run(name, pages[:1], chosen), _run(name, pages, chosen)
    if "failed" in whole:
        return whole
    beyond = {f"{key} beyond the start": round(whole[key] - start[key], 1) for key in ("seconds", "processor")}
    return {**whole, **beyond}


def _run(name: str, pages: list[str], chosen: Any) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "docs").mkdir()
        for number, page in enumerate(pages):
            (folder / "docs" / f"{number:05}.md").write_text(page, "utf-8")
        (folder / "texts.json").write_text(json.dumps(pages), "utf-8")
        (folder / "steep.toml").write_text('[project]\nname = "speed"\ndocuments = ["docs/*.md"]\n', "utf-8")
        python = sys.executable if name == "steep" else chosen.peers
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run(
            [python, "-c", _HEAD + SYSTEMS[name], temporary, str(find(MINILM).folder)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "OMP_NUM_THREADS": str(chosen.threads), "TOKENIZERS_PARALLELISM": "false"},
        )
        seconds, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["without a word"])[-1][:200]}
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"held": int(done.stdout.split()[-1]), "seconds": round(seconds, 1), "processor": round(processor, 1)}


if __name__ == "__main__":
    main()
