"""What to do: "To reset your badge, …", "If you lose it, …", headings that name a task."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import content_stems, word_set
from steep_plugins.languages.en.clause import clause_of
from steep_plugins.languages.en.clean import content_words
from steep_plugins.languages.en.verbs import BASES, GERUND, PARTICIPLE
from steep_plugins.languages.en.voice import as_asker
from steep_plugins.synthesizers.structure.plain import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section

_PURPOSE = re.compile(r"^(?:In order )?[Tt]o (?P<goal>(?P<verb>[a-z]+)\b[^,:;.]{3,80}),\s+(?P<means>\S.+?)[.!]?$")
_BY = re.compile(r"\b(?P<by>by (?P<verb>[a-z]+ing)\b(?:[^,;:.()]|\.(?=\S)){5,120})(?=[.,;]|$)")
_HOW = re.compile(r"^how (?:to|do i|do you|can i|can you) (?P<goal>.+)$", re.IGNORECASE)
_GOAL_LAST = re.compile(r"(?:,)? (?:in order )?to (?P<goal>(?P<verb>[a-z]+)\b[^,:;.()]{6,80})$")
_NO_STEP = re.compile(
    r"(?:Then|Please (?:read|note|see)|See|Read|Note|Also|Next|Finally|Remember|Make sure|Consider|Thanks?|"
    r"Review|Be|Avoid|Now|After|Once|Consult|Refer|You can (?:refer|read|find|still|also)|"
    r"Imagine|Think|Look|Clear|Check out|You (?:may|might|should also|can also|will also|will see|see|should be))\b"
)
_WANTS_TO = word_set(
    """
    need have want able ability how free going time opportunity sure permission responsible required option way
    ways try remember like wish expected allowed right need begin continue prepare ready steps plan access link
    go back up refer similar due according likely hard easy easier possible important best up yourself team them
    us it
    """
)
_CHANNEL = re.compile(
    r"(?P<action>(?:[\w'’-]+ ){1,8}?[\w'’-]+) (?P<place>(?:in|on|at|via|through) (?:the |our |your |an? )?"
    r"(?:#[\w-]+|[A-Z][\w.-]*|[\w-]+(?: [\w-]+)? (?:form|portal|site|page|channel|system|tool|app|calendar"
    r"|repo|repository|desk|board|"
    r"spreadsheet|website|database|file|directory|folder|tab|menu|room|office))(?: [A-Z][\w.-]*){0,3}(?:"
    r" (?:channel|form|page|site|"
    r"system|tool|portal|calendar|tab|menu))?)(?=[.,;(]|$| (?:and|to|for|if|when|by|before|after|at|with)\b)"
)
_ANY_PLACE = re.compile(
    r"(?:in|on|at|via|through) (?:the|an?|your|our) (?:room|office|form|portal|site|page|channel|system|tool|app|"
    r"website|database|file|directory|folder|tab|menu)$"
)
_ACTIONS = word_set(
    """
    submit post request enter record log report find book schedule store save keep track file register ask share
    publish upload download document view see check add create set search manage edit announce send
    apply sign order reserve get access update change put place write pay buy purchase
    """
)
_VAGUE_GOAL = re.compile(
    r"^(?:use with|do|be|help|make sure|get started|learn|understand|see|find out)\b|\b(?:it|its|their|this|"
    r"that|these|so|them|they|one)\b"
)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        yield from _purpose(statement, voice)
        yield from _by(statement, voice)
        yield from _to_end(statement, voice)
        yield from _channel(statement, voice)
    yield from _heading(section, statements, voice)


def _how(goal: str, voice: Voice) -> str:
    goal = as_asker(goal)
    asked = voice.pick("how do I", "how do I", "how can I", "what do I have to do to", "how can I", "how to")
    return voice.styled(f"{asked} {goal}")


def _purpose(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    match = _PURPOSE.match(statement.text)
    if not match or match["verb"] not in BASES or _VAGUE_GOAL.search(match["goal"]) or not _telling(match["goal"]):
        return
    clause = clause_of(statement.text, match.start("means"))
    if clause is None or not (clause.imperative or clause.subject.lower() in ("you", "we")):
        return
    start = match.start("means")
    if clause.subject.lower() == "we" or statement.goes_on or _NEEDS.match(match["means"]):
        return
    yield Candidate(
        question=_how(match["goal"], voice),
        answer=statement.line.cut(start, match.end("means")),
        kind="procedure",
        rule="procedures:purpose",
        entity=match["goal"],
    )


def _telling(goal: str) -> bool:
    """Whether a goal has an object: "accept or decline" has none."""
    return len(content_words(goal) - BASES) >= 1 and not re.fullmatch(r"\w+ or \w+", goal)


def _by(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    clause = statement.clause
    match = _BY.search(statement.text)
    if clause is None or match is None or clause.negated or match["verb"] not in GERUND:
        return
    if not clause.start < match.start() < clause.end:
        return
    head = statement.text[clause.start : match.start()].strip()
    if not 1 <= len(head.split()) <= 9 or re.search(r"[,;:()]", head):
        return
    if re.match(r", \w+ing\b", statement.text[match.end() :]):
        return  # the way goes on
    if " also " in statement.text[: match.start()] or re.search(r"\b(?:and|or)$", head):
        return  # one way of several, or the way of a second thing
    passive = clause.auxiliary in _BE or (len(head.split()) > 1 and head.split()[-2] in _BE)
    if head.split()[-1].lower() in PARTICIPLE and not passive and len(head.split()) > 1:
        return
    yield Candidate(
        question=voice.clause_question("how", clause, head),
        answer=statement.line.cut(match.start("by"), match.end("by")),
        kind="procedure",
        rule="procedures:by",
        entity=clause.subject,
    )


def _to_end(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    """As in "Fill out the form to request a badge": how do I request a badge?"""
    clause = statement.clause
    if (
        clause is None
        or clause.negated
        or not (clause.imperative or (clause.subject.lower() == "you" and clause.auxiliary == "can"))
    ):
        return
    match = _GOAL_LAST.search(clause.text, clause.start, clause.end)
    if match is None or match["verb"] not in BASES or _VAGUE_GOAL.search(match["goal"]) or not _telling(match["goal"]):
        return
    means = clause.text[clause.start : match.start()].strip()
    if re.search(r"\b(?:this|these|that|those|what|which)\b", means) or re.search(r" to \d|^\w+ by\b", match["goal"]):
        return
    if statement.goes_on or statement.step or not means or means.split()[-1] in PARTICIPLE:
        return
    if _NO_MEANS.search(means):
        return
    if means.split()[0].lower() not in _MEANS and means.split()[0].lower() not in _TASKS:
        return
    if not 2 <= len(means.split()) <= 16 or means.split()[-1].lower() in _WANTS_TO or re.search(r"[;:,(]", means):
        return
    yield Candidate(
        question=_how(match["goal"], voice),
        answer=statement.line.cut(clause.start, match.start()),
        kind="procedure",
        rule="procedures:to-end",
        entity=match["goal"],
    )


def _channel(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    """As in "Submit claims in the claims portal": where do I submit claims?"""
    clause = statement.clause
    if (
        clause is None
        or clause.negated
        or clause.verb
        or not (clause.imperative or clause.subject.lower() in ("you", "we"))
    ):
        return
    match = _CHANNEL.match(clause.text, clause.start, clause.end)
    if (
        match is None
        or _ANY_PLACE.match(match["place"])
        or match["action"].split()[0].lower() not in _ACTIONS
        or _VAGUE_GOAL.search(match["action"].lower())
        or re.match(r" and [A-Z]", clause.text[match.end() :])
        or re.search(
            r"\bfor (?:more|further|details|information)\b|\b(?:the|your|an?) [A-Z][a-z]+ing$", match["action"]
        )
    ):
        return
    yield Candidate(
        question=voice.clause_question("where", clause, match["action"]),
        answer=statement.line.cut(*match.span("place")),
        kind="place",
        rule="procedures:channel",
        entity=match["action"],
    )


def _heading(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    """A heading that names a task is answered by the instruction below it, where there is only one."""
    goal = _goal(section.topic, voice) if section.heading else ""
    if not goal:
        return
    if section.lists or section.tables or len(statements) > _SHORT:
        return
    if sum(each.clause is not None and each.clause.imperative for each in statements) > 1:
        return
    asked = content_stems(goal)
    for number, statement in enumerate(statements[:3]):
        clause = statement.clause
        if not asked & content_stems(statement.text) and (number or len(asked) > 2):
            continue
        if clause and not clause.negated and (clause.imperative or clause.subject.lower() == "you"):
            if clause.trailing or len(statement.text.split()) < 5 or _NO_STEP.match(statement.text):
                continue
            if (
                statement.goes_on
                or statement.step
                or _NEEDS.match(statement.text)
                or re.search(r"\b(?:it|them|these|this|those)\b", statement.text)
            ):
                return
            yield Candidate(
                question=_how(goal, voice),
                answer=statement.line.cut(0, len(statement.text)),
                kind="procedure",
                rule="procedures:heading",
                entity=goal,
            )
            return


def _goal(heading: str, voice: Voice) -> str:
    words = heading.split()
    match = _HOW.match(heading)
    if match:
        return voice.lowered(match["goal"]).rstrip("?")
    if not 2 <= len(words) <= 8 or "?" in heading:
        return ""
    first = words[0].lower()
    rest = " ".join(
        [words[1].lower() if words[1].istitle() and words[1].lower() in voice.common else words[1], *words[2:]]
    )
    if _VAGUE_GOAL.search(heading.lower()) or "," in heading or ":" in heading or " and " in heading:
        return ""
    if words[1].lower() == "of":
        return ""
    if first in GERUND and first not in ("meeting", "building", "training", "testing", "working", "billing"):
        return f"{GERUND[first]} {rest}"
    if first in _TASKS:
        return f"{first} {rest}"
    return ""


# words that point out of the answer, half of two verbs, or the asker's own tool
_NO_MEANS = re.compile(r"\b(?:it|them|they|itself)\b|\b(?:or|and) \w+$|^make \w+$|^(?:ask|tell) \w+$", re.IGNORECASE)
# what has to be there before, and not how it is done
_NEEDS = re.compile(
    r"(?:you |please )?(?:(?:will|[’']ll|also|first) )*(?:need\b|(?:have|must|should)(?: to)? (?:have|be)\b|"
    r"make sure\b|be sure\b|ensure\b)",
    re.IGNORECASE,
)
_BE = word_set("is are was were be been being")
_SHORT = 3  # a section of more sentences says more of its task than one of them
_MEANS = word_set(
    """
    use fill click contact email go visit open call call pass press select enter complete check follow press tap type
    clone navigate switch enter sign ask provide reach message post include specify define attach attend
    """
)
_TASKS = word_set(
    """
    add apply approve archive ask assign avoid book build buy cancel choose configure connect copy create delete
    disable download edit enable enroll find get give install join log make manage move notify obtain pay
    prepare publish remove rename renew request reserve reset restart restore revoke run schedule select send
    set share sign start stop submit subscribe transfer uninstall update upgrade upload use verify write
    """
)
