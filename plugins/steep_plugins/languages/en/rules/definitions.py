"""Definitions: "X is a …", "X means …", glossary lines, and what an abbreviation stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import word_set
from steep_plugins.languages.en.clause import clause_of
from steep_plugins.languages.en.clean import content_words
from steep_plugins.languages.en.verbs import AUXILIARIES, GERUND, PARTICIPLE, THIRD
from steep_plugins.languages.en.voice import as_asker
from steep_plugins.synthesizers.structure.plain import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section

_IS = re.compile(
    r"^(?P<term>(?:(?:A|An|The)\s)?[\w`\"“][\w`\"“” .+'’/-]{1,50}?)\s(?:is|are)\s(?P<meaning>(?:an?|the"
    r"|any|one of the)\s[^;:–—]{12,240}?)(?:[.!]?$|[;:–—]|\s[-–—]\s|"
    r",?\s(?:so|because|therefore|thus)\b(?! that)|,\s(?:as|whereas|while)\b|"
    r",\s(?:all|it|you|we|this|there|they|each)\s|,"
    r"?\sand\s(?=(?:is|are|can|it|you|we|has|have|was|will|should|must|they|this)\b))"
)
_MEANS = re.compile(
    r"^(?:The (?:term|word|abbreviation) )?[\"“]?(?P<term>[\w][\w .+'’/-]{1,40}?)[\"”]?\s(?P<verb>means"
    r"|stands for|refers to|is short for|denotes)\s"
    r"(?P<meaning>.{8,240}?)[.!]?$"
)
_GLOSSARY = re.compile(r"^(?P<term>[A-Z`-][\w .+'’/()-]{1,45}?)(?::|\s[–—-]|\.)\s+(?P<meaning>[A-Za-z].{15,260})$")
_USED = re.compile(
    r"^(?P<term>[\w][\w .+'’/-]{1,40}?)\s(?:is|are|can be) used (?P<meaning>(?:to|for|when|as)\s.{8,200}?)[.!]?$"
)
_SHORT = re.compile(
    r"\b(?P<long>(?:[A-Z][\w'’-]+|of|and|the|for|to|in|on|&)(?:\s(?:[A-Z][\w'’-]+|of|and|the|for|to|in|on|&)){1,"
    r"7})\s\((?P<short>[A-Z][A-Za-z]*[A-Z])\)"
)
# glossary lines are believed where a section has at least so many
_LEXICON = 3
_SAYING = 3  # words that mean something, of which a meaning needs so many
_MEANING_START = re.compile(
    r"(?:An?|The|Any|When|What|Our|One|Two|Someone|Everyone|Anyone|Used|How|Where)\s[^?]*$|(?:an?|the|any|when|"
    r"what|how|where|used|whether|(?!this|does|things|always|makes|has)[a-z]{3,}s) [^?]*$"
)
_COUNTED = re.compile(r"(?:an?|someone|anyone|one who|(?:the|a) (?:people|persons?) (?:who|that)) ", re.IGNORECASE)
_CODE = re.compile(r"[._\d/-]|[a-z][A-Z]")
# a line with a label, and no meaning: "Union members: a rating is required"
_SENTENCE = re.compile(
    r"(?:an?|the|any) (?:[\w+-]+ ){1,5}(?:is|are|was|were|must|should|will|can|may|has|have)\b", re.IGNORECASE
)
# what comes behind it tells the thing from others, or it is only understood beside the text
_HALF = re.compile(
    r",? (?:but|yet|although|though|however)\b|\b(?:this|these|those)\b|\b(?:that|which|who) \w+$|"
    r"\b(?:in|at|of|about|on) here\b",
    re.IGNORECASE,
)
# a second statement behind a meaning
_FURTHER = re.compile(
    r":\s|, which (?:was|were|has|had)\b|, see (?=the|also)|(?<!\b[A-Za-z])(?<!vs)(?<!etc)\. (?=[\w(])|"
    r",? and (?:the|an?|it|this|you) (?:[\w-]+ ){0,4}(?:is|are|was|will|has|can|must|should)\b|"
    r",? and \w+ (?:supports|uses|has|can|is|does|will|needs) |"
    r",? and (?:also |then )?(?:[A-Z]{3,}\b|there|must|should|may|can|will|is|are|has|have|does|"
    r"(?:sets|uses|contains|includes|gives|provides|helps|makes|allows|offers|supports|comes|runs|works) )"
)
_NO_TERM = word_set(
    """
    it this that these those they there here he she we you i what who which such all both each note example one
    another if when unless while because although in at for with on to as by though since after before so from
    most more less much question answer feedback rationale examples context background purpose time times people
    someone something first next following goal purpose reason result idea point problem question answer main
    only
    """
)
_NO_HEAD_NOUN = word_set(
    """
    argument scope offset span chapter paragraph parameter row column
    exception idea trick point problem reason result thing way case part rest difference advantage disadvantage
    benefit goal purpose option solution approach alternative step question answer name value default one
    feature example chapter section page document topic above below issue challenge caveat downside
    """
)
# what a text or a list does is to hold or to tell something: nobody asks what it does
_HOLDS = word_set("contains holds lists includes has")
_TELLS = word_set("describes explains covers discusses")
_RELATIVE = re.compile(r"\b(?:which|that|who|if|when|where|because|is|are|was|can|should|will|must|may|has|have)\b")
_NO_MEANING = re.compile(
    r"^(?:the (?:law|foundation|basis|heart|"
    r"new|same|following|only|case|first|last|next|most|best|one|default|result|responsibility|main"
    r"|right|key|goal|idea|reason|answer|name|number|value|time|way)|"
    r"a (?:single|primary|fundamental|critical|crucial|core|vital|central|major|"
    r"more|less|different|separate|second|similar|very|cornerstone|good|great|bad|few|lot|"
    r"bit|must|little|common|better|big|long|number|work|mix|key)"
    r"|an (?:important|essential|integral|easy|example|excellent|open|opportunity))\b"
)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    lexicon = list(_lexicon(statements, voice))
    yield from lexicon if len(lexicon) >= _LEXICON else ()
    for statement in statements:
        made = _stated(statement, voice)
        if made:
            yield made
        yield from _abbreviations(statement, voice)


def _lexicon(statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    """Glossary lines: a term with its meaning behind it, or a term alone that the next sentence explains."""
    for number, first in enumerate(statements):
        made = _glossary(first, voice)
        second = statements[number + 1] if number + 1 < len(statements) else None
        if made is None and second is not None and second.before is first and first.before is None:
            made = _term_alone(first, second, voice)
        if made:
            yield made


def _term_alone(first: Statement, second: Statement, voice: Voice) -> Candidate | None:
    term = first.text.rstrip(".:")
    if first.text == term or len(term.split()) > 4 or not _is_term(term) or not _MEANING_START.match(second.text):
        return None
    if clause_of(second.text) or term.split()[0].lower() in AUXILIARIES or PARTICIPLE.get(term.split()[-1].lower()):
        return None
    return Candidate(
        question=_what_is(term, voice),
        answer=second.line.cut(0, len(second.text)),
        kind="definition",
        rule="definitions:glossary",
        entity=term,
    )


def defined(statement: Statement) -> re.Match[str] | None:
    """A sentence of the form "term is meaning", where the term is one that could be looked up."""
    match = _IS.match(statement.text)
    return match if match and _is_term(match["term"]) and not _NO_MEANING.match(match["meaning"]) else None


def _stated(statement: Statement, voice: Voice) -> Candidate | None:
    match = defined(statement)
    if match:
        plural = bool(re.match(r"\s*are\b", statement.text[match.end("term") :]))
        return _made(statement, match, _what_is(match["term"], voice, plural=plural), "is")
    match = _USED.match(statement.text)
    if match and _is_term(match["term"]):
        term = voice.lowered(match["term"])
        verb = "are" if " are " in match.group()[: match.start("meaning")] else "is"
        return _made(statement, match, voice.styled(f"what {verb} {as_asker(term)} used for"), "used")
    match = _MEANS.match(statement.text)
    if match and (re.match(r"(?:for|of|to|as|more|less)\b", match["meaning"]) or clause_of(match["meaning"])):
        return None
    if match and _is_term(match["term"]):
        term = voice.lowered(match["term"])
        if match["verb"] in ("stands for", "is short for"):
            return _made(statement, match, voice.styled(f"what does {term} stand for"), "means")
        return _made(
            statement,
            match,
            voice.styled(f"what does {term} mean") if match["verb"] == "means" else _what_is(match["term"], voice),
            "means",
        )
    return None


def _glossary(statement: Statement, voice: Voice) -> Candidate | None:
    match = _GLOSSARY.match(statement.text)
    if not match or statement.before is not None:
        return None
    term = match["term"].strip()
    if not _is_term(term) or len(term.split()) > 4 or not _MEANING_START.match(match["meaning"]):
        return None
    if term.split()[-1] in PARTICIPLE or " by " in term or _SENTENCE.match(match["meaning"]):
        return None
    if re.match(r"(?:the|an?) ", match["meaning"], re.IGNORECASE) and clause_of(match["meaning"]):
        return None
    doing = re.match(r"([a-z]{3,}s) ", match["meaning"])
    if doing and (doing[1] not in THIRD or (doing[1] not in (*_HOLDS, *_TELLS) and not _CODE.search(term))):
        return None  # a plural that is no meaning, or a feature of a thing in a row of things
    if doing:
        if doing[1] in (*_HOLDS, *_TELLS):
            asked = f"what is in {term}" if doing[1] in _HOLDS else f"what is {term} about"
            return _made(statement, match, voice.styled(asked), "glossary")
        return _made(statement, match, voice.styled(f"what does {voice.lowered(term)} do"), "glossary")
    counted = (
        _COUNTED.match(match["meaning"])
        or term.endswith(("er", "or", "ist"))
        or re.match(r"(?:The|An?) (?:period|set|group|list|document|person|place|plan|time|step) ", match["meaning"])
    )
    if voice.lowered(term).islower() and counted and not term.endswith("s"):
        term = f"{'an' if term[0].lower() in 'aeio' else 'a'} {voice.lowered(term)}"
    return _made(statement, match, _what_is(term, voice), "glossary")


def _what_is(term: str, voice: Voice, *, plural: bool | None = None) -> str:
    name = voice.lowered(term.strip('"“”`'))
    if plural is None:
        plural = name.islower() and name.endswith("s") and not name.endswith(("ss", "us", "is"))
        plural = plural and not name.startswith(("a ", "an "))
    verb = "are" if plural else "is"
    if name.lower().startswith("the ") or verb == "are" or not name.islower():
        return voice.styled(voice.pick(f"what {verb} {name}", f"what {verb} {name}", f"what exactly {verb} {name}"))
    return voice.styled(voice.pick(f"what is {name}", f"what's {name}", f"what is meant by {name}"))


def _is_term(term: str) -> bool:
    words = term.replace("“", "").replace('"', "").split()
    if (
        not 1 <= len(words) <= 5
        or not words[0][:1].isalnum()
        or words[0].lower() in _NO_TERM
        or words[-1].lower() in _NO_TERM
    ):
        return False
    if any(word.lower() in THIRD and word.islower() for word in words[1:]):
        return False
    if words[-1].endswith("ly") or " to " in term or " both" in term:
        return False
    raw = term.strip('`"“”')
    if len(words) == 1 and raw.islower():
        return False
    if (words[0].lower() in GERUND and len(words) > 2) or words[0].lower() in (
        "then",
        "usually",
        "often",
        "perhaps",
        "sometimes",
        "one",
    ):
        return False
    if words[-1].lower().removesuffix("s") in _NO_HEAD_NOUN or "-" in (term[-1], term[0]):
        return False
    if re.match(r"(?:the (?:reason|main|same|first|second|third|last|next)|whether) ", term, re.IGNORECASE):
        return False
    if " - " in term or "–" in term or any(word.lower() in ("you", "we", "i") for word in words):
        return False
    return not _RELATIVE.search(term.lower()) and not term.lower().startswith(("your ", "our ", "the other"))


def _made(statement: Statement, match: re.Match[str], question: str, rule: str) -> Candidate | None:
    further = _FURTHER.search(statement.text, match.start("meaning") + 8, match.end("meaning"))
    said = statement.text[match.start("meaning") : further.start() if further else match.end("meaning")]
    if len(content_words(said)) < _SAYING or ", not " in said or _HALF.search(said):
        return None
    return Candidate(
        question=question,
        answer=statement.line.cut(match.start("meaning"), further.start() if further else match.end("meaning")),
        kind="definition",
        rule=f"definitions:{rule}",
        entity=match["term"],
    )


def _abbreviations(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    for match in _SHORT.finditer(statement.text):
        start = _expansion(match["long"], match["short"])
        if start is None or match["long"].endswith(("'s", "’s")):
            continue
        short = match["short"]
        asked = voice.pick(
            f"what does {short} stand for", f"what does {short} mean", f"what is {short} short for", f"what's {short}"
        )
        yield Candidate(
            question=voice.styled(asked),
            answer=statement.line.cut(match.start("long") + start, match.end("long")),
            kind="definition",
            rule="definitions:abbreviation",
            entity=short,
        )


def _expansion(long: str, short: str) -> int | None:
    """Where in the words before the bracket the expansion begins whose initials make the abbreviation."""
    wanted = [letter.lower() for letter in short if letter.isupper()]
    for word in re.finditer(r"\S+", long):
        words = long[word.start() :].split()
        initials = [each[0].lower() for each in words]
        heavy = [each[0].lower() for each in words if each[0].isupper()]
        if wanted in (initials, heavy) and words[0][0].isupper():
            return word.start()
    return None
