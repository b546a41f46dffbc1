"""How people say it: the asker's "I" for the documents' "you"."""

from __future__ import annotations

import re

from steep.language import word_set
from steep_plugins.synthesizers.structure.verbs import BASES, GERUND, PAST, THIRD

_SECOND = re.compile(r"\b(you're|you've|you'll|you'd|yourself|yours|your|you)\b(?: (are|were)\b)?", re.IGNORECASE)
_NEGATED = re.compile(r"\byou (are|were)n't\b", re.IGNORECASE)
_FIRST = {
    "you're": "I'm",
    "you've": "I've",
    "you'll": "I'll",
    "you'd": "I'd",
    "yourself": "myself",
    "yours": "mine",
    "your": "my",
}
_BEFORE_OBJECT = word_set(
    """
    to for with from of by on about like against without between help let lets allow allows enable enables give
    gives tell tells ask asks show shows send sends
    """
)
_AFTER_OBJECT = word_set("to in with for from on at by of about into a an the my your as when if")
_ARTICLES = re.compile(r"\b(?:the|a|an) (?=\w)", re.IGNORECASE)


def as_asker(text: str) -> str:
    """The same words from the mouth of the one whom they address: "you can reset your badge" as "I can reset …"."""
    text = text.replace("’", "'")
    text = _NEGATED.sub(lambda match: "I'm not" if match[1].lower() == "are" else "I wasn't", text)
    return _SECOND.sub(lambda match: _first_person(text, match), text)


def _first_person(text: str, match: re.Match[str]) -> str:
    word = match[1].lower()
    if word != "you":
        return _FIRST[word]
    if match[2]:
        return "I am" if match[2].lower() == "are" else "I was"
    before = text[: match.start()].rsplit(None, 1)
    previous = before[-1].lower() if before else ""
    after = text[match.end() :].split(None, 1)
    object_of_verb = previous in THIRD or previous in GERUND or (previous in PAST and not after)
    closes = not after or after[0].lower() in _AFTER_OBJECT
    if previous in _BEFORE_OBJECT or object_of_verb or (previous in BASES and closes):
        return "me"
    return "I"


def without_articles(text: str) -> str:
    return _ARTICLES.sub("", text)
