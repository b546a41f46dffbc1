"""Follow-up questions: "and on Sundays?" is made to stand alone, so that the search finds what is meant.

How a question leans on the turns before it is a matter of its language, so rewriters do it, each for its own.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from steep.kinds import RewriteRequest
from steep.language import language_of
from steep.prompts import MARKER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import Rewriter
    from steep.values import Message

__all__ = ["condense"]

# turns and characters of the history that are read
_TURNS = 8
_LENGTH = 2000


def condense(question: str, history: Sequence[Message], rewriters: Sequence[Rewriter]) -> str:
    """The question so that it can be understood without the turns before it; as it is, where no rewriter knows how."""
    said = [turn for turn in history if turn.role != "system"][-_TURNS:]
    if not said or not rewriters:
        return question
    turns = tuple(replace(turn, content=_plain(turn.content)) for turn in said)
    asked = " ".join([*(turn.content for turn in turns if turn.role == "user"), question])
    request = RewriteRequest(question=question, history=turns, language=language_of(asked))
    return next((each for rewriter in rewriters if (each := rewriter.rewrite(request)) is not None), question)


def _plain(text: str) -> str:
    """A turn's text without citation markers and the places that the server writes below an answer."""
    return MARKER.sub("", re.split(r"\n+(?:Sources|What comes nearest):\n", text, maxsplit=1)[0])[:_LENGTH].strip()
