"""The main job on a real handbook: 225 documents, 60 of its own questions, `steep run` from nothing to a verdict.

    python tests/bench/handbook.py --json

The documents are written from the rows of ../shared/data/corpora/18f_handbook (CC0). The questions are headings of the
handbook that ask something; the section below each is its answer. Goal: at most 15 minutes on 2 cores and 3 GB.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("STEEP_SHARED_DATA", ROOT.parent / "shared" / "data"))


def main() -> None:
    arguments = _arguments()
    corpus = DATA / "corpora" / "18f_handbook"
    if not corpus.is_dir():
        sys.exit(f"{corpus} is not there; set STEEP_SHARED_DATA to the folder that holds corpora/")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(arguments.keep or temporary)
        documents = write_documents(corpus, folder)
        questions = write_questions(corpus, folder, arguments.questions)
        result = {"documents": documents, "questions": questions, **run(folder)}
    print(json.dumps(result, indent=1) if arguments.json else _words(result))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--keep", help="work in this folder, and leave it")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def write_documents(corpus: Path, folder: Path) -> int:
    rows = _rows(corpus)
    for row in rows:
        file = folder / row["path"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(row["text"], "utf-8")
    return len(rows)


def _rows(corpus: Path) -> list[dict[str, str]]:
    with gzip.open(corpus / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write_questions(corpus: Path, folder: Path, count: int) -> int:
    """A seeded choice of the handbook's questions; the answer's section is the evidence."""
    rows = [json.loads(line) for line in (corpus / "faq.jsonl").read_text("utf-8").splitlines()]
    known = {row["id"]: row["path"] for row in _rows(corpus)}
    rows = [row for row in rows if row["doc_id"] in known]
    chosen = sorted(random.Random(0).sample(rows, min(count, len(rows))), key=lambda row: row["id"])
    with (folder / "questions.jsonl").open("w", encoding="utf-8") as file:
        for row in chosen:
            document = known[row["doc_id"]]
            evidence = [{"document": document, "quote": row["answer"]}]
            question = {"id": row["id"], "question": row["question"], "answers": [row["answer"]], "evidence": evidence}
            file.write(json.dumps(question) + "\n")
    return len(chosen)


def run(folder: Path) -> dict[str, Any]:
    """`steep init` and `steep run` as a user types them; minutes, peak memory and what the run printed."""
    steep = [sys.executable, "-m", "steep"]
    subprocess.run(
        [*steep, "init", str(folder), "--name", "handbook", "--force"], check=True, stdout=subprocess.DEVNULL
    )
    begun = time.monotonic()
    done = subprocess.run([*steep, "run", "-C", str(folder), "--json"], check=True, stdout=subprocess.PIPE, text=True)
    minutes = (time.monotonic() - begun) / 60
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    summary = json.loads(done.stdout)
    return {
        "minutes": round(minutes, 2),
        "peak_gb": round(peak, 2),
        "seconds_by_step": {name: round(seconds) for name, seconds in summary["seconds"].items()},
        "arms": {arm["name"]: _means(arm) for arm in summary["report"]["arms"]},
        "verdict": summary["report"]["verdict"]["sentence"],
    }


def _means(arm: dict[str, Any]) -> dict[str, Any] | str:
    """Each metric with its interval; or why the arm was not measured."""
    if arm["reason"]:
        return str(arm["reason"])
    return {each["metric"]: [each["mean"], each["low"], each["high"]] for each in arm["metrics"]}


def _words(result: dict[str, Any]) -> str:
    return f"{result['documents']} documents, {result['minutes']} minutes, {result['peak_gb']} GB: {result['verdict']}"


if __name__ == "__main__":
    main()
