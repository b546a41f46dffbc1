"""A question and its answer as one statement, by rules; None where the rules would write a broken sentence."""

from __future__ import annotations

import re

from steep.language import word_set
from steep_plugins.languages.en.verbs import BASES, PARTICIPLE, PAST, THIRD

_PAST_OF = {base: past for past, base in PAST.items()}
_THIRD_OF = {base: third for third, base in THIRD.items()}
_WH = re.compile(r"(?i)^(who|what|when|where|how many|how much|what year|in what year|in which year|which year)\s+")
_SUBJECT = re.compile(r"(?i)^(?:who|what|which (?:person|company|country|city|team|king|group))\s+(?P<rest>\w+ .+)$")
_BE = re.compile(
    r"(?i)^(?P<wh>when|where|what year|in what year|in which year|what|who|how)\s+"
    r"(?P<be>was|were|is|are)\s+(?P<rest>.+)$"
)
_DO = re.compile(
    r"(?i)^(?P<wh>when|where|what year|in what year|in which year|who|what|how many [a-z]+|how much [a-z]+)\s+"
    r"(?P<do>did|does|do)\s+(?P<rest>.+)$"
)
_CALLED = word_set("called named known titled considered made born built found located used based founded held")
_PREPOSITION = re.compile(r"(?i)^(?:in|on|at|by|from|to|during|after|before|between|since|until|around|near|under)\b")
_MONTH = re.compile(
    r"^(?:January|February|March|April|May|June|July|August|September|October|November|December)\b.*\d{1,2}\b(?!\d)"
)


def declarative(question: str, answer: str) -> str | None:
    """``Who built the pier?`` and ``Ann Lee`` as ``Ann Lee built the pier.``"""
    asked, said = question.strip().rstrip("?").strip(), answer.strip().rstrip(".")
    for made in (_of_do(asked, said), _of_be(asked, said), _of_subject(asked, said)):
        if made:
            made = re.sub(r"\s+", " ", made).strip()
            return f"{made[0].upper()}{made[1:]}."
    return None


def _of_subject(asked: str, said: str) -> str | None:
    """The question word is the subject: what follows it is the rest of the sentence."""
    found = _SUBJECT.match(asked)
    if not found:
        return None
    verb, rest = found["rest"].split(" ", 1)
    if verb.lower() in PAST or verb.lower() in THIRD or verb.lower() in ("has", "had", "have"):
        return f"{said} {verb} {rest}"
    if verb.lower() in ("was", "were", "is", "are"):
        last = rest.split()[-1].lower()
        if asked.lower().startswith("who") and last not in _CALLED and not _PREPOSITION.match(last):
            return f"{said} {verb} {rest}"
    return None


def _of_do(asked: str, said: str) -> str | None:
    """``did`` and its verb: the subject stands between them, and the verb takes the form of the auxiliary."""
    found = _DO.match(asked)
    if not found:
        return None
    tokens = found["rest"].split()
    at = next((n for n, token in enumerate(tokens) if n and token.lower() in BASES), None)
    if at is None:
        return None
    subject, verb, rest = " ".join(tokens[:at]), tokens[at].lower(), " ".join(tokens[at + 1 :])
    verb = {"did": _PAST_OF[verb], "does": _THIRD_OF[verb], "do": verb}[found["do"].lower()]
    word = found["wh"].lower()
    if word.startswith("how"):
        return f"{subject} {verb} {said} {word.split()[-1] if word.split()[-1] not in said else ''} {rest}"
    if word in ("who", "what"):
        return f"{subject} {verb} {said} {rest}"
    return f"{subject} {verb} {rest} {placed(word, said)}"


def _of_be(asked: str, said: str) -> str | None:
    """``was`` and its participle: the subject stands between them."""
    found = _BE.match(asked)
    if not found:
        return None
    tokens = found["rest"].split()
    word = found["wh"].lower()
    if word in ("what", "who"):
        if word == "what" and found["be"].lower() in ("is", "was") and not _participle(tokens):
            return f"{found['rest']} {found['be']} {said}" if tokens[0].lower() in ("the", "a", "an") else None
        if not tokens or tokens[-1].lower() not in ("called", "named", "titled") or len(tokens) < 2:
            return None
        return f"{' '.join(tokens[:-1])} {found['be']} {tokens[-1]} {said}"
    at = _participle(tokens)
    if not at:
        return None
    subject, rest = " ".join(tokens[:at]), " ".join(tokens[at:])
    return f"{subject} {found['be']} {rest} {placed(word, said)}" if word != "how" else None


def _participle(tokens: list[str]) -> int | None:
    """Where the participle stands, behind at least one word of the subject."""
    for number, token in enumerate(tokens):
        if number and (token.lower() in PARTICIPLE or token.lower() in _CALLED or re.fullmatch(r"[a-z]{3,}ed", token)):
            return number
    return None


def placed(word: str, said: str) -> str:
    """An answer to when or where, with its preposition."""
    if _PREPOSITION.match(said):
        return f"{said[0].lower()}{said[1:]}"
    return f"{'on' if _MONTH.match(said) and 'year' not in word else 'in'} {said}"
