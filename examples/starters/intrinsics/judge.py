"""How well the jobs ``answerable`` and ``support`` are done, asked as steep asks them: by ``Model.score``.

    python -m rows answerable ../shared/data hard.jsonl --part hard
    python judge.py hard.jsonl --adapter run/adapter-00120
    python judge.py dev.jsonl --adapter run/adapter-00120 --fit        # scale and shift of the log-odds
    python judge.py hard.jsonl --adapter run/adapter-00120 --calibration 0.8 -0.2

``abstention_f1`` is that of finding the rows that say No, at a probability of one half. For ``support`` the rule of the
guardrail `grounded` judges the same rows.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from base import BASES, Base

from steep.kinds import AdapterRef, Scored
from steep_plugins import intrinsics
from steep_plugins.generators.reader.confidence import calibration_error
from steep_plugins.models.language import LanguageModel, Placement

Row = dict[str, Any]


def judged(
    rows: list[Row], job: str, known: Base, adapter: Path | None, device: str
) -> list[tuple[Row, list[str], float]]:
    """Every branch with its passages and the log-odds of Yes."""
    asked = intrinsics.find(job)
    model = LanguageModel(known.find(), Placement(device=device), adapters=1)
    ref = AdapterRef(version=str(adapter), folder=adapter) if adapter else None
    found = []
    for row in rows:
        for branch in row["branches"]:
            if branch.get("job", job) == job:
                fields = {name: branch[name] for name in asked.fields}
                messages = asked.messages(row["passages"], **fields)
                yes, no = model.score([Scored(messages=messages, reply=r, adapter=ref) for r in asked.replies])
                found.append((branch, row["passages"], yes - no))
    return found


def fitted(odds: list[float], held: list[bool]) -> tuple[float, float]:
    """Scale and shift of the log-odds that make these rows likeliest: logistic regression, by Newton's steps.

    A step that makes them less likely is halved: far from the end a whole one can leap past it.
    """
    scale, shift, worst = 1.0, 0.0, unlikeliness(1.0, 0.0, odds, held)
    for _ in range(50):
        chances = [sigmoid(scale * x + shift) for x in odds]
        wrong = [p - y for p, y in zip(chances, held, strict=True)]
        weights = [p * (1 - p) for p in chances]
        a = sum(w * x * x for w, x in zip(weights, odds, strict=True)) + 1e-6
        b = sum(w * x for w, x in zip(weights, odds, strict=True))
        c = sum(weights) + 1e-6
        g, h = sum(e * x for e, x in zip(wrong, odds, strict=True)), sum(wrong)
        det = a * c - b * b
        by_scale, by_shift, size = (c * g - b * h) / det, (a * h - b * g) / det, 1.0
        while (found := unlikeliness(scale - size * by_scale, shift - size * by_shift, odds, held)) > worst:
            size /= 2
            if size < 1e-6:
                return scale, shift
        scale, shift, worst = scale - size * by_scale, shift - size * by_shift, found
    return scale, shift


def unlikeliness(scale: float, shift: float, odds: list[float], held: list[bool]) -> float:
    """Minus the log-likelihood of the rows, in nats."""
    return sum(
        math.log1p(math.exp(-abs(z))) + max(0.0, -z)
        for z in ((scale * x + shift) * (1 if y else -1) for x, y in zip(odds, held, strict=True))
    )


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, x))))


def area(scores: list[float], held: list[bool]) -> float:
    """The chance that a row that holds is scored above one that does not."""
    order = sorted(range(len(scores)), key=lambda n: scores[n])
    ranks: dict[int, float] = {}
    at = 0
    while at < len(order):
        end = at
        while end < len(order) and scores[order[end]] == scores[order[at]]:
            end += 1
        ranks |= {order[n]: (at + end + 1) / 2 for n in range(at, end)}
        at = end
    yes = sum(held)
    return (sum(ranks[n] for n, y in enumerate(held) if y) - yes * (yes + 1) / 2) / max(1, yes * (len(held) - yes))


def figures(chances: list[float], held: list[bool]) -> dict[str, Any]:
    said = [chance >= 0.5 for chance in chances]
    found = sum(not s and not h for s, h in zip(said, held, strict=True))
    missed = said.count(False) + held.count(False)
    return {
        "rows": len(held),
        "no": held.count(False),
        "auc": round(area(chances, held), 4),
        "accuracy": round(sum(s == h for s, h in zip(said, held, strict=True)) / len(held), 4),
        "abstention_f1": round(2 * found / max(1, missed), 4),
        "abstained_wrongly": round(sum(not s and h for s, h in zip(said, held, strict=True)) / max(1, sum(held)), 4),
        "calibration_error": round(calibration_error(chances, held), 4),
    }


def by_rule(found: list[tuple[Row, list[str], float]]) -> list[float]:
    """How well each statement is supported by the rule of `grounded`, from 0 to 1."""
    from steep.kinds import GuardRequest
    from steep.testing.reranker import hits_of
    from steep_plugins.guardrails.grounded import Grounded

    guard, scores = Grounded(), []
    for branch, passages, _ in found:
        hits = hits_of(*passages)
        text, question = branch["statement"], ""
        if branch.get("answer") and "?" in text:  # the rule is given the question as a question
            text, question = f"{branch['answer']}.", branch["question"]
        check = guard.check(GuardRequest(stage="output", text=text, question=question, hits=hits))
        scores.append(1 - max((finding.score for finding in check.findings), default=0.0))
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--base", choices=tuple(BASES), default="smollm2")
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--calibration", type=float, nargs=2, default=(1.0, 0.0), metavar=("SCALE", "SHIFT"))
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    rows = [json.loads(line) for line in given.rows.read_text("utf-8").splitlines()]
    job, began = rows[0]["job"], time.monotonic()
    found = judged(rows, job, BASES[given.base], given.adapter, given.device)
    seconds = time.monotonic() - began
    held = [branch["reply"] == "Yes" for branch, _, _ in found]
    odds = [each for *_, each in found]
    scale, shift = fitted(odds, held) if given.fit else given.calibration
    chances = [sigmoid(scale * x + shift) for x in odds]
    made = {"job": job, **figures(chances, held), "scale": round(scale, 4), "shift": round(shift, 4)}
    made["a_second"] = round(len(found) / seconds, 1)
    kinds: dict[str, list[int]] = defaultdict(list)
    for number, (branch, *_) in enumerate(found):
        kinds[f"{branch.get('kind', '')} {branch['reply']}"].append(number)
    if len(kinds) > 2:
        made["mean_by_kind"] = {
            k: [len(at), round(sum(chances[n] for n in at) / len(at), 3)] for k, at in kinds.items()
        }
    if job == "support":
        ruled = by_rule(found)
        made["rule"] = {name: value for name, value in figures(ruled, held).items() if name in ("auc", "accuracy")}
    print(json.dumps(made, indent=2))
    if given.out:
        lines = [json.dumps(branch | {"odds": x}) for branch, _, x in found]
        given.out.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
