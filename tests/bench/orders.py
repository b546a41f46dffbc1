"""Orders to the model: what the rules of `injection` and the taught `injection-minilm` find, and what they bar in vain.

    python tests/bench/orders.py [--json] [--show]

Our own orders and harmless texts in orders.toml (those in passages for the rules alone), the half of deepset's prompts
that the recipe holds out, and questions that people asked, also such as have the words of orders. ``both`` bars what
either bars. Rules were written with deepset's rows in sight. The data is looked for in ../shared/data beside the
repository, or at STEEP_SHARED_DATA.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guardrails import DATA, asked, lines, retrieved

from steep_plugins.guardrails.injection import Injection
from steep_plugins.guardrails.injection_minilm import STARTER, InjectionMiniLM

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "examples/starters/injection"))
from sources import deepset  # noqa: E402  what the recipe teaches and holds out, by its own words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import Guardrail

Counts = dict[str, dict[str, Any]]


class Bench:
    """Counts, for each guardrail and for both together, how many of some texts are barred."""

    def __init__(self, guards: dict[str, Guardrail], show: bool) -> None:
        self._guards, self._show = guards, show
        self.seconds = dict.fromkeys(guards, 0.0)

    def barred(self, texts: Sequence[str], stage: str, *, good: bool = False) -> dict[str, int]:
        able = [name for name, guard in self._guards.items() if stage in guard.stages]
        told = {name: [self._bars(name, text, stage) for text in texts] for name in able}
        if len(told) > 1:
            told["both"] = [any(each) for each in zip(*told.values(), strict=True)]
        for name, found in told.items():
            for text, hit in zip(texts, found, strict=True):
                if self._show and hit == good and name != "both":
                    print(name, stage, "in vain" if good else "missed", repr(text[:160]), file=sys.stderr)
        return {"of": len(texts)} | {name: sum(found) for name, found in told.items()}

    def _bars(self, name: str, text: str, stage: str) -> bool:
        begun = time.process_time()
        check = self._guards[name].check(asked(text) if stage == "input" else retrieved(text))
        self.seconds[name] += time.process_time() - begun
        return not check.passed


def own(bench: Bench) -> Counts:
    table = tomllib.loads(Path(__file__).with_name("orders.toml").read_text("utf-8"))["row"]
    return {f"{row['stage']}, orders": bench.barred(row["orders"], row["stage"]) for row in table} | {
        f"{row['stage']}, harmless": bench.barred(row["harmless"], row["stage"], good=True) for row in table
    }


def prompts(bench: Bench) -> Counts:
    _, aside = deepset(DATA)
    return {
        "attacks": bench.barred([text for text, attack in aside if attack], "input"),
        "benign": bench.barred([text for text, attack in aside if not attack], "input", good=True),
    }


def questions(bench: Bench) -> Counts:
    """Questions that people asked, and those that have the words of orders."""
    said = json.loads((ROOT / "tests/bench/attacks.json").read_text("utf-8"))["benign"]
    files = [*(ROOT / "tests/bench/questions").glob("*.jsonl"), *(ROOT / "examples").glob("*/questions.jsonl")]
    people = [row["question"] for file in sorted(files) for row in lines(file) if "question" in row]
    harmless = (ROOT / "tests/plugins/guardrails/harmless.txt").read_text("utf-8").splitlines()
    return {
        "asked by people": bench.barred(people, "input", good=True),
        "with words of orders": bench.barred([*harmless, *(each["question"] for each in said)], "input", good=True),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object on one line")
    parser.add_argument("--show", action="store_true", help="write what was missed or barred in vain to stderr")
    parser.add_argument("--starter", type=Path, default=STARTER, help="another starter than the one that ships")
    options = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"there is no data at {DATA}; set STEEP_SHARED_DATA")
    bench = Bench({"rules": Injection(), "taught": InjectionMiniLM(folder=options.starter)}, options.show)
    report = {
        "own": own(bench),
        "deepset, held out": prompts(bench),
        "questions": questions(bench),
        "seconds": {name: round(taken, 1) for name, taken in bench.seconds.items()},
    }
    print(json.dumps(report, indent=None if options.json else 2))


if __name__ == "__main__":
    main()
