"""How does the gain from tuning grow with the number of pairs? On a project that `domain.py --keep` left.

    python tests/bench/domain.py FOLDER QUESTIONS.jsonl --keep WORK
    python tests/bench/curve.py WORK --pairs 0 100 300 1000 3000 --json

Tunes on so many of the dataset's pairs (a seeded choice; the held-out pairs stay the same), asks every question of the
arm `both`, and compares with `rag`: a row each of token F1, 0 to 100, with the interval of the gain, and of points,
right less wrong answers. No pairs at all is the reader as it ships.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain import show, tune_and_measure

from steep.flows.measure import measure
from steep.workspace.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def main() -> None:
    arguments = _arguments()
    rows = []
    with Project.open(arguments.work) as project:
        for row in curve(project, arguments.pairs, arguments.seed):
            rows.append(row)
            print(json.dumps(row), file=sys.stderr, flush=True)
    print(json.dumps(rows, indent=1) if arguments.json else "\n".join(map(str, rows)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--pairs", type=int, nargs="+", default=[0, 100, 300, 1000, 3000])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def curve(project: Project, sizes: Sequence[int], seed: int) -> Iterator[dict[str, Any]]:
    """A row for each number of pairs; a number beyond what the dataset holds means all of it, and says how many."""
    whole, pairs = project.datasets.load("latest")
    training = [pair for pair in pairs if pair.id not in whole.dev]
    held_out = [pair for pair in pairs if pair.id in whole.dev]
    random.Random(seed).shuffle(training)
    for size in dict.fromkeys(min(size, len(training)) for size in sizes):
        if size == 0:
            yield _untuned(project)
            continue
        subset = project.datasets.save(
            pairs=[*training[:size], *held_out],
            dev=whole.dev,
            recipe={**whole.recipe, "subset": size},
            summary={},
            now=project.clock(),
        )
        yield {"pairs": size, **tune_and_measure(project, dataset=subset.version, seed=seed)}


def _untuned(project: Project) -> dict[str, Any]:
    """No pairs: the reader as it ships, which is what `rag` reads with."""
    (arm,) = measure(project, progress=show, arms=("rag",)).arms
    means = {name: arm.metric(name) for name in ("token-f1", "points")}
    f1, points = (round(100 * each.mean, 2) if each and each.mean is not None else None for each in means.values())
    return {"pairs": 0, "rag_f1": f1, "both_f1": f1, "gain": 0.0, "points": {"rag": points}}


if __name__ == "__main__":
    main()
