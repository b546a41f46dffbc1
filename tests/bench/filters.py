"""What does each filter of pairs do for tuning? On a project that `domain.py --keep` left.

    python tests/bench/domain.py FOLDER QUESTIONS.jsonl --keep WORK
    python tests/bench/filters.py WORK --json

Writes the pairs anew with one filter changed at a time, tunes on them, and asks every question of the arms `rag` and
`both`: a row each of how many pairs were kept and why the others were not, token F1, 0 to 100, with the interval of the
gain, and points. The project's steep.toml is put back as it was.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain import show, tune_and_measure

from steep.flows.synthesize import synthesize
from steep.workspace.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

SHIPPED = ("duplicates", "overlap", "round-trip", "answered-after-all")
SETTINGS = {
    "as shipped": SHIPPED,
    **{f"without {name}": tuple(each for each in SHIPPED if each != name) for name in SHIPPED},
    "with agreement": (*SHIPPED, "agreement"),
}


def main() -> None:
    arguments = _arguments()
    rows = []
    for row in compared(arguments.work, arguments.only or list(SETTINGS)):
        rows.append(row)
        print(json.dumps(row), file=sys.stderr, flush=True)
    print(json.dumps(rows, indent=1) if arguments.json else "\n".join(map(str, rows)))


def tables(name: str) -> str:
    """What a setting is in steep.toml."""
    return "".join(f'[[filter]]\nuse = "{each}"\n' for each in SETTINGS[name])


def compared(work: Path, names: list[str]) -> Iterator[dict[str, Any]]:
    """A row for each list of filters, by its name in ``SETTINGS``."""
    file = work / "steep.toml"
    shipped = file.read_text("utf-8")
    try:
        for name in names:
            file.write_text(shipped + tables(name), "utf-8")
            with Project.open(work) as project:
                written = synthesize(project, progress=show)
                row = tune_and_measure(project, dataset=written.dataset)
            yield {
                "filters": name,
                "written": written.written,
                "kept": written.kept,
                "dropped": dict(written.dropped),
                **row,
            }
    finally:
        file.write_text(shipped, "utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--only", nargs="+", choices=list(SETTINGS), help="these settings alone")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
