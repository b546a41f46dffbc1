"""Yes or no: what a thing does not do, what it supports, and what one has to do, answered by the sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import word_set
from steep_plugins.languages.en.clean import content_words
from steep_plugins.languages.en.tight import end_of_statement, start_of_statement
from steep_plugins.languages.en.voice import as_asker
from steep_plugins.synthesizers.structure.plain import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.clause import Clause
    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section

_SAID = word_set(
    "support allow require need include accept provide follow use offer send store keep cover expire apply"
)
_CUT = re.compile(r"[,;:(–—]|\s-\s|\b(?:because|so that|which|unless|although|while|whereas|but|so|since|and|as)\b")
_ODD = re.compile(
    r"\b(?:it|this|that|these|those|they|them|its|their|such|here|above|below|following|he|she|same|other|necessarily|"
    r"yet|anymore|much|so|there|what|how|even|though|know|mean|matter|mind|worry|hesitate|forget|certainly|"
    r"likely|fundamentally)\b",
    re.IGNORECASE,
)
# what begins so holds only after what was said before
_FOLLOWING = re.compile(
    r"(?:it|they|this|these|then|so|otherwise|but|also|therefore|thus|still|in that case|instead|yet)\b", re.IGNORECASE
)
_GENERIC = re.compile(
    r"(?:each|every|any|both|some|most|many|few|lots|no|nothing|everything|whoever|whatever|another|other|"
    r"the server)\b|\w+ (?:also|controls)\b",
    re.IGNORECASE,
)
# what stands before the comma is one of several
_LISTED = re.compile(r"(?: [\w’'/-]+){1,3}(?:,(?: [\w’'/-]+){1,3})*,? (?:and|or)\b")
_ENDS_OPEN = re.compile(r"\b(?:to|for|with|by|in|on|at|of|the|a|an|from|or|is|are|be|into|if|when|not|only|very)$")


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        clause = statement.clause
        if clause is None or clause.imperative or clause.trailing or _ODD.search(clause.subject):
            continue
        if clause.negated and re.match(r"(?:just|only|simply|merely)\b", clause.predicate):
            continue
        if _GENERIC.match(clause.subject) or _FOLLOWING.match(statement.text) or not _is_whole(clause):
            continue
        said = _CUT.split(clause.predicate)[0].strip()
        if len(said.split()) < 2 or _ODD.search(said) or _ENDS_OPEN.search(said) or len(said.split()) > 12:
            continue
        if len(content_words(f"{clause.subject} {said}")) < 3:
            continue
        question = _question(clause, said, voice)
        start = start_of_statement(statement.text, clause.subject, clause.start)
        end = end_of_statement(statement.text, clause.start + len(said))
        if question and start is not None and end is not None:
            yield Candidate(
                question=voice.styled(question),
                answer=statement.line.cut(start, end),
                kind="yes-no",
                rule="polar:not" if clause.negated else "polar:does",
                entity=clause.subject,
            )


def _is_whole(clause: Clause) -> bool:
    """Whether what can be asked is no half of a list, and not turned round by "not until"."""
    if clause.negated:
        return not re.search(r"\b(?:until|unless)\b", clause.predicate)
    cut = _CUT.search(clause.predicate)
    if cut is None:
        return True
    if cut.group() == "(" and re.match(r"[^)]*\) \w", clause.predicate[cut.end() :]):
        return False
    listed = cut.group() == "," and _LISTED.match(clause.predicate, cut.end())
    return not (cut.group() == "and" or listed or (cut.group() == "," and clause.verb == "include"))


def _question(clause: Clause, said: str, voice: Voice) -> str:
    subject = as_asker(voice.lowered(clause.subject))
    person = clause.subject.lower() in ("you", "we", "i")
    said = as_asker(said)
    if person:
        need = re.match(r"(?:need|have) to (?P<what>.+)", said)
        if clause.subject.lower() == "you" and clause.verb in ("need", "have") and said.startswith("to "):
            return f"do I have {said}" if not clause.negated else f"do I need {said}"
        if need and clause.negated:
            return voice.pick(f"do I have to {need['what']}", f"do I need to {need['what']}")
        if clause.subject.lower() == "you" and clause.auxiliary == "must" and not clause.verb:
            return (
                voice.pick(f"do I have to {said}", f"is it mandatory to {said}")
                if not clause.negated
                else f"can I {said}"
            )
        return ""
    if clause.negated and clause.auxiliary in ("does", "do", "did", "is", "are", "can", "will", "has", "have"):
        return (
            f"{clause.auxiliary} {subject} {clause.verb} {said}"
            if clause.auxiliary != "can"
            else f"can {subject} {said}"
        )
    if not clause.negated and clause.verb in _SAID and clause.auxiliary in ("does", "do"):
        return f"{clause.auxiliary} {subject} {clause.verb} {said}"
    return ""
