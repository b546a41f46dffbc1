"""A leading Yes or No that a model is not sure of: it is left out, and what follows says it.

A small model says "No, every line is to be read" to who asks whether every line is to be read. Read with the opposite
word in front, such a reply is hardly less likely; one whose word is meant is many times less likely. Only a model that
was taught to answer from passages is asked, and that in English.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.errors import ModelError
from steep.kinds import Said, Scored
from steep.language import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Ask, Model, Saying

__all__ = ["settled"]

_OPPOSITE = {"Yes": "No", "No": "Yes"}
_WORDS = re.compile(r"(Yes|No), (?=\S)")
_LONGEST = 5  # characters within which such a word has ended
_BEGUN = 12  # characters of a sentence from which the one before it is known to have ended


def settled(sayings: Iterator[Saying], ask: Ask, model: Model, *, least: float) -> Iterator[Saying]:
    """The sayings, with a leading Yes or No only where it is ``least`` nats likelier than the opposite one."""
    waiting, done = "", False
    for saying in sayings:
        if isinstance(saying, Said) and not done:
            waiting += saying.text
            done = not _may_lead(waiting) or _ended(waiting)
            if done:
                yield Said(text=_settled(waiting, ask, model, least))
        else:
            if waiting and not done:
                yield Said(text=_settled(waiting, ask, model, least))
                done = True
            yield saying
    if waiting and not done:
        yield Said(text=_settled(waiting, ask, model, least))


def _may_lead(text: str) -> bool:
    return bool(_WORDS.match(text)) or (
        len(text) < _LONGEST and any(f"{word}, ".startswith(text) for word in _OPPOSITE)
    )


def _ended(text: str) -> bool:
    """Whether its first sentence has ended."""
    spans = sentence_spans(text)
    return len(spans) > 1 and len(text) - spans[0][1] > _BEGUN


def _settled(text: str, ask: Ask, model: Model, least: float) -> str:
    found = _WORDS.match(text)
    if found is None:
        return text
    rest = text[found.end() :]
    try:
        said, turned = model.score(
            [
                Scored(messages=ask.messages, reply=f"{word}, {rest}".rstrip(), adapter=ask.adapter)
                for word in (found[1], _OPPOSITE[found[1]])
            ]
        )
    except ModelError:  # one that cannot weigh replies
        return text
    return text if said - turned >= least else rest[:1].upper() + rest[1:]
