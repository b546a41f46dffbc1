"""How far number formats and runtimes move what a language model says and how it weighs, from float32 in torch.

    python tests/bench/sameness.py [--model qwen] [--rows FILE] [--most 40] [--json] [WAY ...]

Ways are those of `runtimes.py` that are steep's own. Shown is of how many of 16 greedy replies of 32 tokens a way
writes the very same, and how many of their tokens come before the first other one. ``--rows`` (``python -m rows
answerable`` in `examples/starters/intrinsics` writes them) has questions whose passages hold the answer or not: shown
is how far their log-odds lie from float32's (mean, most), how many of them cross one half once calibrated, and the AUC.
"""

from __future__ import annotations

import argparse
import gc
import json
from pathlib import Path
from typing import Any

from runtimes import OPTIONS, Here, line, shown

from steep.kinds import Ask, Scored
from steep.values import Message
from steep_plugins import intrinsics

ASKED = [f"Write a long story about the number {number}." for number in range(16)]
JOB = "answerable"


def replies(model: Any) -> list[list[str]]:
    """Token by token, as their texts."""
    asks = [Ask(messages=(Message(role="user", content=text),), max_tokens=32, chances=0) for text in ASKED]
    # one by one, as most are asked for
    ends = [piece for ask in asks for piece in model.chat([ask]) if piece.end]
    return [[each.token for each in end.chances] for end in ends]


def odds(model: Any, rows: list[dict[str, Any]]) -> list[float]:
    job = intrinsics.find(JOB)
    adapter = job.adapter(model.digest)
    found = []
    for row in rows:
        messages = job.messages(row["passages"], question=row["question"])
        yes, no = model.score([Scored(messages=messages, reply=each, adapter=adapter) for each in job.replies])
        found.append(yes - no)
    return found


def read(file: Path, most: int) -> list[dict[str, Any]]:
    rows = [json.loads(each) for each in file.read_text("utf-8").splitlines()]
    return [{"passages": row["passages"], **branch} for row in rows for branch in row["branches"]][:most]


def beside(way: str, model: Any, rows: list[dict[str, Any]], right: dict[str, Any]) -> dict[str, Any]:
    """What a way writes and weighs, beside what float32 did."""
    same = [alike(one, other) for one, other in zip(replies(model), right["replies"], strict=True)]
    whole = sum(count == len(each) for count, each in zip(same, right["replies"], strict=True))
    found = {"way": way, "same_replies": whole, "replies": len(same), "same_tokens": sum(same) / len(same)}
    if not rows:
        return found
    moved, job = odds(model, rows), intrinsics.find(JOB)
    apart = [one - other for one, other in zip(moved, right["odds"], strict=True)]
    here, there = ([job.probability(model.digest, each) >= 0.5 for each in of] for of in (moved, right["odds"]))
    return found | {
        "rows": len(rows),
        "moved": sum(map(abs, apart)) / len(apart),
        "moved_most": max(map(abs, apart)),
        "shift": sum(apart) / len(apart),
        "crossed": sum(one != other for one, other in zip(here, there, strict=True)),
        "auc": area(moved, [row["reply"] == "Yes" for row in rows]),
    }


def alike(one: list[str], other: list[str]) -> int:
    longest = min(len(one), len(other))
    return next((at for at in range(longest) if one[at] != other[at]), longest)


def area(scores: list[float], held: list[bool]) -> float:
    """The chance that a row that holds is scored above one that does not; a tie counts half."""
    yes = [score for score, each in zip(scores, held, strict=True) if each]
    no = [score for score, each in zip(scores, held, strict=True) if not each]
    won = sum((a > b) + (a == b) / 2 for a in yes for b in no)
    return won / max(1, len(yes) * len(no))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ways = ["torch", "bfloat16", "steep-openvino"]
    parser.add_argument("ways", nargs="*", default=ways, choices=["auto", *OPTIONS])
    parser.add_argument("--model", choices=("smollm2", "qwen", "qwen-large"), default="smollm2")
    parser.add_argument("--rows", type=Path)
    parser.add_argument("--most", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = read(given.rows, given.most) if given.rows else []
    exact = Here("float32", given.model).model
    right = {"replies": replies(exact), "odds": odds(exact, rows)}
    del exact
    found = []
    for way in given.ways:
        gc.collect()
        found.append(beside(way, Here(way, given.model).model, rows, right))
        print(line({key: shown(value) for key, value in found[-1].items()}), flush=True)
    if given.json:
        print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
