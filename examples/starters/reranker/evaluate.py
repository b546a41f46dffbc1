"""How often a passage that answers is among the first: as `hybrid` finds them, and as the reranker orders them.

    python evaluate.py ../manuals/projects manual_rows.jsonl --weights 0.3,0.5,1
    python evaluate.py PROJECT

Of the rows of ../manuals those are asked whose passages were held out. A project is any folder with a steep.toml and
a questions.jsonl, of which those with evidence are asked. A passage answers where it holds a sentence that does.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from steep.flows.answer import Answerer, SearchRequest
from steep.flows.index import index
from steep.flows.questions import load_questions
from steep.values import OPERATOR
from steep.workspace.project import Project
from steep_plugins.rerankers import MiniLMOptions
from steep_plugins.rerankers.minilm import STARTER, MiniLMReranker, mixed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FIRST = (1, 3, 5, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, and sentences of which each answers it."""

    source: str
    question: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Of what a search found: which passages answer, its scores, and those of the reranker."""

    source: str
    right: list[bool]
    found: list[float]
    read: list[float]

    def first(self, weight: float) -> int | None:
        """Where the first passage stands that answers, from 0."""
        scores = mixed(self.read, self.found, weight)
        order = sorted(range(len(scores)), key=lambda at: (-scores[at], at))
        return next((at for at, each in enumerate(order) if self.right[each]), None)


def held_out(rows: Path) -> dict[str, list[Asked]]:
    """By project; rows that nothing answers are left out."""
    made: dict[str, list[Asked]] = defaultdict(list)
    for row in map(json.loads, rows.read_text("utf-8").splitlines()):
        said = [w["text"][slice(*span)] for w in row["windows"] for span in w["answers"]]
        if row["held_out"] and said:
            made[row["set"]].append(Asked(source=row["source"], question=row["question"], said=tuple(said)))
    return made


def of_project(folder: Path) -> list[Asked]:
    questions = load_questions(folder / "questions.jsonl").questions
    return [
        Asked(source=folder.name, question=each.question, said=tuple(one.quote for one in each.evidence if one.quote))
        for each in questions
        if any(one.quote for one in each.evidence)
    ]


def ranked(folder: Path, questions: Sequence[Asked], reranker: MiniLMReranker, hits: int) -> Iterator[Ranked]:
    with Project.open(folder) as project:
        index(project, progress=lambda *_, **__: None)
        answerer = Answerer(project)
        for each in questions:
            found = answerer.search(SearchRequest(question=each.question, k=hits, caller=OPERATOR)).hits
            if found:
                said = [plain(one) for one in each.said]
                yield Ranked(
                    source=each.source,
                    right=[any(one in plain(hit.passage.text) for one in said) for hit in found],
                    found=[hit.score for hit in found],
                    read=reranker.read(each.question, found),
                )


def plain(text: str) -> str:
    return " ".join(re.sub(r"[*_`]", "", text).lower().split())


def table(rows: Iterable[Ranked], weights: Sequence[float]) -> Iterator[str]:
    by_source: dict[str, list[Ranked]] = defaultdict(list)
    for row in rows:
        by_source[row.source].append(row)
    for source, own in by_source.items():
        for weight in weights:
            places = [row.first(weight) for row in own]
            shares = (sum(at is not None and at < most for at in places) / len(places) for most in FIRST)
            said = " / ".join(f"{100 * share:.1f}" for share in shares)
            yield f"{source} ({len(own)} questions), weight {weight}: recall@{'/'.join(map(str, FIRST))} {said}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a project, or the folder of those that the rows are of")
    parser.add_argument("rows", type=Path, nargs="?")
    parser.add_argument("--starter", type=Path, default=STARTER)
    parser.add_argument("--hits", type=int, default=MiniLMOptions().hits)
    parser.add_argument(
        "--weights", default=f"{MiniLMOptions().weight}", help="0, the search alone, is always among them"
    )
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    options = MiniLMOptions(hits=asked.hits)
    reranker = MiniLMReranker(hits=options.hits, tokens=options.tokens, weight=1.0, folder=asked.starter)
    if asked.rows is None:
        sets = {asked.folder: of_project(asked.folder)}
    else:
        sets = {asked.folder / name: each for name, each in held_out(asked.rows).items()}
    rows = [row for folder, own in sets.items() for row in ranked(folder, own, reranker, asked.hits)]
    for line in table(rows, [0.0, *map(float, asked.weights.split(","))]):
        print(line)


if __name__ == "__main__":
    main()
