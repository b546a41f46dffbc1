"""Draws kept pairs to be judged by hand, and counts what was judged.

    python tests/bench/judged.py draw PROJECT [PROJECT ...] [--count 200] [--seed 0] > sample.jsonl
    python tests/bench/judged.py table tests/bench/judged_pairs.jsonl

A PROJECT is a folder in which `steep index` and `steep synthesize` have run; its latest dataset is drawn from, the same
number from each. Criteria and figures: JUDGED_PAIRS.md.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steep.workspace.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CRITERIA = ("answerable", "correct", "natural")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Draw pairs to judge, or count the judgements.")
    commands = parser.add_subparsers(dest="command", required=True)
    draw = commands.add_parser("draw")
    draw.add_argument("projects", nargs="+", type=Path)
    draw.add_argument("--count", type=int, default=200)
    draw.add_argument("--seed", type=int, default=0)
    commands.add_parser("table").add_argument("file", type=Path)
    options = parser.parse_args(arguments)
    if options.command == "table":
        print(table(judged(options.file)))
        return 0
    for number, project in enumerate(options.projects):
        share = len(range(number, options.count, len(options.projects)))
        for row in drawn(project, share, options.seed):
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    return 0


def drawn(folder: Path, count: int, seed: int) -> Iterator[dict[str, Any]]:
    with Project.open(folder) as project:
        library = project.library()
        _, pairs = project.datasets.load("latest")
        ordered = sorted(pairs, key=lambda pair: pair.id)
        for pair in random.Random(seed).sample(ordered, min(count, len(ordered))):
            span = pair.spans[0] if pair.spans else None
            home = span.document if span else library.passages(pair.passages[:1])[0].document
            yield {
                "corpus": folder.name,
                "question": pair.question,
                "answer": pair.answer,
                "document": library.document(home).path.removeprefix("documents/"),
                "span": [span.start, span.end] if span else None,
                "rule": pair.rule,
            }


def judged(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def table(rows: Sequence[dict[str, Any]]) -> str:
    """A Markdown table of the judgements, by corpus, by whether there is an answer, and of all."""
    groups = [(corpus, [row for row in rows if row["corpus"] == corpus]) for corpus in _in_order(rows)]
    groups += [
        ("with an answer", [row for row in rows if row["answer"]]),
        ("without an answer", [row for row in rows if not row["answer"]]),
        ("**all**", list(rows)),
    ]
    lines = [
        "| pairs | judged | answerable as marked | correct | natural | all three |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, group in groups:
        counts = [sum(row[each] for row in group) for each in CRITERIA]
        counts.append(sum(all(row[each] for each in CRITERIA) for row in group))
        shares = [f"{count} ({100 * count / len(group):.1f} %)" for count in counts] if group else ["not measured"] * 4
        lines.append(f"| {' | '.join([name, str(len(group)), *shares])} |")
    return "\n".join(lines)


def _in_order(rows: Sequence[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(row["corpus"] for row in rows))


if __name__ == "__main__":
    raise SystemExit(main())
