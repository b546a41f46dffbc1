"""Conditions: "If C, M." asks what happens, or what to do, if C; "M only if C" asks when M."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from steep.language import content_stems, word_set
from steep_plugins.languages.en.clause import clause_of
from steep_plugins.languages.en.clean import content_words
from steep_plugins.languages.en.voice import as_asker
from steep_plugins.synthesizers.structure.plain import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.clause import Clause
    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section

_FIRST = re.compile(
    r"^(?P<word>if|when|whenever|once|after|before|in case|unless)\s+(?P<condition>[^,;:()]{8,110}),\s+(?:then\s+)?"
    r"(?P<main>\S.{12,}?)[.!]?$",
    re.IGNORECASE,
)
_LAST = re.compile(
    r"(?P<before>^.{8,110}?),?\s+(?P<condition>(?:only (?:if|when|after|for)|if and only if|unless|as long as|"
    r"provided that|except when|except for|if|until)\s[^;:()]{6,110}?)[.!]?$"
)
_ODD = re.compile(
    r"\b(?:it|this|these|those|they|them|he|she|such|here|there|ways|following|above|below|so|not sure|both|"
    r"either)\b",
    re.I,
)
_GENERIC = word_set(
    """
    question questions issue issues problem problems help concern concerns unsure trouble possible necessary
    more further sure want wish prefer find feel done ready information curious interested lucky new familiar look
    example case read see time thing things everything something working
    """
)
_WEAK_MAIN = re.compile(
    r"(?:.{0,40}\b(?:better choice|good choice|good idea)\b|i['’]m|.{0,30}\bprobably\b|you (?:want|might|will "
    r"see|see|know|get|probably|are (?:not alone|welcome|"
    r"probably))|we |I |there (?:is|are)|"
    r"(?:i\.e|e\.g|for example)|(?:the|an?) [^,]{3,60} (?:was|were|is an?) (?:fun|good|great|way)\b|please use these|"
    r"(?:the|some|most) (?:above|following)|what|how|why|who|let['’]s|don['’]t worry|feel free|go ahead|great|"
    r"check out|take a look|see |have a look|read (?:on|more)|remember|keep in mind|one |some |that)\b",
    re.IGNORECASE,
)
# a second statement behind the first
_FURTHER = re.compile(
    r"(?:, (?:and|so|but)|\. And) (?:your?|it|this|the|we|they|there|these|that)\b|, which\b|\. (?=[A-Za-z])"
)
_HEDGED = re.compile(
    r"[^,;]{0,50}\b(?:may|might) (?:have|be|want|wish)\b|you (?:are|['’]re) (?:free|welcome|good)\b", re.I
)
# what befalls the reader, and what nobody does
_BEFALLS = word_set("get receive see have lose earn accrue become know qualify end")
_RECEIVES = re.compile(r"(?:receive|get|see|have (?!to\b)|be|expect|notice|find|hear)\b")
_NO_ADVICE = re.compile(r"(?:try|try out|consider|think|note|notice|look|imagine|assume|say)\b", re.IGNORECASE)
# here "if" means "whether", and no condition
_WHETHER = re.compile(r"\b(?:ask|check|see|know|verify|determine|decide|tell|test|wonder|indicate|find out|learn)s?\b")
# "unless configured otherwise" says nothing by itself
_UNFINISHED = re.compile(r"(?:\w+ly )?\w+(?:ed|en|wise)\b")
_STILL_CONDITION = re.compile(
    r"(?:before|after|or|and|however|but|even|especially|particularly|such as|like|whether|because|while|"
    r"including|either|not|for|"
    r"in|on|at|with|without|during|by|from)\b",
    re.IGNORECASE,
)
_THEM = re.compile(r"\b(?:them|they)\b", re.IGNORECASE)
_FEW = 8
# of somebody who is so much may be said on many matters
_IS_SUCH = re.compile(
    r"you(?: are|['’]re) an? (?:[\w-]+ ){0,3}(?:staff|employees?|members?|supervisors?|managers?)\b[^,]{0,12}$"
)
_LOOKING = re.compile(
    r"(?:you (?:can|will|should) (?:see|find|view|check|look)|continue|carry on|proceed|go on)\b", re.IGNORECASE
)
_ANAPHORA = re.compile(r"^(?:it|this|these|that|they|here|there)\b", re.I)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        yield from _condition_first(statement, voice)
        yield from _condition_last(statement, voice)


def _condition_first(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    match = _FIRST.match(statement.text)
    if not match or _ODD.search(match["condition"]) or _ANAPHORA.match(match["main"]):
        return
    main = clause_of(statement.text, match.start("main"))
    if main is None or not _is_clause(match["condition"]) or not content_words(match["condition"]) - _GENERIC:
        return
    word = match["word"].lower()
    if word == "unless":
        return
    condition = f"{word} {as_asker(voice.lowered(match['condition']))}"
    if len(content_words(match["condition"]) - _GENERIC) < 2 and not re.search(r"[A-Z\d_-]", match["condition"][1:]):
        return
    you = main.subject.lower() == "you"
    if (
        statement.goes_on
        or (statement.step and main.imperative)
        or _broken(main)
        or _HEDGED.match(match["main"])
        or main.auxiliary in ("did", "was", "were", "had")
    ):
        return
    if (
        _is_no_answer(match["main"], match["condition"])
        or _IS_SUCH.match(match["condition"])
        or _WEAK_MAIN.match(match["main"])
        or (main.imperative and _NO_ADVICE.match(match["main"]))
    ):
        return
    if you and (main.auxiliary in ("did", "was", "were", "had") or not main.finite):
        return
    to_do = main.imperative or (
        you
        and not main.negated
        and (main.auxiliary in ("must", "should", "can", "could") or bool(main.verb and main.verb not in _BEFALLS))
        and not _RECEIVES.match(main.predicate)
    )
    if re.match(r"you (?:want|would|wish|need|prefer|have to|['’]d)\b", match["condition"]):
        to_do = to_do or (you and not main.negated)
        if not to_do:
            return
    end = _FURTHER.search(statement.text, match.start("main") + 20, match.end("main"))
    yield Candidate(
        question=_question(condition, word, voice, to_do=to_do, may=main.auxiliary in ("can", "could")),
        answer=statement.line.cut(match.start("main"), end.start() if end else match.end("main")),
        kind="condition",
        rule="conditions:do" if to_do else "conditions:happens",
        entity=match["condition"],
    )


def _is_no_answer(main: str, condition: str) -> bool:
    """Whether what stands behind the first comma belongs to the condition, or says only where to look or "them"."""
    unnamed = _THEM.search(main) and not re.search(r"\w{3,}s\b", condition) and len(main.split()) <= _FEW
    return bool(_STILL_CONDITION.match(main) or _LOOKING.match(main) or unnamed)


def _broken(main: Clause) -> bool:
    """A modal with no verb behind it, as in "you should a message"."""
    return main.auxiliary in ("should", "must", "can", "will", "may") and bool(
        re.match(r"(?:an?|the) ", main.predicate)
    )


def _question(condition: str, word: str, voice: Voice, *, to_do: bool, may: bool) -> str:
    if to_do and may:
        return voice.styled(voice.pick(f"what can I do {condition}", f"{condition}, what can I do"))
    if to_do and word in ("if", "when", "once", "after", "before", "in case"):
        ask = voice.pick(
            f"what should I do {condition}",
            f"what do I do {condition}",
            f"{condition}, what should I do",
            f"what do I have to do {condition}",
            f"{condition}, what do I do",
        )
        return voice.styled(ask)
    if word in ("before", "after"):
        return voice.styled(f"what happens {condition}")
    return voice.styled(
        voice.pick(f"what happens {condition}", f"what happens {condition}", f"{condition}, what happens")
    )


def _is_clause(condition: str) -> bool:
    """A condition with a subject and a verb of its own, not "if possible"."""
    return clause_of(condition) is not None


def _condition_last(statement: Statement, voice: Voice) -> Iterator[Candidate]:
    match = _LAST.match(statement.text)
    if (
        not match
        or re.search(r",|\b(?:and|or|but|only|sure)$|\bsure\b|either", match["before"])
        or _ODD.search(match["before"])
    ):
        return
    clause = clause_of(statement.text, 0, match.end("before"))
    if clause is None or clause.imperative or " that " in match["before"]:
        return
    said = match["condition"].lower()
    if said.startswith("until") and re.search(r"\bfor\b.*\b(?:days?|hours?|weeks?|years?)\b", match["before"]):
        return
    until = said.startswith("until")
    if _WHETHER.search(match["before"]) or re.match(r"if you (?:want|like|need|prefer|wish|have)\b", said):
        return
    if (until and clause.negated) or (not until and said.startswith(("unless", "except")) != clause.negated):
        return
    if re.match(r"if (?:you|they|we|the|a|an|your|it|there|no|any)\b", said) is None and said.startswith("if "):
        return
    if clause.negated:
        clause = replace(clause, negated=False)
    if re.search(
        r",? (?:and|so|or|but) |\b(?:already|possible|necessary|applicable|appropriate|desired|so)$", said.rstrip(".!")
    ):
        return
    excepted = re.match(r"except (?=if|when|for)|unless ", said)
    unfinished = excepted is not None and _UNFINISHED.match(said, excepted.end())
    of_none = re.match(r"(?:no|none|few|nothing)\b", clause.subject, re.IGNORECASE)
    if unfinished or of_none or len(content_stems(said)) < 2:
        return
    word = "until when" if said.startswith("until") else voice.pick("when", "when", "in which case")
    begin = match.start("condition") + (excepted.end() if excepted else 0)
    yield Candidate(
        question=voice.clause_question(word, clause, re.sub(r"^only ", "", clause.predicate)),
        answer=statement.line.cut(begin, match.end("condition")),
        kind="condition",
        rule="conditions:when",
        entity=clause.subject,
    )
