"""How long `import steep` and `steep --help` take, beside what they cannot do without: pydantic, pluggy and typer.

Each is run in a fresh interpreter, in turns so that a busy machine slows all alike; the figures are medians.
Run: python tests/bench/import_time.py --json [--rounds 15]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time

CODES = {
    "floor": "import pydantic, pluggy, typer",
    "import_steep": "import steep",
    "steep_help": "import sys; sys.argv = ['steep', '--help']; from steep.cli import main; main()",
}
GOAL = 1.7


def seconds(code: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def measure(rounds: int) -> dict[str, object]:
    taken: dict[str, list[float]] = {name: [] for name in CODES}
    for code in CODES.values():
        seconds(code)  # byte code is written, files are in the cache
    for _ in range(rounds):
        for name, code in CODES.items():
            taken[name].append(seconds(code))
    medians = {name: statistics.median(values) for name, values in taken.items()}
    ratios = {name: round(medians[name] / medians["floor"], 3) for name in ("import_steep", "steep_help")}
    milliseconds = {name: round(value * 1000, 1) for name, value in medians.items()}
    return {"rounds": rounds, "milliseconds": milliseconds, "over_floor": ratios, "goal": GOAL,
            "met": all(ratio <= GOAL for ratio in ratios.values())}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    found = measure(arguments.rounds)
    print(json.dumps(found) if arguments.json else "\n".join(f"{name}: {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
