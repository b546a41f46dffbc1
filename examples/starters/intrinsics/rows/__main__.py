"""Write the rows of a job: one JSON object a line, a tree of questions over shared passages.

    python -m rows answerable ../shared/data rows.jsonl
    python -m rows answerable ../shared/data dev.jsonl --part dev

``{"job", "source", "phase", "passages": [text, …], "branches": [{"question", "reply"}, …]}``; without "job" it is
``answer``. What a branch holds beside its reply are the fields of the job's prompt. General instructions are
``{"source", "phase", "messages", "reply"}``. With ``--chat`` each question is a line of its own, as `steep tune` and
other trainers read it: ``{"prompt", "completion", "group"}``. ``train`` is what is taught, ``dev`` what the training
looks at on its way and what thresholds are fitted on; the other parts are for evaluation alone, but for ``brief`` and
``brief-dev`` of ``ask``, which are those two for a run on two cores.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
from pathlib import Path

from rows import chat, manuals, quoted

JOBS = ("answer", "answerable", "ask", "grounded", "quoted", "rewrite", "support", "together")

ABOUT_MANUALS = {**manuals.JOBS, "quoted": quoted.some}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", choices=JOBS)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--part", default="train")
    parser.add_argument("--manuals", type=Path, help="rows of ../manuals, for grounded, ask, quoted and together")
    parser.add_argument("--chat", action="store_true", help="conversations, a line each, instead of trees")
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args()
    parts = importlib.import_module(f"rows.{asked.job}").PARTS
    if asked.part not in parts:
        raise SystemExit(f"{asked.job} has no part {asked.part!r}; it has {', '.join(parts)}")
    dice = random.Random(asked.seed)
    rows = parts[asked.part](asked.data, dice)
    if asked.manuals:
        if asked.job not in ABOUT_MANUALS:
            raise SystemExit(f"{asked.job} has no rows about manuals; {' and '.join(ABOUT_MANUALS)} have")
        rows += ABOUT_MANUALS[asked.job](asked.manuals, dice, held_out=asked.part != "train")
        rows = dice.sample(rows, len(rows))
    rows = [line for row in rows for line in chat.lines(row)] if asked.chat else rows
    asked.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


if __name__ == "__main__":
    main()
