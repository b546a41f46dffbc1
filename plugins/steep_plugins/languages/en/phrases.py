"""Noun phrases of a question, by rules: enough to know what "it" stands for in the next one.

No parser: a phrase is a run of words between words that cannot be part of one (articles open it; auxiliaries,
prepositions and common verbs close it). Names are runs of capitalised words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from steep.language import Word, usual, word_set, words

__all__ = ["VERBS", "Phrase", "noun_phrases", "person", "possessive", "subject"]

_DETERMINERS = word_set("the a an my your our his her their its this that these those each every any all")
_AUXILIARIES = word_set(
    "is are was were do does did can could will would shall should may might must has have had am be been being"
)
# base forms that follow the subject of a question more often than they stand inside a noun phrase
VERBS = word_set(
    "accept allow apply arrive ask begin belong break bring build buy call cancel carry cause change charge check "
    "choose close come connect consist contain cost count cover create cut deal decide define deliver depart describe "
    "differ do eat end enable ensure enter exist expire explain fail fall feed feel fill find finish fit fix fly "
    "follow get give go grow handle happen hear help hold include increase install involve join keep know last lead "
    "learn leave live look lose make mean measure meet move need occur offer open operate order own pass pay prevent "
    "produce protect provide publish put reach read receive recommend reduce refer refund register remain remove rent "
    "repair replace require return ride run save say see sell send serve show sit sleep speak stand start stay stop "
    "store support swim take tell travel try use visit wait want wear weigh work write"
)
# "the price of the day ticket" is about the day ticket
_ATTRIBUTES = word_set(
    "address age amount capacity color colour cost date definition depth difference duration fee height kind length "
    "limit location maximum minimum name number opening part phone price purpose range rate reason role rule rules "
    "schedule size speed start status time times type value weight width"
)


# what stands right after one of these is a verb: "do I configure", "to configure", "who built"
_BEFORE_VERBS = word_set("i you we they he she it to who")
# after one of these a verb has its base form: "does the ferry leave"; after "is" or "has" it has not
_BEFORE_BASE_FORMS = word_set("do does did can could will would shall should may might must to")
# "is the lost badge replaced": before its noun a participle is part of the phrase, after it not
_PARTICIPLE = re.compile(r"paid|\w{2,}(?<!e)ed")
_ADVERBS = word_set("much many long far often fast big old soon late early")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """``text`` stands at ``start``; ``named`` when it is, or holds, a name."""

    text: str
    start: int
    named: bool

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def head(self) -> str:
        """Its last word, which says what kind of thing it is."""
        return words(self.text)[-1].text

    def likeness(self, other: Phrase) -> int:
        """How alike two phrases are made: both names or not, with the same article or none."""
        return 2 * (self.head[:1].isupper() == other.head[:1].isupper()) + (self._article == other._article)

    @property
    def _article(self) -> str:
        first = words(self.text)[0].text.lower()
        return {"an": "a"}.get(first, first) if first in _DETERMINERS else ""


def noun_phrases(text: str) -> list[Phrase]:
    """The noun phrases of a text, in order."""
    phrases: list[Phrase] = []
    run: list[Word] = []
    said = words(text)
    for index, word in enumerate(said):
        lower = word.text.lower()
        gap = bool(run) and text[run[-1].end : word.start].strip() not in ("", "-")
        if run and (gap or _closes(said, index, run)):
            phrases += _phrase(text, run, said)
            run = []
        if lower in _DETERMINERS or (word.is_content and not _is_verb(said, index, run)):
            run.append(word)
    return phrases + _phrase(text, run, said)


def subject(question: str) -> Phrase | None:
    """What a question is about: its first name, else its first noun phrase that is not a mere attribute."""
    phrases = noun_phrases(question)
    for phrase in phrases:
        if phrase.named:
            return phrase
    own = [phrase for phrase in phrases if phrase.head.lower() not in _ATTRIBUTES]
    return next(iter(own or phrases), None)


def person(text: str) -> Phrase | None:
    """The first run of two or more capitalised words, which may be a person's name."""
    for phrase in noun_phrases(text):
        said = [word.text for word in words(phrase.text) if word.is_content]
        if len(said) >= 2 and all(word[:1].isupper() for word in said):
            return phrase
    return None


def possessive(text: str) -> str:
    return f"{text}'" if text.endswith("s") else f"{text}'s"


def _closes(said: list[Word], index: int, run: list[Word]) -> bool:
    lower = said[index].text.lower()
    if lower in usual().stop_words or lower in _AUXILIARIES or lower in _DETERMINERS:
        return True
    if not any(word.is_content for word in run):
        return False
    return bool(_PARTICIPLE.fullmatch(lower)) or (lower in VERBS and not _is_noun(said, index, run))


def _is_noun(said: list[Word], index: int, run: list[Word]) -> bool:
    """Whether a word that may be a verb is the noun of "parental leave": another verb follows it, or none could stand.

    A base form stands after an auxiliary ("does the ferry leave") or a plural ("ferries leave").
    """
    following = said[index + 1].text.lower() if index + 1 < len(said) else ""
    if following in VERBS or following in _AUXILIARIES:
        return True
    plural = run[-1].text.lower().endswith("s")
    return not plural and not any(word.text.lower() in _BEFORE_BASE_FORMS for word in said[:index])


def _is_verb(said: list[Word], index: int, run: list[Word]) -> bool:
    word = said[index].text
    if word[:1].isupper() and index:
        return False
    before = said[index - 1].text.lower() if index else ""
    of_whom = index > 1 and before in _BEFORE_BASE_FORMS and said[index - 2].text.lower() in ("who", "what", "which")
    return not run and (of_whom or before in _BEFORE_VERBS or (word.lower() in VERBS and bool(index)))


def _phrase(text: str, run: list[Word], said: list[Word]) -> list[Phrase]:
    content = [word for word in run if word.is_content]
    if all(word.text.lower() in _ADVERBS for word in content):
        return []
    start, end = run[0].start, run[-1].end
    named = any(word.text[:1].isupper() and word is not said[0] for word in content)
    return [Phrase(text=text[start:end], start=start, named=named)]
