"""Follow-up questions by a language model: it is shown the last turns and writes the question that stands alone.

It is asked only where a question leans on the turns before it, as far as the rules of the language can tell. What it
writes is used only where it can be the question: a single line that is not much longer than what was said, and whose
numbers and names all come from the conversation. Where it is none, the next rewriter of steep.toml is asked.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from steep.errors import ModelError
from steep.kinds import Ask
from steep.language import numbers, numbers_held, words
from steep_plugins import intrinsics
from steep_plugins.languages import asked_again, leans

if TYPE_CHECKING:
    from steep.kinds import Model, RewriteRequest

_TURN = 400  # characters of a turn that are shown
_LONGER = 200  # characters by which a question may grow


class ModelRewriter:
    """Asks a model for the question that stands alone; ``turns`` is how many questions before it are shown."""

    def __init__(self, model: Model, *, turns: int) -> None:
        self._model = model
        self._turns = turns

    def rewrite(self, request: RewriteRequest) -> str | None:
        said = [turn for turn in request.history if turn.content.strip()][-2 * self._turns :]
        question = request.question.strip()
        if not said or not question:
            return request.question
        leaning = leans(request.language)
        if leaning and not leaning(question):
            return request.question
        if again := asked_again(request.language, question, said):
            return again
        job = intrinsics.find("rewrite")
        conversation = "\n".join(f"{turn.role}: {' '.join(turn.content.split())[:_TURN]}" for turn in said)
        ask = Ask(
            messages=job.messages(conversation=conversation, question=" ".join(question.split())),
            adapter=job.adapter(self._model.digest),
            max_tokens=job.max_tokens,
        )
        try:
            made = "".join(piece.text for piece in self._model.chat([ask])).strip()
        except ModelError:  # too long for the model, or out of reach
            return None
        copied = leaning is not None and made.casefold() == question.casefold()
        return made if not copied and _fits(made, question, conversation) else None


def _fits(made: str, question: str, conversation: str) -> bool:
    """Whether a reply can be the question: nothing in it was made up, and it is no essay."""
    if not made or "\n" in made or len(made) > len(question) + _LONGER:
        return False
    known = f"{conversation}\n{question}"
    names = {word.stem for word in islice(words(made), 1, None) if word.text[:1].isupper()}
    return numbers(made) <= numbers_held(known) and names <= {word.stem for word in words(known)}
