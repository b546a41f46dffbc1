"""Does tuning the embedded reader on a domain help? Any folder of documents, any question file.

    python tests/bench/domain.py FOLDER QUESTIONS.jsonl --json

Indexes the folder, writes pairs from it, tunes on them, and asks every question of the arms `rag` and `both` on the
same passages. Prints one object: `rag_f1`, `both_f1`, `gain` with its 95 % interval `low` to `high` (token F1,
0 to 100, paired bootstrap by document), `minutes` of tuning, and `verdict`; beside them `points` (right less wrong
answers, in hundredths) and the score on held-out pairs. The folder itself is left as it was.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from steep.flows.index import index
from steep.flows.measure import measure
from steep.flows.synthesize import synthesize
from steep.flows.tune import TuneRequest, tune
from steep.workspace.project import Project

if TYPE_CHECKING:
    from steep.kinds import Progress
    from steep.measuring.report import MeasureReport

ARMS = ("rag", "both")


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(arguments.keep or temporary)
        result = compare(arguments.folder, arguments.questions, work, pairs=arguments.pairs, seed=arguments.seed)
    print(json.dumps(result, indent=1) if arguments.json else _words(result))


def compare(folder: Path, questions: Path, work: Path, *, pairs: int, seed: int) -> dict[str, Any]:
    """Run the comparison in ``work``; ``pairs`` is how many to ask the synthesizer for, ``seed`` that of tuning."""
    shutil.copytree(folder, work / "documents", ignore=shutil.ignore_patterns(".steep", "steep.toml"))
    shutil.copy(questions, work / "questions.jsonl")
    (work / "steep.toml").write_text(config(pairs), "utf-8")
    with Project.open(work) as project:
        index(project, progress=show)
        written = synthesize(project, progress=show)
        return {**tune_and_measure(project, seed=seed), "pairs": written.kept}


def tune_and_measure(project: Project, *, dataset: str = "latest", seed: int = 0) -> dict[str, Any]:
    """Tune on a dataset and ask `rag` and `both` every question; what came of it, with the adapter's folder."""
    begun = time.monotonic()
    tuned = tune(project, progress=show, request=TuneRequest(dataset=dataset, seed=seed))
    minutes = (time.monotonic() - begun) / 60
    # both arms are measured also where the held-out pairs showed no gain: that is the question here
    project.adapters.point("domain", "production", tuned.version, reason="measured", now=project.clock())
    report = measure(project, progress=show, arms=ARMS)
    return {
        **_figures(report),
        "points": {arm.name: _hundredth(points.mean) for arm in report.arms if (points := arm.metric("points"))},
        "minutes": round(minutes, 2),
        "steps": tuned.steps,
        "rows": tuned.rows,
        "held_out": {"before": round(tuned.score_before, 4), "after": round(tuned.score_after, 4)},
        "adapter": str(project.adapters.resolve("domain@production").folder),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--pairs", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=0, help="of the adapter's first weights and the order of pairs")
    parser.add_argument("--keep", help="work in this folder, and leave it")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def config(pairs: int) -> str:
    return (
        '[project]\nname = "domain"\ndocuments = ["documents/**/*"]\n'
        f'[[synthesizer]]\nuse = "structure"\npairs = {pairs}\n'
        '[measure]\nquestions = "questions.jsonl"\n'
    )


def show(step: Progress) -> None:
    if step.total and (step.done == step.total or step.done % max(1, step.total // 10) == 0):
        Console(stderr=True).print(f"{step.stage} {step.done}/{step.total} {step.note}", highlight=False)


def _figures(report: MeasureReport) -> dict[str, Any]:
    """Token F1 from 0 to 100; None with the reason where too few questions were there to compare."""
    means = {arm.name: arm.metric("token-f1") for arm in report.arms}
    pair = next(each for each in report.comparisons if each.metric == "token-f1" and {each.arm, each.over} == set(ARMS))
    sign = 1 if pair.arm == "both" else -1
    low, high = sorted((_hundredth(pair.low, sign), _hundredth(pair.high, sign)), key=lambda each: each or 0)
    return {
        "rag_f1": _hundredth(means["rag"].mean if means["rag"] else None),
        "both_f1": _hundredth(means["both"].mean if means["both"] else None),
        "gain": _hundredth(pair.difference, sign),
        "low": low,
        "high": high,
        "questions": pair.questions,
        "verdict": report.verdict.sentence,
        **({"reason": pair.reason} if pair.reason else {}),
    }


def _hundredth(value: float | None, sign: int = 1) -> float | None:
    return None if value is None else round(100 * sign * value, 2)


def _words(result: dict[str, Any]) -> str:
    return (
        f"rag {result['rag_f1']:.1f}, both {result['both_f1']:.1f}: gain {result['gain']:+.1f} "
        f"({result['low']:+.1f} to {result['high']:+.1f}), tuned in {result['minutes']} minutes. {result['verdict']}"
    )


if __name__ == "__main__":
    sys.exit(main())
