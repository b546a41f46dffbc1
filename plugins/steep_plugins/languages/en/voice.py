"""Puts a question together from a question word and a clause, in one of the ways in which people ask.

The asker says "I" where the documents say "you".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.language import word_set
from steep_plugins.languages.en.everyday import everyday
from steep_plugins.languages.en.verbs import BASES, GERUND, PAST, THIRD

if TYPE_CHECKING:
    from random import Random

    from steep_plugins.languages.en.clause import Clause

_INDIRECT = (
    "Do you know",
    "Can you tell me",
    "Can someone tell me",
    "Does anyone know",
    "Any idea",
)
_CONTRACTED = {
    "can": "can't",
    "is": "isn't",
    "are": "aren't",
    "was": "wasn't",
    "do": "don't",
    "does": "doesn't",
    "did": "didn't",
    "should": "shouldn't",
    "will": "won't",
    "could": "couldn't",
    "would": "wouldn't",
    "must": "mustn't",
    "has": "hasn't",
    "have": "haven't",
}
_SPACES = re.compile(r"\s+")
# words that link a sentence to others, and mean nothing in a question
_FILLERS = re.compile(
    r"(?<=\s)(?:also|of course|simply|basically|really|actually|just|still|occasionally|obviously|naturally|therefore|"
    r"however|then|thus|ideally|merely|instead(?! of)|as well|for example|for instance|in turn|thereby|likewise|"
    r"now|explicitly)"
    r"(?=\s|$)"
)
_SHOUTED = re.compile(r"\b(?:MUST|SHOULD|SHALL|MAY|NOT|REQUIRED|RECOMMENDED|OPTIONAL|ONLY|CAN|ALL|ALWAYS|NEVER)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Seeded variety.

    ``common`` are words that the document also writes in lower case, ``names`` those that it writes with a capital
    within a sentence: a word at a sentence's start is a name only if it is one of these, or alone.
    """

    rng: Random
    common: frozenset[str]
    names: frozenset[str] = frozenset()

    def lowered(self, text: str) -> str:
        """The text with its first word in lower case, unless that is a name."""
        first = re.match(r"[A-Za-z][A-Za-z'’-]*", text)
        if not first or (first.group() != "I" and not first.group()[1:].islower() and len(first.group()) > 1):
            return text
        lower = first.group().lower()
        following = text[first.end() + 1 : first.end() + 2]
        if following.isupper() and lower not in _DETERMINERS:
            return text
        stem = lower.removesuffix("s")
        if first.group() == "I":
            return text
        if {lower, stem, lower + "s"} & self.common or lower in _FUNCTION:
            return lower + text[first.end() :]
        alone = not text[first.end() :].strip() and not lower.endswith(("s", "ing"))
        return text if alone or first.group() in self.names else lower + text[first.end() :]

    def clause_question(self, word: str, clause: Clause, head: str, tail: str = "") -> str:
        """A question about a clause: ``head`` and ``tail`` are what of its predicate stands beside the answer."""
        auxiliary, verb = self._mood(clause, word)
        subject = as_asker(self.lowered(clause.subject))
        if clause.imperative:
            head = head[:1].lower() + head[1:]
        word = as_asker(word)
        rest = as_asker(_joined(head, tail, "" if clause.trailing in tail else clause.trailing))
        if not clause.negated and not clause.imperative and self.rng.random() < 0.04:
            finite = clause.finite or auxiliary
            told = _agreeing(subject, finite)
            return self.styled(f"{self.rng.choice(_INDIRECT)} {word} {subject} {told} {rest}", plain_only=True)
        auxiliary = _agreeing(subject, auxiliary)
        middle = f"{auxiliary} {subject}"
        if clause.negated:
            short = _CONTRACTED.get(auxiliary)
            middle = f"{short} {subject}" if short else f"{auxiliary} {subject} not"
        return self.styled(_joined(word, middle, verb, rest))

    def styled(self, text: str, *, plain_only: bool = False) -> str:
        """The question in everyday words and, now and then, typed in haste."""
        text = everyday(_tidy(text), self.rng)
        style = 0.0 if plain_only else self.rng.random()
        if style > 0.97:
            return self._first_lower(without_articles(text))
        if style > 0.85:
            return self._first_lower(text)
        if style > 0.80:
            return self._first_lower(text) + "?"
        coded = re.match(r"\S*[_\d(]", text)
        return (text if coded else text[:1].upper() + text[1:]) + "?"

    def pick(self, *choices: str) -> str:
        return self.rng.choice(choices)

    def _first_lower(self, text: str) -> str:
        second = text[1:2]
        return text if second.isupper() or text.startswith(("I ", "I'")) else text[:1].lower() + text[1:]

    def _mood(self, clause: Clause, word: str) -> tuple[str, str]:
        """The auxiliary and the verb as people ask: "must I" becomes "do I have to"."""
        auxiliary, verb = clause.auxiliary, clause.verb
        first_person = clause.subject.lower() in ("you", "we", "i")
        if auxiliary in ("must", "shall", "should") and first_person and not clause.negated:
            if word in ("how", "where"):
                return self.rng.choice((("do", ""), ("should", ""))) if word == "where" else ("do", "")
            return self.rng.choice((("should", ""), ("do", "have to"), ("do", "need to")))
        if auxiliary == "shall":
            return "must", verb
        if auxiliary == "may" and self.rng.random() < 0.6:
            return "can", verb
        return auxiliary, verb


_DETERMINERS = word_set("the a an all any each every most some many both another our your their my you we no only")
_FUNCTION = word_set(
    """
    the a an all any each every most some many both another our your their my you we no only employees staff
    people requests users teams changes new
    """
)


def _agreeing(subject: str, auxiliary: str) -> str:
    lower = auxiliary.lower()
    if subject == "I":
        return {"are": "am", "were": "was"}.get(lower, lower)
    return lower


def _joined(*parts: str) -> str:
    return " ".join(part.strip() for part in parts if part.strip())


def _tidy(text: str) -> str:
    text = _FILLERS.sub("", _SHOUTED.sub(lambda match: match.group().lower(), text))
    text = _SPACES.sub(" ", text).strip(" .,;:?!")
    return text.replace(" ,", ",").replace(" i ", " I ")


_ADDRESSED = re.compile(r"\b(you're|you've|you'll|you'd|yourself|yours|your|you)\b(?: (are|were)\b)?", re.IGNORECASE)
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
_ANY_ARTICLE = re.compile(r"\b(?:the|a|an) (?=\w)", re.IGNORECASE)


def as_asker(text: str) -> str:
    """The same words from the mouth of the one whom they address: "you can reset your badge" as "I can reset …"."""
    text = text.replace("’", "'")
    text = _NEGATED.sub(lambda match: "I'm not" if match[1].lower() == "are" else "I wasn't", text)
    return _ADDRESSED.sub(lambda match: _first_person(text, match), text)


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
    return _ANY_ARTICLE.sub("", text)
