"""The journal of answers: one JSON line an answer, so that a killed measurement asks nothing twice.

A journal belongs to one arm as it was: profile, adapter version, generation, models and settings are its fingerprint.
An answer is kept whole, so that other metrics can be scored later without asking again. A torn last line, as a kill
leaves it, is dropped.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

from steep.values import Answer, Citation, Finding, Hit, Passage, Timing, Verdict, content_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

T = TypeVar("T")


class Journal:
    """The answers of one arm's journal; ``file`` need not exist."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._answers = dict(_read(file))

    def find(self, question: str) -> Answer | None:
        return self._answers.get(_key(question))

    def add(self, question: str, answer: Answer) -> None:
        """Append an answer, flushed, in one write."""
        line = json.dumps({"key": _key(question), "answer": _to_json(answer)}, ensure_ascii=True) + "\n"
        torn = self._file.exists() and not _ends_a_line(self._file)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("ab", buffering=0) as file:
            file.write((b"\n" if torn else b"") + line.encode("ascii"))
        self._answers[_key(question)] = answer

    def forget(self) -> None:
        """Drop all answers: they are asked anew."""
        self._file.unlink(missing_ok=True)
        self._answers.clear()


def _key(question: str) -> str:
    return content_id("question", question)


def _ends_a_line(file: Path) -> bool:
    with file.open("rb") as stream:
        if not stream.seek(0, 2):
            return True
        stream.seek(-1, 2)
        return stream.read(1) == b"\n"


def _read(file: Path) -> list[tuple[str, Answer]]:
    found = []
    for line in file.read_bytes().split(b"\n") if file.exists() else []:
        try:
            row = json.loads(line)
            found.append((str(row["key"]), _from_json(row["answer"])))
        except (ValueError, KeyError, TypeError):
            continue  # torn by a kill, or written by another version: asked again
    return found


def _to_json(answer: Answer) -> dict[str, Any]:
    hits = [
        {**asdict(hit.passage), "score": hit.score, "rank": hit.rank, "parts": dict(hit.parts)} for hit in answer.hits
    ]
    whole = {name: getattr(answer, name) for name in Answer.__dataclass_fields__ if name != "hits"}
    for name in ("citations", "verdicts", "timings"):
        whole[name] = [asdict(each) for each in whole[name]]
    return {**whole, "hits": hits}


def _from_json(data: Mapping[str, Any]) -> Answer:
    made = dict(data)
    made["citations"] = tuple(_made(Citation, each) for each in data["citations"])
    made["timings"] = tuple(_made(Timing, each) for each in data["timings"])
    made["verdicts"] = tuple(_verdict(each) for each in data["verdicts"])
    made["hits"] = tuple(_hit(each) for each in data["hits"])
    return Answer(**made)


def _verdict(data: Mapping[str, Any]) -> Verdict:
    return Verdict(**{**data, "findings": tuple(_made(Finding, each) for each in data["findings"])})


def _hit(data: Mapping[str, Any]) -> Hit:
    passage = {name: data[name] for name in Passage.__dataclass_fields__}
    return Hit(passage=_made(Passage, passage), score=data["score"], rank=data["rank"], parts=data["parts"])


def _made(kind: type[T], data: Mapping[str, Any]) -> T:
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in data.items()})
