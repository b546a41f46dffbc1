"""How does the gain from tuning grow with the number of pairs? On a project that `domain.py --keep` left.

    python tests/bench/domain.py FOLDER QUESTIONS.jsonl --keep WORK
    python tests/bench/curve.py WORK --pairs 100 300 1000 --json

Tunes on so many of the dataset's pairs (a seeded choice; the held-out pairs stay the same), asks every question of the
arm `both`, and compares with `rag`: a row each of token F1, 0 to 100, with the interval of the gain, and the share of
right less wrong answers.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain import ARMS, _figures, _show

from steep.flows.measure import measure
from steep.flows.tune import tune
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
    parser.add_argument("--pairs", type=int, nargs="+", default=[100, 300, 1000, 3000])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def curve(project: Project, sizes: Sequence[int], seed: int) -> Iterator[dict[str, Any]]:
    """A row for each number of pairs; a number beyond what the dataset holds means all of it, and says how many."""
    whole, pairs = project.datasets.load("latest")
    training = [pair for pair in pairs if pair.id not in whole.dev]
    held_out = [pair for pair in pairs if pair.id in whole.dev]
    random.Random(seed).shuffle(training)
    for size in sizes:
        chosen = training[:size]
        subset = project.datasets.save(
            pairs=[*chosen, *held_out],
            dev=whole.dev,
            recipe={**whole.recipe, "subset": len(chosen)},
            summary={},
            now=project.clock(),
        )
        tuned = tune(project, progress=_show, dataset=subset.version, seed=seed)
        project.adapters.point("domain", "production", tuned.version, reason="measured", now=project.clock())
        report = measure(project, progress=_show, arms=ARMS)
        points = {arm.name: arm.metric("points") for arm in report.arms}
        yield {
            "pairs": len(chosen),
            **_figures(report),
            "points": {
                name: round(100 * each.mean, 1) for name, each in points.items() if each and each.mean is not None
            },
            "steps": tuned.steps,
            "minutes": round(tuned.seconds / 60, 2),
            "held_out": {"before": round(tuned.score_before, 4), "after": round(tuned.score_after, 4)},
        }


if __name__ == "__main__":
    main()
