"""How well the generator `extract` chooses between spans and whole sentences, on people's questions; and its scaling.

    python tests/bench/statements.py FOLDER=QUESTIONS.jsonl … --every 2 --json [--encoder mpnet] [--save]

Indexes a copy of each folder, finds five passages for every n-th question, and weighs spans and sentences, untuned.
The scaling that says how sure a statement is (`FEATURES` of `reader/statements.py`) is fitted to all sets but one and
judged on that one, in turn. An answer is right if it has token F1 of 0.5 with a gold answer, or holds one whole, or
most words of the sentence that is its evidence. Prints, at several thresholds, token F1 (an answer withheld is 0, or
100 where there is none), and how many answers are right and wrong; `best` is how often the statement chosen is right
where there is an answer, `three` how often one of the three best is. `--save` writes the scaling fitted to all sets.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain import config, show

from steep.flows.answer import Answerer, SearchRequest
from steep.flows.index import index
from steep.flows.questions import load_questions
from steep.measuring.scoring import best_of, token_f1, tokens
from steep.values import OPERATOR
from steep.workspace.project import Project
from steep_plugins.generators.reader.confidence import calibration_error, fit
from steep_plugins.generators.reader.generator import NAMED, ReaderGenerator
from steep_plugins.generators.reader.joining import whole_answer
from steep_plugins.generators.reader.reading import Task, Text
from steep_plugins.generators.reader.starter import STARTERS
from steep_plugins.generators.reader.statements import SCALING, Scaling
from steep_plugins.generators.reader.whole import unmarked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from steep.values import Question

PASSAGES, EVIDENCE = 5, 0.6
THRESHOLDS = (0.4, 0.45, 0.5, 0.55, 0.6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A question with what may be said to it: the span, the statement with its features, and the next best ones."""

    body: str
    question: Question
    span: str
    sure: float
    within: bool
    statement: str
    features: tuple[float, ...]
    others: tuple[str, ...]

    def right(self, said: str) -> bool:
        plain, golds = _plain(said), self.question.answers
        quotes = [set(tokens(each.quote or "")) for each in self.question.evidence]
        return bool(golds) and (
            any(_plain(gold) in plain for gold in golds if tokens(gold))
            or best_of(token_f1, said, golds) >= 0.5
            or any(quote and len(quote & set(tokens(said))) / len(quote) >= EVIDENCE for quote in quotes)
        )

    def said(self, probability: float, threshold: float, scaling: Scaling) -> str | None:
        """What `extract` answers with this threshold; None where it declines."""
        if self.sure >= scaling.firm:
            return self.span
        if probability < threshold:
            return None
        return self.span if self.within and self.sure >= scaling.agreed else self.statement


def main() -> None:
    asked = _arguments()
    starter = STARTERS[asked.encoder]
    reader = ReaderGenerator(starter=starter)
    found: list[Read] = []
    for pair in asked.sets:
        folder, _, questions = pair.partition("=")
        with tempfile.TemporaryDirectory() as work:
            found += read(reader, Path(folder), Path(questions), Path(work), asked.every)
    given = reader._statements.scaling
    print(json.dumps(figures(found, given), indent=1))
    if asked.save:
        weights, bias = fitted(found)
        row = {"weights": [round(each, 5) for each in weights], "bias": round(bias, 5)}
        row = asdict(given) | row
        (starter.statements / SCALING).write_text(json.dumps(row, indent=2) + "\n", "utf-8")


def read(reader: ReaderGenerator, folder: Path, file: Path, work: Path, every: int) -> Iterator[Read]:
    shutil.copytree(folder, work / "documents", ignore=shutil.ignore_patterns(".steep", "steep.toml"))
    (work / "steep.toml").write_text(config(1), "utf-8")
    with Project.open(work) as project:
        index(project, progress=show)
        answerer = Answerer(project)
        for question in load_questions(file).questions[::every]:
            request = SearchRequest(question=question.question, k=PASSAGES, caller=OPERATOR)
            passages = [hit.passage for hit in answerer.search(request).hits]
            if (one := _read(reader, question, passages, file.stem)) is not None:
                yield one


def _read(reader: ReaderGenerator, question: Question, passages: Sequence[Any], body: str) -> Read | None:
    tuned, statements = reader.tuned(None), reader._statements
    texts = tuple(Text.of(passage, rank=rank) for rank, passage in enumerate(passages))
    task = Task(question=question.question, texts=texts)
    spans = tuned.spans.read(task)
    stated = statements.best(task, spans) if spans else None
    if stated is None:
        return None
    composed, quotes = whole_answer(task.question, passages, texts, spans, lambda path: (), sentences=True)
    place = passages[stated.passage].id
    return Read(
        body=body,
        question=question,
        span=unmarked(composed.text),
        sure=max(tuned.calibration.probability(spans), NAMED if composed.named else 0.0),
        within=all(each.passage == place and stated.shortened(each.start, each.end) for each in quotes),
        statement=unmarked(stated.composed.text),
        features=stated.features,
        others=tuple(unmarked(texts[one.passage].text[one.start : one.end]) for one in stated.others),
    )


def fitted(rows: Sequence[Read]) -> tuple[tuple[float, ...], float]:
    return fit([row.features for row in rows], [row.right(row.statement) for row in rows])


def figures(rows: Sequence[Read], scaling: Scaling) -> dict[str, Any]:
    """By each set, with a scaling that the others taught."""
    sure: list[tuple[Read, float]] = []
    for body in sorted({row.body for row in rows}):
        weights, bias = fitted([row for row in rows if row.body != body] or rows)
        taught = replace(scaling, weights=weights, bias=bias)
        sure += [(row, taught.probability(row.features)) for row in rows if row.body == body]
    statements = [row.right(row.statement) for row, _ in sure]
    error = calibration_error([probability for _, probability in sure], statements)
    bodies = {body: [each for each in sure if each[0].body == body] for body in sorted({row.body for row in rows})}
    return {
        "calibration_error": None if error is None else round(error, 4),
        **{body: _of(own, scaling) for body, own in {**bodies, "all": sure}.items()},
    }


def _of(rows: Sequence[tuple[Read, float]], scaling: Scaling) -> dict[str, Any]:
    answerable = [row for row, _ in rows if row.question.answers]
    return {
        "questions": len(rows),
        "best": _share(row.right(row.statement) for row in answerable),
        "three": _share(any(map(row.right, (row.statement, *row.others))) for row in answerable),
        "at": {str(least): _at(rows, least, scaling) for least in THRESHOLDS},
    }


def _at(rows: Sequence[tuple[Read, float]], threshold: float, scaling: Scaling) -> dict[str, Any]:
    f1, right, wrong = 0.0, 0, 0
    for row, probability in rows:
        said = row.said(probability, threshold, scaling)
        if said is None:
            f1 += not row.question.answers
            continue
        f1 += best_of(token_f1, said, row.question.answers) if row.question.answers else 0.0
        right, wrong = right + row.right(said), wrong + (not row.right(said))
    return {"f1": round(100 * f1 / len(rows), 1), "right": right, "wrong": wrong}


def _share(found: Iterable[bool]) -> float:
    rows = list(found)
    return round(100 * sum(rows) / max(1, len(rows)), 1)


def _plain(text: str) -> str:
    return f" {' '.join(tokens(text))} "


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="FOLDER=QUESTIONS")
    parser.add_argument("--every", type=int, default=1, help="take every n-th question")
    parser.add_argument("--encoder", choices=tuple(STARTERS), default="minilm")
    parser.add_argument("--save", action="store_true", help="write the scaling beside the starter")
    parser.add_argument("--json", action="store_true", help="it prints JSON in any case")
    return parser.parse_args()


if __name__ == "__main__":
    main()
