"""How people say it: everyday words for the documents' words, and the asker's "I" for the documents' "you"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.synthesizers.structure.verbs import BASES, GERUND, PAST, THIRD
from steep_plugins.synthesizers.structure.words import word_set

if TYPE_CHECKING:
    from random import Random

# what a document says, and what people say instead; each is replaced more often than not
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
    (r"employees", ("staff", "people")),
    (r"(?<=new )employee", ("hire", "starter")),
    (r"colleagues", ("coworkers", "teammates")),
    (r"(?<=\bmy )travel", ("trip",)),
    (r"documents", ("files", "papers")),
    (r"(?<=the )document", ("file", "paper")),
    (r"vehicles", ("cars", "vehicles")),
    (r"(?:is|are) required to", ("has to", "must")),
    (r"must be", ("has to be", "needs to be")),
    (r"(?<=to )begin|(?<=I )begin|(?<=we )begin", ("start",)),
    (r"begins", ("starts",)),
    (r"(?<=to )conclude|(?<=I )conclude", ("end",)),
    (r"(?<=I )attend|(?<=to )attend", ("go to", "join")),
    (r"(?<=I )reside", ("live",)),
    (r"(?<=to )assist|(?<=I )assist", ("help",)),
    (r"(?<=to )ensure|(?<=I )ensure", ("make sure",)),
    (r"(?<=to )locate|(?<=I )locate", ("find",)),
    (r"(?<=to )update|(?<=I )update", ("change", "refresh")),
    (r"(?<=to )review|(?<=I )review", ("check", "look over")),
    (r"(?<=to )schedule|(?<=I )schedule", ("plan", "set up")),
    (r"(?<=to )access|(?<=I )access", ("open", "get into", "get to")),
    (r"(?<=to )install|(?<=I )install", ("set up",)),
    (r"(?<=to )record|(?<=I )record", ("note down", "log")),
    (r"(?<=to )display|(?<=I )display", ("show",)),
    (r"(?<=to )respond|(?<=I )respond", ("reply", "answer")),
    (r"(?<=to )inform|(?<=I )inform", ("tell",)),
    (r"(?<=to )determine|(?<=I )determine", ("find out", "work out")),
    (r"(?<=to )discuss|(?<=I )discuss", ("talk about",)),
    (r"(?<=to )identify|(?<=I )identify", ("find", "spot")),
    (r"(?<=to )prevent|(?<=I )prevent", ("stop", "avoid")),
    (r"(?<=to )delete|(?<=I )delete", ("remove", "get rid of")),
    (r"(?<=to )add|(?<=I )add", ("put in",)),
    (r"(?<=to )share|(?<=I )share", ("pass on",)),
    (r"(?<=to )specify|(?<=I )specify", ("set", "say")),
    (r"(?<=to )define|(?<=I )define", ("set",)),
    (r"(?<=to )retrieve|(?<=I )retrieve", ("fetch", "get")),
    (r"(?<=to )transmit|(?<=I )transmit", ("send",)),
    (r"(?<=to )register|(?<=I )register", ("sign up",)),
    (r"(?<=to )log (?=time|hours)|(?<=I )log (?=time|hours)", ("enter ",)),
    (r"transferred", ("sent", "moved")),
    (r"stored", ("kept", "saved")),
    (r"located", ("found",)),
    (r"created", ("made", "set up")),
    (r"reviewed", ("checked", "looked at")),
    (r"provided", ("given",)),
    (r"required(?= (?:for|by|when|if))", ("needed",)),
    (r"notified", ("told",)),
    (r"selected", ("chosen", "picked")),
    (r"completed", ("finished", "done")),
    (r"approved", ("accepted", "signed off")),
    (r"receives", ("gets",)),
    (r"requires", ("needs",)),
    (r"provides", ("gives",)),
    (r"permits", ("lets",)),
    (r"assists", ("helps",)),
    (r"responsible for", ("in charge of",)),
    (r"does (?P<s>[^?]{3,40}?) require", (r"does \g<s> need",)),
    (r"does (?P<s>[^?]{3,40}?) provide", (r"does \g<s> give", r"does \g<s> offer")),
    (r"does (?P<s>[^?]{3,40}?) contain", (r"does \g<s> hold",)),
    (r"does (?P<s>[^?]{3,40}?) include", (r"does \g<s> cover", r"does \g<s> contain")),
    (r"do (?P<s>[^?]{3,40}?) require", (r"do \g<s> need",)),
    (r"do (?P<s>[^?]{3,40}?) include", (r"do \g<s> cover", r"do \g<s> contain")),
    (r"do (?P<s>[^?]{3,40}?) provide", (r"do \g<s> give", r"do \g<s> offer")),
    (r"does (?P<s>[^?]{3,40}?) return", (r"does \g<s> give back",)),
    (r"approval", ("a go-ahead", "sign-off")),
    (r"(?<=\bthe )organization", ("company",)),
    (r"reimbursement", ("money back",)),
    (r"(?<=an )individual|(?<=the )individual", ("person",)),
    (r"computer|laptop", ("computer", "laptop", "machine")),
    (r"website", ("site",)),
    (r"parameters", ("settings",)),
    (r"(?<=the )parameter", ("setting",)),
    (r"configuration file", ("config file", "config")),
    (r"configuration", ("config", "settings")),
    (r"authenticate", ("log in",)),
    (r"authentication", ("login",)),
    (r"arguments", ("options",)),
    (r"(?<=to )execute|(?<=I )execute", ("run",)),
    (r"executed", ("run",)),
    (r"error message", ("error",)),
    (r"frequently", ("often",)),
    (r"immediately", ("right away", "at once")),
    (r"annually", ("every year", "once a year")),
    (r"colleague", ("coworker",)),
    (r"(?<=need )assistance|(?<=for )assistance", ("help",)),
    (r"emergency", ("crisis", "emergency")),
    (r"agreement", ("contract", "agreement")),
    (r"(?<=the )deadline", ("cutoff", "deadline")),
    (r"appropriate", ("right",)),
    (r"multiple", ("several",)),
    (r"entire", ("whole",)),
    (r"incorrect", ("wrong",)),
    (r"sufficient", ("enough",)),
    (r"initial", ("first",)),
    (r"final(?= (?:report|version|day|step))", ("last",)),
    (r"various", ("different",)),
    (r"physically", ("in person",)),
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


def everyday(text: str, rng: Random, chance: float = 0.75) -> str:
    """The text with some of its formal words replaced by everyday ones."""
    for pattern, words in _TABLE:
        if pattern.search(text) and rng.random() < chance:
            text = pattern.sub(rng.choice(words), text)
    return text


def without_articles(text: str) -> str:
    return _ARTICLES.sub("", text)
