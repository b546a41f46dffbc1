"""The audit log: a line of JSON for each answer, each word of feedback, each move of an adapter's alias, each rollout.

The lines are chained by their hashes; `steep audit verify` says whether the log is as it was written. Several processes
can log to one file. Only its owner can read the file.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from steep.chain import Chain
from steep.values import AdapterMoved, Answered, FeedbackGiven, RolloutBegan, RolloutEnded

if TYPE_CHECKING:
    from pathlib import Path

    from steep.values import Event


_NAMES = {AdapterMoved: "adapter-moved", RolloutBegan: "rollout-began", RolloutEnded: "rollout-ended"}


class Audit:
    """Logs to ``file``; without ``words``, nothing of what was asked, answered or found is in it.

    Lines older than ``keep_days`` are dropped.
    """

    def __init__(self, file: Path, *, words: bool = True, keep_days: float | None = None) -> None:
        self._chain = Chain(file, keep_days=keep_days)
        self._words = words

    def saw(self, event: Event) -> None:
        row = self._row(event)
        if row is not None:
            self._chain.append(row)

    def _row(self, event: Event) -> dict[str, Any] | None:
        if isinstance(event, Answered):
            return self._answered(event)
        if isinstance(event, FeedbackGiven):
            told = asdict(event)
            return {"event": "feedback", **(told if self._words else {**told, "better": ""})}
        name = _NAMES.get(type(event))
        return {"event": name, **asdict(event)} if name else None

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
            "tokens": [answer.prompt_tokens, answer.tokens],
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
