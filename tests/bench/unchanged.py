"""How long `steep index` takes where nothing changed, beside `import steep` and the hashing of the files.

Writes documents of some 300 words and indexes them once with the built-in reader, splitter and indexes, and vectors of
MiniLM's width that cost nothing; then asks, in fresh interpreters and in turns, what a second indexing takes. Figures
are medians; `memory` is the largest resident size. Run: python tests/bench/unchanged.py --json [--files 10000]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GOAL, MEGABYTES = 1.5, 150
CONFIG = '[plugins]\nfiles = ["quick.py"]\n[embedder]\nuse = "quick:hashed"\n'
EMBEDDER = """
import hashlib
import numpy as np
from steep import hookimpl, offer

class Hashed:
    digest, dimension = "hashed-384", 384

    def embed(self, request):
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") for text in request.texts]
        vectors = np.stack([np.random.default_rng(seed).standard_normal(384) for seed in seeds]).astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

@hookimpl
def steep_offers():
    yield offer(kind="embedder", name="hashed", summary="Hashes", build=lambda options, context: Hashed())
"""
HASH = """
import hashlib, os, sys
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            hashlib.sha256(file.read()).hexdigest()
"""
INDEX = "from steep.cli import main; main()"
LOADED = """
import sys
from steep.cli import main
main()
print("loaded:", *{"torch", "numpy", "sqlalchemy", "alembic", "pydantic", "transformers"} & set(sys.modules))
"""


def write_project(folder: Path, files: int) -> None:
    """The documents, in a hundred folders."""
    draw = random.Random(1)
    words = [f"word{number}" for number in range(3000)]
    for number in range(files):
        file = folder / "documents" / f"d{number % 100}" / f"f{number}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        sentences = (" ".join(draw.choices(words, k=12)).capitalize() + "." for _ in range(25))
        file.write_text(f"# Note {number}\n\n" + " ".join(sentences) + "\n", "utf-8")
    (folder / "steep.toml").write_text(CONFIG, "utf-8")
    (folder / "quick.py").write_text(EMBEDDER, "utf-8")


def run(code: str, *arguments: str) -> tuple[float, float, str]:
    """Seconds, megabytes and output of a fresh interpreter."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return time.perf_counter() - began, usage.ru_maxrss / 1024, output.decode()


def measure(folder: Path, rounds: int) -> dict[str, object]:
    index = ("index", "-C", str(folder), "--json")
    first, _, _ = run(INDEX, *index)
    run(INDEX, *index)
    taken: dict[str, list[float]] = {"import_steep": [], "hash_files": [], "index": []}
    memory = 0.0
    for _ in range(rounds):
        taken["import_steep"].append(run("import steep")[0])
        taken["hash_files"].append(run(HASH, str(folder / "documents"))[0])
        seconds, memory, output = run(INDEX, *index)
        taken["index"].append(seconds)
        assert json.loads(output)["rebuilt"] is False
    loaded = run(LOADED, *index)[2].splitlines()[-1]
    medians = {name: statistics.median(values) for name, values in taken.items()}
    floor = medians["import_steep"] + medians["hash_files"]
    return {
        "first_index_seconds": round(first, 1),
        "milliseconds": {name: round(value * 1000, 1) for name, value in medians.items()},
        "over_floor": round(medians["index"] / floor, 2),
        "goal": GOAL,
        "megabytes": round(memory, 1),
        "heavy": loaded.split()[1:],
        "met": medians["index"] <= GOAL * floor and memory <= MEGABYTES,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_project(Path(folder), arguments.files)
        found = measure(Path(folder), arguments.rounds)
    print(json.dumps(found) if arguments.json else "\n".join(f"{name}: {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
