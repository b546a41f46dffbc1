"""How people say it: everyday words for the documents' words, and the asker's "I" for the documents' "you"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.synthesizers.structure.verbs import BASES, GERUND, PAST, THIRD

if TYPE_CHECKING:
    from random import Random

# what a document says, and what people say instead; each is replaced with even chances
_EVERYDAY: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"prior to", ("before",)),
    (r"subsequent to", ("after",)),
    (r"in order to", ("to",)),
    (r"with regard to|regarding|concerning", ("about",)),
    (r"in the event of", ("in case of",)),
    (r"utilize", ("use",)),
    (r"utilized", ("used",)),
    (r"(?<=I )purchase|(?<=we )purchase|(?<=to )purchase", ("buy",)),
    (r"purchased", ("bought",)),
    (r"obtain", ("get",)),
    (r"obtained", ("gotten",)),
    (r"(?<=I )submit|(?<=we )submit|(?<=to )submit|(?<=be )submitted", ("hand in", "send in")),
    (r"(?<=I )request|(?<=we )request|(?<=to )request", ("ask for",)),
    (r"(?<=I )receive|(?<=we )receive|(?<=to )receive", ("get",)),
    (r"(?<=I )require|(?<=we )require", ("need",)),
    (r"(?<=I )complete|(?<=to )complete", ("finish",)),
    (r"(?<=I )create|(?<=we )create|(?<=to )create", ("make", "set up")),
    (r"(?<=I )select|(?<=to )select", ("pick", "choose")),
    (r"(?<=I )notify|(?<=to )notify", ("tell",)),
    (r"(?<=I )contact|(?<=to )contact", ("reach", "talk to")),
    (r"(?<=I )modify|(?<=to )modify", ("change",)),
    (r"(?<=I )verify|(?<=to )verify", ("check",)),
    (r"(?<=to )terminate", ("end",)),
    (r"terminated", ("ended",)),
    (r"ensure that|ensure", ("make sure",)),
    (r"additional", ("extra", "more")),
    (r"documentation", ("docs",)),
    (r"approximately", ("about",)),
    (r"supervisor", ("boss", "manager")),
    (r"individuals", ("people",)),
    (r"(?:is|are) (?:permitted|authorized) to", ("can", "may")),
    (r"numerous", ("many",)),
    (r"assistance", ("help",)),
    (r"(?<=I )attempt|(?<=to )attempt", ("try",)),
    (r"(?<=I )remove|(?<=to )remove", ("get rid of", "delete")),
    (r"(?<=I )provide|(?<=to )provide", ("give",)),
    (r"(?<=I )configure|(?<=to )configure", ("set up",)),
    (r"do I need to", ("do I have to", "must I")),
    (r"information", ("info", "information")),
    (r"application", ("app", "application")),
    (r"maximum", ("max", "highest")),
    (r"minimum", ("least", "min")),
    (r"repository", ("repo",)),
    (r"directory", ("folder",)),
    (r"currently", ("now",)),
)
_TABLE = tuple((re.compile(rf"\b(?:{pattern})\b"), words) for pattern, words in _EVERYDAY)
_SECOND = re.compile(r"\b(you're|you've|you'll|you'd|yourself|yours|your|you)\b(?: (are|were)\b)?", re.IGNORECASE)
_FIRST = {
    "you're": "I'm",
    "you've": "I've",
    "you'll": "I'll",
    "you'd": "I'd",
    "yourself": "myself",
    "yours": "mine",
    "your": "my",
}
_BEFORE_OBJECT = frozenset(
    """to for with from of by on about like against without between help let lets allow allows enable enables give gives
    tell tells ask asks show shows send sends""".split()
)
_AFTER_OBJECT = frozenset("to in with for from on at by of about into a an the my your as when if".split())
_ARTICLES = re.compile(r"\b(?:the|a|an) (?=\w)", re.IGNORECASE)


def as_asker(text: str) -> str:
    """The same words from the mouth of the one whom they address: "you can reset your badge", "I can reset my badge"."""
    text = text.replace("’", "'")
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


def everyday(text: str, rng: Random, chance: float = 0.5) -> str:
    """The text with some of its formal words replaced by everyday ones."""
    for pattern, words in _TABLE:
        if pattern.search(text) and rng.random() < chance:
            text = pattern.sub(rng.choice(words), text)
    return text


def without_articles(text: str) -> str:
    return _ARTICLES.sub("", text)
