"""Who does it, who is to be asked: roles and names as subjects, agents and contacts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.languages.en.clean import content_words
from steep_plugins.languages.en.statements import around
from steep_plugins.languages.en.verbs import BASES, PARTICIPLE, THIRD
from steep_plugins.languages.en.voice import as_asker
from steep_plugins.synthesizers.structure.plain import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section

_ROLES = (
    "manager|supervisor|lead|leads|team|officer|director|engineer|engineers|staff|owner|committee|board|administrator|"
    "administrators|agency|office|department|employee|employees|council|desk|chief|head|coordinator|maintainer|maintainers|"
    "developer|developers|reviewer|reviewers|author|authors|auditor|assistant|secretary|group|"
    "master|partner|partners|contractor|contractors|buddy|coach|pilot|crew|secretariat|"
    "division|branch|specialist|representative|analyst|counsel|steward|facilitator|vendor|verifier|applicant|subscriber"
)
_ROLE = re.compile(rf"\b(?:{_ROLES})$", re.IGNORECASE)
_AGENT = re.compile(
    r"\bby (?P<agent>(?:the|your|our|a|an) [\w' -]{2,45}?|[A-Z][\w.]*(?: [A-Z][\w.]*){0,3})(?=[.,;:]|$|"
    r" (?:before|after|within|and|on|in|at|for|when|if|to|with|every|each)\b)"
)
_CONTACT = re.compile(
    r"\b(?P<verb>[Cc]ontact|[Ee]mail|[Aa]sk|[Rr]each out to|[Gg]et in touch with|[Mm]essage|[Pp]ing"
    r"|[Ss]peak (?:to|with)|[Tt]alk to|[Ww]rite to|[Nn]otify|[Ii]nform)\s"
    r"(?P<who>[^,;:()]{3,70}?)(?=[.,;]|$| (?:if|when|for|about|to|with|and|or|before|after|as|so|via|by|at|on)\b)"
)
_TOPIC = re.compile(
    r"(?:^|\b)(?:[Ff]or|[Ii]f you have|[Ww]ith)(?: any| further| more| other)? (?:questions?|problems?"
    r"|issues?|help|concerns?|information)(?: or \w+)? (?:about|with|on|regarding|concerning)"
    r" (?P<topic>[^,;:.()]{3,70})"
)
_NO_ONE = frozenset(
    ("to", "for", "with", "if", "about", "and", "what", "how", "which", "why", "whether", "when", "where")
)
_CONDITION = re.compile(r"^(?P<word>[Ii]f|[Ww]hen|[Oo]nce) (?P<condition>you [^,;:()]{6,90}),")
_ENDS_OPEN = re.compile(r"\b(?:to|for|with|by|in|on|at|of|the|a|an|from|or|is|are|be|as|into|if|when|that)$")
_ODD = re.compile(
    r"\b(?:it|this|these|those|they|them|he|she|such|here|above|below|yourself|someone|anyone|people|him|her)\b", re.I
)

_ADVERBS = frozenset(("even", "also", "then", "still", "always", "only", "usually", "often", "sometimes", "now"))
# who is named so is not known without the text
_NOBODY = re.compile(
    r"^(?:(?:the|your|our|a|an|each|every|all|any|some|most|many|both|other|another|new|that|one) )*"
    r"(?:teams?|groups?|offices?|staff|employees?|head|leads?|members?|directors?|managers?|branch|division|department|authors?|crew|desk)$",
    re.IGNORECASE,
)
_ANYONE = re.compile(r"(?:an?|another|all|members|the whole|other|some|many|most|each|every|any) ", re.IGNORECASE)
_WEAK = re.compile(
    r"(?:want|like|need|have|be able|consist|work|works|know|knows|think|see|feel|try|also|seem)\b", re.IGNORECASE
)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        yield from _contact(section, statement, voice)
        yield from _agent(statement, voice)
        yield from _subject(statement, voice)


def is_role(subject: str) -> bool:
    return bool(_ROLE.search(subject))


def _subject(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    """As in "The duty manager decides …" answers "Who decides …?"."""
    clause = statement.clause
    if clause is None or clause.negated or clause.imperative or not _ROLE.search(clause.subject):
        return
    start = statement.text.find(clause.subject)
    if re.search(r"\b(?:for|about|to|from|with|on)\b", clause.subject):
        return
    if _NOBODY.match(clause.subject) or _ANYONE.match(clause.subject) or clause.predicate.startswith("is "):
        return
    if start < 0 or _ODD.search(clause.subject) or len(clause.subject.split()) > 7:
        return
    predicate = re.split(r"[,;:(–—]|\b(?:and|but|which|so that|because)\b", clause.predicate)[0].strip()
    if _ODD.search(predicate) or not 3 <= len(predicate.split()) <= 14 or not clause.finite:
        return
    if (
        len(content_words(predicate)) < 3
        or _WEAK.match(predicate)
        or _WEAK.match(clause.verb)
        or re.match(r"(?:may|might|could|would|should) want", f"{clause.finite} {predicate}")
    ):
        return
    if _ENDS_OPEN.search(predicate) or predicate.split()[-1] in BASES:
        return
    if clause.finite in ("is", "are", "was", "were") and not re.match(
        r"(?:\w+ly )?(?:responsible|in charge|available|allowed|required|able)\b", predicate
    ):
        return
    yield Candidate(
        question=voice.styled(f"who {_singular(clause.finite)} {as_asker(predicate)} {as_asker(clause.trailing)}"),
        answer=statement.line.cut(start, start + len(clause.subject)),
        kind="name",
        rule="people:subject",
        entity=clause.subject,
    )


def _singular(finite: str) -> str:
    """As in "Who" takes the singular: the reviewers decide, who decides."""
    word = finite.lower()
    if word in ("are", "were", "have", "do"):
        return {"are": "is", "were": "was", "have": "has", "do": "does"}[word]
    if word in BASES:
        return next(third for third, base in THIRD.items() if base == word)
    return finite


def _agent(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    clause = statement.clause
    if clause is None or clause.negated or clause.verb:
        return
    match = _AGENT.search(clause.text, clause.start, clause.end)
    if (
        not match
        or _ODD.search(match["agent"])
        or not re.search(r"(?:ed|en|un|ne|wn|de|pt|ht|id|ld|nt|et)\b", clause.text[clause.start : match.start()])
    ):
        return
    person = _ROLE.search(match["agent"]) or (match["agent"][0].isupper() and match["agent"].istitle())
    said = [word for word in clause.text[clause.start : match.start()].split() if word not in _ADVERBS]
    if len(said) > 1 and said[0] in BASES and said[0] not in PARTICIPLE and said[0] != "be":
        return  # what is done by somebody is not what the clause says of its subject
    rest = around(clause, *match.span())
    listed = re.match(r",? (?:and|or)\b|, (?:the|your|an?) ", clause.text[match.end() : clause.end])
    if listed or clause.auxiliary in ("may", "might", "could", "would"):
        return
    if rest is None or (not person and match["agent"].startswith(("the", "a", "an"))):
        return
    word = "who" if person else "what"
    yield Candidate(
        question=voice.clause_question(word, clause, f"{rest[0]} by", rest[1]),
        answer=statement.line.cut(*match.span("agent")),
        kind="name",
        rule="people:agent",
        entity=clause.subject,
    )


def _contact(section: Section, statement: Statement, voice: Voice) -> Iterator[Candidate]:
    match = _CONTACT.search(statement.text)
    if not match or _ODD.search(match["who"]) or match["who"].split()[0] in _NO_ONE:
        return
    if re.search(r"\b(?:who|that|which)(?: \w+)?$", match["who"]):
        return
    verb = match["verb"].lower()
    if (len(match["who"].split()) == 1 and not re.search(r"[A-Z@#]", match["who"])) or match["who"].startswith("in "):
        return
    if verb in ("ask", "call") and match["who"].split()[0] in ("a", "an", "what", "how", "why", "whether", "questions"):
        return
    if re.search(r"\b(?:function|callback|API|method|option)s?\b", match["who"]):
        return
    if re.match(r"\s+(?:or|and)\b", statement.text[match.end() :]) or " or talk to " in statement.text:
        return
    topic = _TOPIC.search(statement.text)
    condition = _CONDITION.match(statement.text)
    if topic and not _ODD.search(topic["topic"]):
        about = as_asker(topic["topic"])
        asked = voice.pick(
            f"who do I ask about {about}", f"who should I contact about {about}", f"who can help me with {about}"
        )
    elif (
        condition and not _ODD.search(condition["condition"]) and content_words(condition["condition"]) - {"questions"}
    ):
        when = f"{condition['word'].lower()} {as_asker(condition['condition'])}"
        asked = voice.pick(f"who should I contact {when}", f"who do I talk to {when}", f"{when}, who should I contact")
    else:
        return
    yield Candidate(
        question=voice.styled(asked),
        answer=statement.line.cut(*match.span("who")),
        kind="name",
        rule="people:contact",
        entity=section.topic,
    )
