"""Questions about the conversation itself, in English: what was asked before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["asks_of_the_talk", "told_of_the_talk"]

_ONE = re.compile(
    r"(?:what|which)(?: question)? did i (?:just )?ask(?: you)?"
    r"(?: (?P<when>at first|at the beginning|first|second|last|before|earlier|just now))?|"
    r"(?:what|which)(?: one)? (?:was|is) (?:my|the) (?P<which>first|second|last|previous) (?:question|thing)"
    r"(?: (?:that )?i (?:just )?asked(?: you)?)?",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"what (?:have i asked(?: you)?|(?:did|have) we (?:talk|talked|speak|spoken|spoke) about|(?:are|were) my questions)"
    r"(?: (?:so far|until now|today|before|in this conversation))?|"
    r"(?:list|show(?: me)?|repeat) (?:all )?(?:of )?my (?:(?:earlier|previous|last) )?questions",
    re.IGNORECASE,
)
_FIRST = frozenset({"first", "at first", "at the beginning"})
_SHOWN = 20
_LONGEST = 300  # characters of a question that are said again


def asks_of_the_talk(question: str) -> bool:
    """Whether something is asked of the conversation, and not of the documents."""
    said = _bare(question)
    return bool(_ONE.fullmatch(said) or _ALL.fullmatch(said))


def told_of_the_talk(question: str, asked: Sequence[str]) -> str | None:
    """What to say to it; ``asked`` are the questions before, oldest first. None for any other question."""
    said = _bare(question)
    one = _ONE.fullmatch(said)
    if one is None and not _ALL.fullmatch(said):
        return None
    if not asked:
        return "You have not asked anything before this."
    if one is None:
        return "\n".join(["You asked:", *(f"- {_short(each)}" for each in asked[-_SHOWN:])])
    which = (one["when"] or one["which"] or "last").lower()
    if which in _FIRST:
        return f"Your first question was: {_short(asked[0])}"
    if which == "second":
        return (
            f"Your second question was: {_short(asked[1])}" if len(asked) > 1 else "You have asked one question only."
        )
    return f"Your last question was: {_short(asked[-1])}"


def _bare(question: str) -> str:
    return " ".join(question.split()).strip(" .!?,")


def _short(question: str) -> str:
    said = " ".join(question.split())
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
