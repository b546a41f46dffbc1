"""Defaults: "By default, X is Y", "X defaults to Y", "the default X is Y"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.languages.en.clause import clause_of
from steep_plugins.languages.en.verbs import PARTICIPLE, THIRD
from steep_plugins.synthesizers.structure.plain import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section

_THE_DEFAULT = re.compile(
    r"\b[Tt]he default (?P<what>(?:[\w-]+ ){0,4}[\w-]+?) (?:is|are) (?:set to"
    r" )?(?P<value>[^,;:()]{1,80}?)(?=[.,;:(]|$| (?:and|but|which|if|when|unless|so)\b)"
)
_DEFAULTS_TO = re.compile(
    r"(?P<what>[\w`-][\w `.-]{1,50}?) defaults? to (?P<value>[^,;:()]{1,80}?)(?=[,;:(]|\.(?:\s|$)|$|"
    r" (?:and|but|which|if|when|unless)\b)"
)
_BY_DEFAULT = re.compile(r"\b[Bb]y default,?\s*")
_ODD = re.compile(r"\b(?:it|this|these|those|they|that|which|following|above|below|not)\b", re.I)


_UNFINISHED = re.compile(r"\b(?:must|should|will|can|may|shall|also|which|that|and|or|not|to|then)$", re.IGNORECASE)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        yield from _stated(statement, voice)
        yield from _by_default(statement, voice)


def _stated(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    for pattern in (_THE_DEFAULT, _DEFAULTS_TO):
        match = pattern.search(statement.text)
        if not match or _ODD.search(match["what"]) or _ODD.search(match["value"]):
            continue
        if match["value"].split()[0] in PARTICIPLE or _UNFINISHED.search(match["what"].strip()):
            continue
        if (
            re.match(r"(?:most|each|every|any|all)\b", match["what"], re.IGNORECASE)
            or ". " in match["what"]
            or any(word in THIRD for word in match["what"].split())
        ):
            continue
        if pattern is _DEFAULTS_TO and not re.search(r"[\w-] \w|[_-]", match["what"].strip()):
            continue
        what = re.sub(r"^(?:the|a|an|and) ", "", voice.lowered(match["what"].strip()))
        if re.search(r"\b(?:values?|behaviou?rs?|one|option|configuration|settings?)$", what) and " " not in what:
            continue
        if pattern is _THE_DEFAULT:
            are = bool(re.search(r"\bare (?:set to )?$", statement.text[: match.start("value")]))
            asked = voice.pick(
                f"what {'are' if are else 'is'} the default {what}",
                f"what {'are' if are else 'is'} the default {what}",
                f"which {what} {'are' if are else 'is'} used by default",
            )
        else:
            asked = voice.pick(
                f"what does {what} default to",
                f"what is the default for {what}",
                f"what is the default value of {what}",
            )
        yield Candidate(
            question=voice.styled(asked),
            answer=statement.line.cut(*match.span("value")),
            kind="default",
            rule="defaults:stated",
            entity=what,
        )
        return


def _by_default(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    """As in "By default, the lock allows three tries": what does it do if nothing is set?"""
    match = _BY_DEFAULT.search(statement.text)
    if not match:
        return
    begin = match.end() if match.start() == 0 else 0
    clause = clause_of(statement.text, begin)
    if (
        clause is None
        or clause.imperative
        or _ODD.search(clause.subject)
        or clause.subject.lower() in ("you", "we", "i")
    ):
        return
    start = clause.start
    end = clause.end if begin else match.start()
    value = statement.text[start:end].strip(" ,.")
    if ". " in value or re.search(r"\b(?:them|these|this|it)\b", value) or re.match(r"(?:some|most)\b", clause.subject):
        return
    if re.match(r"(?:designed|able|meant|intended|also|as|for|what)\b", value):
        return
    if not 1 <= len(value.split()) <= 16 or re.search(r"[,;:()]", value):
        return
    subject = voice.lowered(clause.subject)
    if clause.auxiliary in ("is", "are") and not clause.verb and not clause.negated:
        if value.split()[0].lower() in PARTICIPLE or value.split()[0].lower() in ("on", "off"):
            question = voice.styled(f"{clause.auxiliary} {subject} {value} by default")
            answer = statement.line.cut(0, len(statement.text))
        elif re.match(r"(?:an?|the) |[\d\"“'`-]|[A-Z_]{2,}", value):
            question = voice.styled(f"what {clause.auxiliary} {subject} by default")
            answer = statement.line.cut(start, start + len(value))
        else:
            return
    elif clause.verb and not clause.negated:
        question = voice.styled(f"what {clause.auxiliary} {subject} do by default")
        answer = statement.line.cut(start - len(clause.finite) - 1, start + len(value))
    else:
        return
    kind = "default" if question.lower().startswith("what") else "yes-no"
    yield Candidate(question=question, answer=answer, kind=kind, rule="defaults:by-default", entity=subject)
