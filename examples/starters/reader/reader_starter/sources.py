"""The rows that the starter learns from, read from the shared data folder."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.errors import DatasetError
from steep.language import content_stems, sentence_spans

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HELD_BACK = frozenset({"Plymouth", "Arnold_Schwarzenegger", "Antibiotics", "Montana"})
"""Articles of the training part that are never trained on: for early stopping, calibration and the threshold."""


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file, gzipped or not. Raises DatasetError naming the line that is not one."""
    if not path.is_file():
        raise DatasetError(f"there is no file {path}; give the folder that holds the reading data with --data")
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                row = json.loads(line)
            except ValueError as error:
                raise DatasetError(f"{path}, line {number}: not JSON ({error})") from error
            if not isinstance(row, dict):
                raise DatasetError(f"{path}, line {number}: expected an object, found {type(row).__name__}")
            yield row


def squad(path: Path) -> list[ReadingExample]:
    """Questions with character offsets; ``group`` is the article."""
    return [
        ReadingExample(
            question=row["question"].strip(),
            context=row["context"],
            span=(row["answer_starts"][0], row["answer_starts"][0] + len(row["answers"][0])),
            lead=readable(row["title"]),
            group=row["title"],
            source="squad",
        )
        for row in rows(path)
    ]


def readable(title: str) -> str:
    return re.sub(r"%E2%80%93", "–", title).replace("%C3%A9", "é").replace("_", " ")


def sentence_answers(data: Path) -> list[ReadingExample]:
    """Questions whose answer is a sentence: SelQA, MedQuAD, Dolly and PubMedQA, where one can be located."""
    reading = data / "reading"
    return [
        *_selqa(reading / "selqa" / "dev.jsonl.gz"),
        *_medquad(reading / "medquad_niddk" / "qa_small.jsonl.gz"),
        *_dolly(data / "instructions" / "dolly_2k" / "train.jsonl.gz"),
        *_pubmedqa(reading / "pubmedqa_train" / "train.jsonl.gz"),
    ]


_FACTOID = re.compile(
    r"(?i)\b(who|whom|whose|when|where|which|how (many|much|old|long|far|often)|what \w+ (is|was|did|does|are))\b"
)
"""A question that wants a few words: a row whose answer is a whole sentence would teach the wrong length."""


def _selqa(path: Path) -> Iterator[ReadingExample]:
    for row in rows(path):
        start = row["context"].find(row["answers"][0]) if len(row["answers"]) == 1 else -1
        if start >= 0 and not _FACTOID.search(row["question"]):
            yield ReadingExample(
                question=row["question"],
                context=row["context"],
                span=(start, start + len(row["answers"][0])),
                lead=row["title"],
                group=row["title"],
                source="selqa",
            )


def _medquad(path: Path) -> Iterator[ReadingExample]:
    by_document: dict[str, list[dict[str, Any]]] = {}
    for row in rows(path):
        by_document.setdefault(row["doc_id"], []).append(row)
    for document in by_document.values():
        for row, other in zip(document, [*document[1:], document[0]], strict=True):
            # The answer stands after a part of another answer of the page, so that the topic alone does not find it.
            before = other["answer"][:400].rsplit(" ", 1)[0] + "\n" if other is not row else ""
            context = before + row["answer"][:900]
            spans = sentence_spans(row["answer"][:900])
            if spans and 20 <= spans[0][1] - spans[0][0] <= 300:
                yield ReadingExample(
                    question=row["question"].replace("What is (are)", "What is"),
                    context=context,
                    span=(len(before) + spans[0][0], len(before) + spans[0][1]),
                    lead=row["title"],
                    group=row["doc_id"],
                    source="medquad",
                )


def _dolly(path: Path) -> Iterator[ReadingExample]:
    for row in rows(path):
        question, context, answer = row["instruction"].strip(), row.get("input") or "", row["output"].strip()
        if not context or not question.endswith("?") or not answer:
            continue
        start = context.find(answer.rstrip("."))
        if start >= 0 and len(answer) <= 300:
            span: tuple[int, int] | None = (start, start + len(answer.rstrip(".")))
        else:
            span = _nearest_sentence(context, answer, least=0.6)
        if span is not None:
            yield ReadingExample(question=question, context=context, span=span, group=question, source="dolly")


def _pubmedqa(path: Path) -> Iterator[ReadingExample]:
    for row in rows(path):
        span = _nearest_sentence(row["context"], row["long_answer"], least=0.4)
        if span is not None:
            yield ReadingExample(
                question=row["question"], context=row["context"], span=span, group=row["id"], source="pubmedqa"
            )


def _nearest_sentence(context: str, answer: str, *, least: float) -> tuple[int, int] | None:
    """The sentence that shares most content words with the answer, if it shares ``least`` of them (as F1)."""
    wanted = content_stems(answer)
    best, best_score = None, least
    for start, end in sentence_spans(context):
        found = content_stems(context[start:end])
        score = 2 * len(wanted & found) / max(1, len(wanted) + len(found))
        if score >= best_score:
            best, best_score = (start, end), score
    return best


def texts(data: Path, examples: list[ReadingExample]) -> dict[str, list[str]]:
    """Paragraphs by document, for questions made by rule: the contexts of the examples and the corpora."""
    found: dict[str, list[str]] = {}
    for example in examples:
        paragraphs = found.setdefault(f"{example.source}/{example.group}", [])
        if example.context not in paragraphs:
            paragraphs.append(example.context)
    for row in rows(data / "retrieval" / "scifact_train" / "corpus.jsonl.gz"):
        found[f"scifact/{row['id']}"] = [row["text"]]
    for row in rows(data / "reading" / "medquad_niddk" / "documents_small.jsonl.gz"):
        found[f"medquad/{row['id']}"] = prose(row["text"])
    for path in sorted((data / "corpora").glob("*/corpus.jsonl*")):
        for row in rows(path):
            found[f"{path.parent.name}/{row['id']}"] = prose(row["text"])
    return found


def prose(text: str) -> list[str]:
    """Stretches of 300 to 1,200 characters of plain sentences, markup and code left out."""
    kept: list[str] = []
    for part in re.split(r"\n\s*\n|^#.*$", text, flags=re.MULTILINE):
        flat = " ".join(part.split())
        if len(flat) < 120 or re.search(r"[{}<>|`]|\]\(|^\W*[-*]\s|^---", flat):
            continue
        if kept and len(kept[-1]) + len(flat) < 900:
            kept[-1] += "\n" + flat
        else:
            kept.append(flat[:1200])
    return [part for part in kept if len(part) >= 300]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingExample:
    """A question, a text, and where the answer stands in it; ``span`` is None where the text does not answer.

    ``lead`` is what stands above the text (title, headings): shown to the model, never quoted.
    """

    question: str
    context: str
    span: tuple[int, int] | None
    lead: str = ""
    group: str = ""
    source: str = ""
