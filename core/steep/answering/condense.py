"""Follow-up questions: "and on Sundays?" is made to stand alone, so that the search finds what is meant.

How a question leans on the turns before it is a matter of its language, so rewriters do it, each for its own. A
generator that writes may put a follow-up better; its wording is taken only if it uses no word that the conversation
and common words do not hold.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from steep.kinds import GenerationRequest, RewriteRequest
from steep.language import content_stems, language_of
from steep.prompts import MARKER
from steep.values import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import Generator, Rewriter

__all__ = ["condense", "reworded"]

# turns and characters of the history that are read
_TURNS = 8
_LENGTH = 2000


def condense(
    question: str, history: Sequence[Message], rewriters: Sequence[Rewriter], generator: Generator | None = None
) -> str:
    """The question so that it can be understood without the turns before it; as it is, where no rewriter knows how."""
    said = [turn for turn in history if turn.role != "system"][-_TURNS:]
    if not said or not rewriters:
        return question
    turns = tuple(replace(turn, content=_plain(turn.content)) for turn in said)
    asked = " ".join([*(turn.content for turn in turns if turn.role == "user"), question])
    request = RewriteRequest(question=question, history=turns, language=language_of(asked))
    made = next((each for rewriter in rewriters if (each := rewriter.rewrite(request)) is not None), question)
    if made != question and generator is not None and generator.writes:
        return reworded(question, turns, generator) or made
    return made


def reworded(question: str, turns: Sequence[Message], generator: Generator) -> str | None:
    """The generator's own wording of a follow-up, or None where it is no question, or one of other words."""
    lines = "\n".join(f"{turn.role}: {turn.content}" for turn in turns)
    asked = (
        "Rewrite the last question of this conversation so that it can be understood alone. Keep its meaning, answer "
        f"nothing, write only the question.\n\n{lines}\nuser: {question}\n\nThe question alone:"
    )
    draft = generator.generate(
        GenerationRequest(question=question, messages=(Message(role="user", content=asked),), max_tokens=80)
    )
    written = draft.text.strip().strip("\"'")
    known = content_stems(lines) | content_stems(question)
    fits = 0 < len(written) <= 300 and "\n" not in written and written.endswith("?")
    return written if fits and content_stems(question) <= content_stems(written) <= known else None


def _plain(text: str) -> str:
    """A turn's text without citation markers and the list of sources that the server writes below an answer."""
    return MARKER.sub("", re.split(r"\n+Sources:\n", text, maxsplit=1)[0])[:_LENGTH].strip()
