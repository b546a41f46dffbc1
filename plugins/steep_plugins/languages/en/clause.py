"""Finds subject, auxiliary and predicate of a plain English main clause, or nothing where it is not sure.

No parser: a closed list of verbs and a few rules of order. What they do not fit is left alone, so that a question is
never made of a sentence that was misread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from steep.language import word_set
from steep_plugins.languages.en.verbs import (
    AUXILIARIES,
    BASES,
    NEGATIVES,
    NOUNS,
    PARTICIPLE,
    PAST,
    THIRD,
)

_TOKEN = re.compile(r"\S+")
_CONNECTOR = re.compile(
    r"(?:however|additionally|also|furthermore|moreover|therefore|thus|note that|please note that|please note|note|"
    r"in general|generally|typically|usually|normally|currently|finally|instead|similarly|likewise|as such|in addition|"
    r"in fact|in other words|importantly|remember that|remember|for example|for instance|that said|ideally|"
    r"as a reminder|be aware that|yes|no|optionally|then|so|and|but|otherwise|today|now|first|second|third|"
    r"important|tip|reminder|keep in mind that|sometimes|often|occasionally|again|once again|by design|of"
    r" course|unfortunately|luckily|specifically|overall),?\s+",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"(?P<phrase>(?:in|at|during|for|on|after|before|within|until|since|under|by|with|as of|from|per)\s"
    r"[^,.;:()]{3,45}),\s+",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?P<phrase>(?:if|when|whenever|once|after|before|until|as soon as|while|unless)\s[^,;:()]{6,90}),\s+(?:then\s+)?",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[A-Z][\w ,/&'’-]{1,45}:\s+(?=[A-Z])")
_ANAPHORIC = re.compile(r"\b(?:it|this|that|these|those|they|them|so)\b", re.IGNORECASE)
_BREAK = re.compile(r"[,;:()\[\]\"“”–—?!=]|\s-\s")
_STOPPERS = word_set(
    """
    that which who whose whom where when while if because unless although though whether how why what than as to
    whenever once until since so but not only there here it he she this these those they its their such both
    another one some others many most all any each every everyone anyone someone something anything nothing
    """
)
_ALLOWED_ALONE = word_set("you we i")
# these may open a subject though they are in the list above, if a noun follows
_QUANTIFIERS = word_set("all any each every most some many both another")
_CLITICS = {"you're": "are", "we're": "are", "i'm": "am"}
_ADVERBS = word_set(
    """
    also only always usually normally never often typically generally currently automatically then still just
    already sometimes now not
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """``text[start:end]`` is the predicate: what follows the auxiliary, or the verb's own place.

    ``auxiliary`` is what a question puts before the subject (``does`` where there was none), ``verb`` the base form
    that then replaces the words before ``start`` ("" where the auxiliary was in the text). ``trailing`` is an opening
    phrase that a question moves to its end. ``finite`` is what stood in the sentence, for indirect questions.
    """

    subject: str
    auxiliary: str
    verb: str
    finite: str
    text: str
    start: int
    end: int
    negated: bool = False
    imperative: bool = False
    trailing: str = ""

    @property
    def predicate(self) -> str:
        return self.text[self.start : self.end]


def clause_of(sentence: str, start: int = 0, end: int | None = None, *, pronoun: str = "") -> Clause | None:
    """The main clause in a stretch of a sentence, by default in all of it; ``pronoun`` is what "it" stands for."""
    end = _without_stop(sentence, len(sentence) if end is None else end)
    trailing = ""
    if match := _LABEL.match(sentence, start, end):
        start = match.end()
    while match := _CONNECTOR.match(sentence, start, end):
        start = match.end()
    match = _OPENING.match(sentence, start, end) or _CONDITION.match(sentence, start, end)
    if match and not _ANAPHORIC.search(match["phrase"]):
        trailing = match["phrase"][0].lower() + match["phrase"][1:]
        start = match.end()
    return _imperative(sentence, start, end, trailing) or _declarative(sentence, start, end, trailing, pronoun)


def _without_stop(sentence: str, end: int) -> int:
    while end > 0 and (sentence[end - 1] in ".!:; " or (sentence[end - 1] == ")" and "(" not in sentence[:end])):
        end -= 1
    return end


def _imperative(sentence: str, start: int, end: int, trailing: str) -> Clause | None:
    """As in "Submit the form within 5 days": the reader should."""
    first = _TOKEN.match(sentence, start, end)
    if first and first.group().lower() in ("please", "always", "simply", "just", "only"):
        first = _TOKEN.match(sentence, first.end() + 1, end)
    if not first or first.group().lower() not in BASES or first.end() >= end - 2:
        return None
    following = _TOKEN.match(sentence, first.end() + 1, end)
    if not following or _looks_finite(following.group().lower()) or following.group().lower() in ("of", "is"):
        return None
    if first.group().lower() in _NOUN_LIKE and following.group().lower() not in _DETERMINERS:
        return None
    return Clause(
        subject="you",
        auxiliary="should",
        verb="",
        finite="should",
        text=sentence,
        start=first.start(),
        end=end,
        imperative=True,
        trailing=trailing,
    )


_DETERMINERS = word_set("the a an your all any each this that these those it them to for up out in into our")
_NOUN_LIKE = word_set(
    """
    access address aim alert answer approach base block book break call cause change charge check claim close
    contact control copy cost cover default delay design display document draft drive email end estimate exit
    export face file filter fit focus force form format forward fund group guarantee guide handle help hold host
    import increase issue lead leave limit link list load lock log look map mark match measure mention merge
    monitor mount move need offer open order own pass pay permit pick place plan point post present process
    produce prompt purchase reach record redirect register release remain report request reserve reset result
    return review run scale schedule search select set share show sign sort split stage start state stay stop
    store supply support switch take test track train transfer travel trust try turn update upgrade upload use
    view visit wait work process accrue bill brief comment draft draw exercise flag gain label mail mention blow
    burn climb cool dry feed float flood freeze grip heat hit lift lean pile pump push rest rise roll sail slide
    slow spill spray stack steam stick stretch swing thaw mute outline park phase practice press preview quote
    rate route scroll seal sound sponsor staff study swap tag touch tow value vote wash wedge win accept open
    ring list
    """
)


def _declarative(sentence: str, start: int, end: int, trailing: str, pronoun: str) -> Clause | None:
    tokens = [(match.start(), match.end()) for match in _TOKEN.finditer(sentence, start, end)]
    for index, (first, last) in enumerate(tokens[:13]):
        word = sentence[first:last]
        lower = word.lower().replace("’", "'")
        if index == 0 and lower in _CLITICS:
            return _made(sentence, tokens, 0, lower[: lower.index("'")], _CLITICS[lower], "", end, trailing)
        if index:
            found = _finite(sentence, tokens, index, lower)
            if found:
                subject = sentence[start : tokens[index - 1][1]]
                subject, adverb = _split_adverb(subject)
                subject = pronoun if subject.lower() in ("it", "they") else subject
                if not _is_subject(subject):
                    return None
                auxiliary, verb = found
                made = _made(sentence, tokens, index, subject, auxiliary, verb, end, trailing)
                return None if adverb and made and made.verb == "" and adverb == "not" else made
        if index == 0 and pronoun and lower in ("it", "they"):
            continue
        if _BREAK.search(word) or (lower in _STOPPERS and not (index == 0 and lower in _QUANTIFIERS)):
            return None
    return None


def _split_adverb(subject: str) -> tuple[str, str]:
    head, _, last = subject.rpartition(" ")
    return (head, last.lower()) if head and last.lower() in _ADVERBS else (subject, "")


def _looks_finite(word: str) -> bool:
    return word in AUXILIARIES or word in NEGATIVES or word in ("has", "have", "had", "does", "do", "did")


def _finite(sentence: str, tokens: list[tuple[int, int]], index: int, word: str) -> tuple[str, str] | None:
    """(auxiliary, base verb) if the token is the finite verb; the base is "" where the auxiliary is in the text."""
    token = sentence[slice(*tokens[index])]
    if token == "AM" or (token[0].isupper() and not token.isupper()):
        return None
    if word in NEGATIVES or word in AUXILIARIES:
        return NEGATIVES.get(word, word), ""
    following = sentence[slice(*tokens[index + 1])].lower() if index + 1 < len(tokens) else ""
    previous = sentence[slice(*tokens[index - 1])].lower()
    if word in ("has", "have", "had"):
        helped = following in PARTICIPLE or following in (
            "been",
            "not",
            "never",
            "also",
            "already",
            "done",
            "gone",
            "seen",
        )
        return (word, "") if helped else ({"has": "does", "have": "do", "had": "did"}[word], "have")
    if word in ("does", "do", "did"):
        return (word, "") if following == "not" else None
    if not following:
        return None
    if _looks_finite(following.strip(",.;")):
        return None
    if word in THIRD and word not in NOUNS and not previous.endswith(("s", "'")):
        return "does", THIRD[word]
    plural = previous in ("you", "we", "i") or (previous.endswith("s") and not previous.endswith(("ss", "us", "is")))
    if word in BASES and plural and (word not in _NOUN_LIKE or previous in ("you", "we", "i")):
        return "do", word
    if word in PAST and (previous in ("you", "we") or _no_finite_after(sentence, tokens, index)):
        return "did", PAST[word]
    return None


def _no_finite_after(sentence: str, tokens: list[tuple[int, int]], index: int) -> bool:
    """Whether a form in -ed is the sentence's verb, and not a participle before it ("the form attached to … is")."""
    following = sentence[slice(*tokens[index + 1])].lower()
    if following in ("by", "to", "in", "for", "with", "on", "from", "as", "at", "and", "or", "into"):
        return False
    rest = (sentence[slice(*token)].lower().strip(",.;") for token in tokens[index + 1 : index + 12])
    return not any(_looks_finite(word) for word in rest)


# a subject that begins so was cut out of something longer
_NO_OPENING = word_set(
    """
    in on at to for of from by with about into over under after before during through via per as like unlike besides
    then rather also either neither nor or and but please maybe perhaps even just only see being having instead yet such
    """
)


def _is_subject(subject: str) -> bool:
    words = subject.split()
    if not words or len(words) > 9:
        return False
    lower = words[0].lower()
    if lower in _NO_OPENING or any(word.lower() in ("let's", "let’s", "else", "let", "when", "if") for word in words):
        return False
    if len(words) == 1 and lower not in _ALLOWED_ALONE and (lower in _STOPPERS or lower in _ADVERBS):
        return False
    if lower in _ALLOWED_ALONE and len(words) > 1:
        return False
    if words[-1].lower() in ("and", "or", "of", "the", "a", "an", "to", "in", "for", "with", "by", "on", "from"):
        return False
    if len(words) > 1 and any(word.lower() in ("you", "we", "i", "they", "it") for word in words):
        return False
    odd = (
        any(character in subject for character in "*|{}<>[]/\\")
        or " - " in subject
        or ". " in subject
        or subject[-1] in "-–/"
    )
    return not odd and subject[:1].isalnum()


def _made(
    sentence: str,
    tokens: list[tuple[int, int]],
    index: int,
    subject: str,
    auxiliary: str,
    verb: str,
    end: int,
    trailing: str,
) -> Clause | None:
    if index + 1 >= len(tokens):
        return None
    start = tokens[index + 1][0]
    finite = sentence[slice(*tokens[index])]
    written = finite.lower().replace("’", "'")
    negated = written in NEGATIVES
    if sentence[start:end].lower().startswith(("not ", "never ")):
        negated = True
        start = tokens[index + 2][0] if index + 2 < len(tokens) else start
    return Clause(
        subject=subject,
        auxiliary=auxiliary,
        verb=verb,
        finite="" if written in _CLITICS else finite,
        text=sentence,
        start=start,
        end=end,
        negated=negated,
        trailing=trailing,
    )
