"""The journal of answers: a killed measurement asks nothing twice.

A journal belongs to one arm as it was: profile, adapter version, generation, models and settings are its fingerprint.
An answer is kept whole, so that other metrics can be scored later without asking again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.values import Answer, content_id
from steep.wire import from_json, to_json
from steep.workspace.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["AnswerJournal"]


class AnswerJournal:
    """The answers of one arm's journal; ``file`` need not exist."""

    def __init__(self, file: Path) -> None:
        self._journal = Journal(file)

    def find(self, question: str) -> Answer | None:
        """Its answer; None where it was not asked, or what was kept is of another version."""
        known = self._journal.find(_key(question))
        try:
            return None if known is None else from_json(Answer, known)
        except (ValueError, KeyError, TypeError):
            return None

    def add(self, question: str, answer: Answer) -> None:
        self._journal.add(_key(question), to_json(answer))

    def forget(self) -> None:
        """Drop all answers: they are asked anew."""
        self._journal.forget()


def _key(question: str) -> str:
    return content_id("question", question)
