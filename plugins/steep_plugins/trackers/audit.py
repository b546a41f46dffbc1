"""The audit log: one line of JSON for each answer, each word of feedback, and each move of an adapter's alias.

A line is appended in one write, so that several processes can log to one file. Only its owner can read the file.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from steep.values import AdapterMoved, Answered, FeedbackGiven

if TYPE_CHECKING:
    from pathlib import Path

    from steep.values import Event

_OWNER_ONLY = 0o600


class Audit:
    """Logs to ``file``; without ``words``, nothing of what was asked, answered or found is in it."""

    def __init__(self, file: Path, *, words: bool = True) -> None:
        self._file = file
        self._words = words

    def saw(self, event: Event) -> None:
        row = self._row(event)
        if row is None:
            return
        line = json.dumps(row, ensure_ascii=True, sort_keys=True) + "\n"
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._file, os.O_APPEND | os.O_CREAT | os.O_WRONLY, _OWNER_ONLY)
        try:
            os.write(handle, line.encode("ascii"))
        finally:
            os.close(handle)

    def _row(self, event: Event) -> dict[str, Any] | None:
        if isinstance(event, Answered):
            return self._answered(event)
        if isinstance(event, FeedbackGiven):
            told = asdict(event)
            return {"event": "feedback", **(told if self._words else {**told, "better": ""})}
        if isinstance(event, AdapterMoved):
            return {"event": "adapter-moved", **asdict(event)}
        return None

    def _answered(self, event: Answered) -> dict[str, Any]:
        answer = event.answer
        row = {
            "event": "answered",
            "at": event.at,
            "answer": answer.id,
            "caller": event.caller.name,
            "profile": answer.profile,
            "arm": answer.arm,
            "abstained": answer.abstained,
            "escalated": answer.escalated,
            "confidence": answer.confidence,
            "versions": asdict(answer.versions),
            "verdicts": [
                {"guardrail": each.guardrail, "stage": each.stage, "action": each.action} for each in answer.verdicts
            ],
            "citations": [
                {"document": each.document, "version": each.version, "start": each.start, "end": each.end}
                for each in answer.citations
            ],
        }
        if self._words:
            row |= {"question": answer.question, "text": answer.text, "refusal": answer.refusal}
        return row
