"""What people say to an assistant beside questions, in English: greetings, thanks, and what it can do and has read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["courtesy", "summary_asked"]

_NAMED = 30  # documents that are listed
_EXAMPLES = 3

_GREETING = re.compile(
    r"(?:hi|hello|hey|greetings|good (?:morning|afternoon|evening|day))(?: (?:there|all|everyone|again))?",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:ok(?:ay)? |great |perfect )?(?:thanks?(?: you)?|thx|cheers)"
    r"(?: (?:a lot|very much|so much|again|for your help))?",
    re.IGNORECASE,
)
_ABLE = re.compile(
    r"(?:what (?:can|do) you (?:do|know)(?: for me)?|who are you|what are you|help|how can you help(?: me)?|"
    r"what can i ask(?: you)?|how does this work)",
    re.IGNORECASE,
)
_TITLES = re.compile(
    r"(?:(?:what|which) (?:documents?|files?|sources?) (?:do you (?:have|know)|have you (?:read|got)|are there|"
    r"can you (?:see|read)|did you read)|"
    r"(?:list|show(?: me)?) (?:all |me )?(?:the |your |all ){0,2}(?:documents|files|sources)|"
    r"what(?: is|'s) in (?:the|these|your) documents)",
    re.IGNORECASE,
)
_SUMMARY = re.compile(
    r"\b(?:summari[sz]e|sum up|(?:give me |write )?a (?:short |brief )?summary of|what is (?=.{3,80} about\W*$))",
    re.IGNORECASE,
)


def courtesy(question: str, titles: Callable[[], Mapping[str, str]]) -> str | None:
    """What to say to something that asks nothing of the documents' contents; None for a question that does."""
    said = question.strip(" \t\n.!?,")
    if _GREETING.fullmatch(said):
        return "Hello. What would you like to know from the documents?"
    if _THANKS.fullmatch(said):
        return "You are welcome."
    if _ABLE.fullmatch(said):
        known = titles()
        return f"I answer questions from {_counted(known)}, and say where each answer stands.{_such_as(known)}"
    return _listed(titles()) if _TITLES.fullmatch(said) else None


def summary_asked(question: str) -> bool:
    """Whether a summary of something is asked for."""
    return _SUMMARY.search(question) is not None


def _counted(titles: Mapping[str, str]) -> str:
    if not titles:
        return "documents"
    return "one document" if len(titles) == 1 else f"{len(titles)} documents"


def _such_as(titles: Mapping[str, str]) -> str:
    named = list(dict.fromkeys(title for title in titles.values() if title))[:_EXAMPLES]
    return f" Among them: {'; '.join(named)}." if named else ""


def _listed(titles: Mapping[str, str]) -> str:
    if not titles:
        return "There are no documents here."
    lines = [f"- {title or path} ({path})" for path, title in list(titles.items())[:_NAMED]]
    more = [f"- and {len(titles) - _NAMED} more"] if len(titles) > _NAMED else []
    return "\n".join([f"There {'is' if len(titles) == 1 else 'are'} {_counted(titles)}:", *lines, *more])
