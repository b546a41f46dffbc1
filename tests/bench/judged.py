"""Draws kept pairs to be judged by hand, and counts what was judged.

    python tests/bench/judged.py draw PROJECT [PROJECT ...] [--count 200] [--seed 0] > sample.jsonl
    python tests/bench/judged.py table tests/bench/judged_pairs.jsonl
    python tests/bench/judged.py agreed tests/bench/judged_asked.jsonl PROJECT [PROJECT ...] [--least 0.7]

A PROJECT is a folder in which `steep index` and, to draw from its latest dataset, `steep synthesize` have run; the same
number is drawn from each. `agreed` counts the judged pairs whose answer the generator of the PROJECT of that name finds
in their passage, as the filter `agreement` does. Criteria and figures: JUDGED_PAIRS.md.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steep.answering.hand import said_by
from steep.answering.speakers import speaker
from steep.kinds import Asked
from steep.measuring.scoring import token_f1
from steep.prompts import MARKER
from steep.values import Hit
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
    agree = commands.add_parser("agreed")
    agree.add_argument("file", type=Path)
    agree.add_argument("projects", nargs="+", type=Path)
    agree.add_argument("--least", type=float, default=0.7)
    options = parser.parse_args(arguments)
    if options.command == "agreed":
        rows = judged(options.file)
        print(table([row for folder in options.projects for row in agreed(rows, folder, options.least)]))
        return 0
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


def agreed(rows: Sequence[dict[str, Any]], folder: Path, least: float) -> Iterator[dict[str, Any]]:
    """The judged rows of a project's documents whose answer its generator finds, shown the passage that holds it."""
    with Project.open(folder) as project:
        answers, library = speaker(project), project.library()
        homes = {document.path.removeprefix("documents/"): document.id for document in library.documents()}
        for row in rows:
            if row["corpus"] != folder.name or not row["span"]:
                continue
            start, end = row["span"]
            near = [
                each for each in library.passages_of(homes[row["document"]]) if each.end > start and each.start < end
            ]
            hits = tuple(Hit(passage=passage, score=1.0, rank=rank) for rank, passage in enumerate(near, start=1))
            draft = said_by(answers, Asked(question=row["question"], hits=hits, insist=True))
            if token_f1(MARKER.sub(" ", draft.text), row["answer"]) >= least:
                yield row


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
