"""The journal of answers: one JSON line an answer, so that a killed measurement asks nothing twice.

A journal belongs to one arm as it was: profile, adapter version, generation, models and settings are its fingerprint.
An answer is kept whole, so that other metrics can be scored later without asking again. A torn last line, as a kill
leaves it, is dropped.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from steep.values import Answer, content_id
from steep.wire import from_json, to_json

if TYPE_CHECKING:
    from pathlib import Path


class Journal:
    """The answers of one arm's journal; ``file`` need not exist."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._answers = dict(_read(file))

    def find(self, question: str) -> Answer | None:
        return self._answers.get(_key(question))

    def add(self, question: str, answer: Answer) -> None:
        """Append an answer, flushed, in one write."""
        line = json.dumps({"key": _key(question), "answer": to_json(answer)}, ensure_ascii=True) + "\n"
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
            found.append((str(row["key"]), from_json(Answer, row["answer"])))
        except (ValueError, KeyError, TypeError):
            continue  # torn by a kill, or written by another version: asked again
    return found
