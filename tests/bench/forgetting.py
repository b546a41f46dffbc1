"""What does tuning on a domain forget, and does replay help? On a project that `domain.py --keep` left.

    python tests/bench/domain.py FOLDER QUESTIONS.jsonl --keep WORK
    python tests/bench/forgetting.py WORK --replay TRAINED_ON.jsonl.gz --known DEV.jsonl.gz --json

Tunes with each share of rows from TRAINED_ON (0: no replay), asks every question of the arms `rag` and `both`, and
reads DEV, of the kind that the starter was trained on, before and after: a row each of token F1, 0 to 100, on the
domain with the interval of the gain, and on DEV. The project's steep.toml is put back as it was.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import reader as known
from domain import tune_and_measure

from steep.workspace.project import Project
from steep_plugins.generators.reader.generator import ReaderGenerator

if TYPE_CHECKING:
    from collections.abc import Iterator


def main() -> None:
    arguments = _arguments()
    rows = []
    for row in compared(arguments.work, arguments.replay, arguments.known, arguments.shares):
        rows.append(row)
        print(json.dumps(row), file=sys.stderr, flush=True)
    print(json.dumps(rows, indent=1) if arguments.json else "\n".join(map(str, rows)))


def compared(work: Path, replay: Path, dev: Path, shares: list[float]) -> Iterator[dict[str, Any]]:
    """A row for the starter, and one for each share."""
    yield {"replay_share": None, **_known(dev, None)}
    file, rows = work / "steep.toml", work / f"replay{''.join(replay.suffixes)}"
    shutil.copy(replay, rows)
    shipped = file.read_text("utf-8")
    try:
        for share in shares:
            file.write_text(shipped + section(rows.name, share), "utf-8")
            with Project.open(work) as project:
                row = tune_and_measure(project)
            yield {"replay_share": share, **row, **_known(dev, Path(row["adapter"]))}
    finally:
        file.write_text(shipped, "utf-8")


def section(rows: str, share: float) -> str:
    mixture = f'[[tune.default.phases.mixture]]\nuse = "replay"\nfile = "{rows}"\nshare = {share}\n'
    return f'[[tune.default.phases]]\nuse = "instruct"\n{mixture}' if share else ""


def _known(dev: Path, adapter: Path | None) -> dict[str, Any]:
    rows = known.read_rows(dev)
    outcomes = known.answers(ReaderGenerator(), rows, adapter)
    found = known.scores(rows, outcomes, never_abstain=False)
    return {f"known_{name}": round(100 * found[name], 1) for name in ("f1", "exact_match")}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--replay", type=Path, required=True, help="rows that the starter was trained on")
    parser.add_argument("--known", type=Path, required=True, help="rows of the same kind that it was not trained on")
    parser.add_argument("--shares", type=float, nargs="+", default=[0.0, 0.2, 0.5])
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
