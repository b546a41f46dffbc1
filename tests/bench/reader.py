"""How well the embedded reader reads: ``python tests/bench/reader.py FILE --json``.

FILE is JSONL, gzipped or not, with ``question``, ``context`` and ``answers`` (strings, or SQuAD's own forms), and
perhaps ``is_impossible`` and ``title``. Scores are SQuAD's: a question without an answer counts 1 where the reader
abstains. ``f1`` and ``exact_match`` are what a user gets, with abstention, unless no row says ``is_impossible``: then
they are SQuAD 1.1's, where every question has an answer and the reader always gives its best. Both are printed.
Golds of such files are phrases, so answers to how and why are not grown to sentences; ``f1_sentences`` says what that
growth, which is a user's default, makes of ``f1``.
``abstention_f1`` is the F1 of finding the unanswerable questions; ``calibration_error`` compares the stated confidence
of each best span with whether it is right (token F1 of 0.5 or more), over 10 equal bins.

Questions without an answer that people wrote (``is_impossible``) are the hard ones, those that
``--with-unanswerable`` makes of another paragraph's questions the easy ones; where there are any, ``easy`` and ``hard``
have the figures of each beside the answerable ones. ``--generator NAME``, with ``--model NAME`` where it writes, asks
another generator than the embedded reader, each question over its one passage, as a user would; what it would have said
where it abstains is not known.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from steep.errors import QuestionError, SteepError

NOT_MEASURED = "no question of the file is unanswerable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    question: str
    context: str
    answers: tuple[str, ...]
    title: str
    marked: bool
    made: bool = False

    @property
    def answerable(self) -> bool:
        return bool(self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    best: str
    sentence: str
    abstained: bool
    confidence: float


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    try:
        result = measure(options)
    except SteepError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    if options.json:
        print(json.dumps(result))
    else:
        print("\n".join(f"{name:>22}  {value}" for name, value in result.items()))
    return 0


def measure(options: argparse.Namespace) -> dict[str, Any]:
    from steep_plugins.generators.reader.generator import ReaderGenerator
    from steep_plugins.generators.reader.starter import STARTERS

    rows = read_rows(options.file)
    if options.limit:
        rows = rows[: options.limit]
    if options.with_unanswerable:
        rows += unanswerable(rows, options.seed)
    if options.generator:
        return asked_of_another(options, rows)
    starter = STARTERS[options.encoder]
    if options.starter:
        starter = replace(starter, folder=options.starter)
    reader = ReaderGenerator(starter=starter)
    if options.latency:
        return latency(reader, rows, options.adapter)
    began = time.monotonic()
    outcomes = answers(reader, rows, options.adapter)
    seconds = time.monotonic() - began
    result = scores(rows, outcomes, never_abstain=options.never_abstain) | apart(rows, outcomes)
    return {**result, "seconds": round(seconds, 1), "adapter": str(options.adapter or "starter")}


def asked_of_another(options: argparse.Namespace, rows: list[Row]) -> dict[str, Any]:
    """The figures of a generator by name, without those of answers that it withheld."""
    from reader_asked import asked, plain

    began = time.monotonic()
    drafts = asked(options.generator, options.model, [(row.question, row.context) for row in rows])
    outcomes = [
        Outcome(best=said, sentence=said, abstained=draft.abstained, confidence=draft.confidence or 0.0)
        for row, draft in zip(rows, drafts, strict=True)
        for said in ("" if draft.abstained else plain(draft, row.context),)
    ]
    unknown = ("f1_never_abstaining", "exact_match_never_abstaining", "f1_sentences")
    marked = [replace(row, marked=True) for row in rows]  # it is always scored with its abstentions
    result = scores(marked, outcomes, never_abstain=False) | apart(marked, outcomes)
    told = {name: value for name, value in result.items() if name not in unknown}
    return {
        **told,
        "seconds": round(time.monotonic() - began, 1),
        "generator": options.generator,
        "model": options.model,
    }


def apart(rows: list[Row], outcomes: list[Outcome]) -> dict[str, Any]:
    """The figures with the easy unanswerable questions alone, and with the hard ones alone."""
    shown = ("f1", "exact_match", "abstention_f1", "calibration_error", "unanswerable")
    found = {}
    for name, made in (("easy", True), ("hard", False)):
        kept = [(row, each) for row, each in zip(rows, outcomes, strict=True) if row.answerable or row.made == made]
        if any(not row.answerable for row, _ in kept):
            result = scores([row for row, _ in kept], [each for _, each in kept], never_abstain=False)
            found[name] = {each: result[each] for each in shown}
    return found


def scores(rows: list[Row], outcomes: list[Outcome], *, never_abstain: bool) -> dict[str, Any]:
    from steep.measuring.scoring import best_of, exact_match, token_f1
    from steep_plugins.generators.reader.confidence import calibration_error

    given = ["" if outcome.abstained else outcome.best for outcome in outcomes]
    best = [outcome.best for outcome in outcomes]
    forced = never_abstain or not any(row.marked for row in rows)
    golds = [list(row.answers) for row in rows]
    right = [
        row.answerable and best_of(token_f1, text, row.answers) >= 0.5 for row, text in zip(rows, best, strict=True)
    ]
    found = sum(outcome.abstained and not row.answerable for row, outcome in zip(rows, outcomes, strict=True))
    unanswerable_rows = sum(not row.answerable for row in rows)
    counted = found + sum(outcome.abstained for outcome in outcomes) + unanswerable_rows - found
    answerable = [(text, gold) for text, gold in zip(best, golds, strict=True) if gold]
    used = best if forced else given
    grown = ["" if outcome.abstained and not forced else outcome.sentence for outcome in outcomes]
    result: dict[str, Any] = {
        "f1": _mean(best_of(token_f1, text, gold) for text, gold in zip(used, golds, strict=True)),
        "exact_match": _mean(best_of(exact_match, text, gold) for text, gold in zip(used, golds, strict=True)),
        "abstention_f1": round(2 * found / counted, 4) if unanswerable_rows else None,
        "calibration_error": _rounded(calibration_error([outcome.confidence for outcome in outcomes], right)),
        "questions": len(rows),
        "unanswerable": unanswerable_rows,
        "abstained": sum(outcome.abstained for outcome in outcomes),
        "f1_abstaining": _mean(best_of(token_f1, text, gold) for text, gold in zip(given, golds, strict=True)),
        "f1_never_abstaining": _mean(best_of(token_f1, text, gold) for text, gold in answerable),
        "exact_match_never_abstaining": _mean(best_of(exact_match, text, gold) for text, gold in answerable),
        "f1_sentences": _mean(best_of(token_f1, text, gold) for text, gold in zip(grown, golds, strict=True)),
        "scored": "never abstaining" if forced else "with abstention",
    }
    if not unanswerable_rows:
        result["abstention_f1_reason"] = f"not measured: {NOT_MEASURED}"
    return result


def answers(reader: Any, rows: list[Row], adapter: Path | None) -> list[Outcome]:
    """Read every row; ``best`` is the reader's best span even where it abstains, ``sentence`` that span grown."""
    from steep_plugins.generators.reader.reading import Task, Text
    from steep_plugins.generators.reader.whole import complete
    from steep_plugins.languages.en.questions import explains

    tuned = reader.tuned(_ref(adapter))
    outcomes: list[Outcome] = []
    for begin in range(0, len(rows), 64):
        part = rows[begin : begin + 64]
        tasks = [Task(question=row.question, texts=(Text(text=row.context),)) for row in part]
        for row, found in zip(part, tuned.spans.read_all(tasks), strict=True):
            confidence = tuned.calibration.probability(found)
            span = (found[0].start, found[0].end) if found else (0, 0)
            outcomes.append(
                Outcome(
                    best=row.context[slice(*complete(row.context, span))] if found else "",
                    sentence=row.context[slice(*complete(row.context, span, sentence=explains(row.question)))]
                    if found
                    else "",
                    abstained=confidence < reader.threshold(tuned.calibration),
                    confidence=confidence,
                )
            )
    return outcomes


def _ref(adapter: Path | None) -> Any:
    from steep.kinds import AdapterRef

    return None if adapter is None else AdapterRef(version=str(adapter), folder=adapter)


def latency(reader: Any, rows: list[Row], adapter: Path | None, *, runs: int = 15) -> dict[str, Any]:
    """Milliseconds for one question over five passages of 200 word pieces, and the share in matrix products.

    Every run asks a question it has not asked before, over passages it has not read before.
    """
    import torch

    from steep_plugins.generators.reader.reading import Task, Text

    spans = reader.tuned(_ref(adapter)).spans
    text = " ".join(dict.fromkeys(row.context for row in rows))
    pieces = spans.encoder.pieces(text)
    cuts = [text[pieces.spans[at][0] : pieces.spans[at + 199][1]] for at in range(0, len(pieces.ids) - 200, 200)]
    if len(cuts) < 5:
        raise QuestionError(f"the file holds {len(pieces.ids)} word pieces of text; five passages of 200 need 1,000")
    tasks = [
        Task(question=row.question, texts=tuple(Text(text=cuts[(5 * at + k) % len(cuts)]) for k in range(5)))
        for at, row in enumerate(rows[: runs + 3])
    ]
    for task in tasks[:3]:
        spans.read(task)
    times = []
    for task in tasks[3:]:
        began = time.perf_counter()
        spans.read(task)
        times.append(1000 * (time.perf_counter() - began))
    with torch.profiler.profile() as profile:
        for task in tasks[3:8]:
            spans.read(task)
    events = profile.key_averages()
    total = sum(event.self_cpu_time_total for event in events)
    products = sum(event.self_cpu_time_total for event in events if event.key in _PRODUCTS)
    return {
        "median_ms": round(statistics.median(times), 1),
        "fastest_ms": round(min(times), 1),
        "slowest_ms": round(max(times), 1),
        "passages": 5,
        "pieces_each": 200,
        "threads": torch.get_num_threads(),
        "share_in_matrix_products": round(products / total, 3),
        "runs": len(times),
    }


_PRODUCTS = frozenset({"aten::mm", "aten::addmm", "aten::bmm", "aten::baddbmm", "aten::matmul", "mkldnn_linear"})


def read_rows(path: Path) -> list[Row]:
    """Rows of a question file. Raises QuestionError naming the line that cannot be used."""
    if not path.is_file():
        raise QuestionError(f"there is no file {path}")
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        rows = [_row(path, number, line) for number, line in enumerate(file, start=1) if line.strip()]
    if not rows:
        raise QuestionError(f"{path} holds no question")
    return rows


def _row(path: Path, number: int, line: str) -> Row:
    try:
        fields = json.loads(line)
        question, context, given = fields["question"], fields["context"], fields.get("answers", [])
        texts = given.get("text", []) if isinstance(given, dict) else given
        golds = [gold["text"] if isinstance(gold, dict) else gold for gold in texts]
        impossible = bool(fields.get("is_impossible", False))
        return Row(
            question=question.strip(),
            context=context,
            answers=() if impossible else tuple(gold for gold in golds if gold.strip()),
            title=fields.get("title", ""),
            marked="is_impossible" in fields,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise QuestionError(
            f"{path}, line {number}: expected an object with question, context and answers ({error!r})"
        ) from error


def unanswerable(rows: list[Row], seed: int) -> list[Row]:
    """Each answerable question over another paragraph, of the same title where there is one, without its answers."""
    from reader_starter.negatives import unanswerable as paired
    from reader_starter.sources import ReadingExample

    examples = [
        ReadingExample(
            question=row.question,
            context=row.context,
            span=(row.context.find(row.answers[0]), row.context.find(row.answers[0]) + len(row.answers[0])),
            group=row.title,
        )
        for row in rows
        if row.answerable
    ]
    return [
        Row(question=made.question, context=made.context, answers=(), title=made.group, marked=True, made=True)
        for made in paired(examples, share_hard=1.0, seed=seed)
    ]


def _mean(values: Any) -> float | None:
    listed = list(values)
    return round(sum(listed) / len(listed), 4) if listed else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the embedded reader on a question file.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--adapter", type=Path, help="a tuned adapter's folder, on top of the starter")
    parser.add_argument("--with-unanswerable", action="store_true", help="add as many questions without an answer")
    parser.add_argument("--never-abstain", action="store_true", help="score the best span even of unsure answers")
    parser.add_argument("--encoder", choices=("minilm", "mpnet"), default="minilm")
    parser.add_argument("--starter", type=Path, help="another starter than the one that ships")
    parser.add_argument("--generator", default="", help="ask this one instead, such as chat or extract")
    parser.add_argument("--model", default="", help="what it writes with, such as smollm2 or qwen")
    parser.add_argument("--latency", action="store_true", help="measure five passages of 200 pieces instead")
    parser.add_argument("--limit", type=int, default=0, help="only the first rows")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
