"""Several things: what a list holds, what an enumeration in a sentence names, examples ("tools such as A and B")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import word_set
from steep_plugins.languages.en.clause import clause_of
from steep_plugins.languages.en.verbs import BASES, GERUND, PAST, THIRD
from steep_plugins.languages.en.voice import as_asker
from steep_plugins.synthesizers.structure.plain import Candidate, joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section

_LONGEST = 260
_OBJECT = word_set("include contain support require cover provide need offer consist accept")
_ODD = re.compile(r"\b(?:it|this|these|those|they|them|such|here|above|below|following)\b", re.I)
_THERE = re.compile(
    r"^There are (?P<number>two|three|four|five|six|seven|eight|nine|ten|\d+|several)"
    r" (?P<what>[^,:;()]{4,70}?)(?: (?:available|here))?:\s*(?P<items>.*)$"
)
_SUCH = re.compile(
    r"^(?:The )?(?P<what>[a-z][\w ]{4,50}?) (?:are|is) (?:one of )?(?:as follows|the following|listed below|these):$",
    re.I,
)
_TYPES = re.compile(
    r"\b(?P<what>(?:types|kinds|ways|reasons|levels|steps|phases|stages|categories|options|methods|states"
    r"|formats|modes) (?:of|for|to) [\w -]{3,40}?|(?:supported|available|valid|allowed|possible) [\w"
    r" -]{3,30}?) (?:are|is) (?P<items>[^.;:()]{6,150}, (?:and|or) [^.;:()]{2,50})(?=[.;]|$)"
)


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for each in section.lists:
        whole = joined(each.items, "\n")
        if each.lead is not None and 2 <= len(each.items) <= 8 and len(whole.text) <= _LONGEST:
            question = _lead_question(each.lead.text, voice)
            if question:
                yield Candidate(question=question, answer=whole, kind="list", rule="lists:lead", entity=section.topic)
    for statement in statements:
        match = _TYPES.search(statement.text)
        if match and not _ODD.search(match["what"]):
            yield Candidate(
                question=voice.styled(f"what are the {match['what']}"),
                answer=statement.line.cut(*match.span("items")),
                kind="list",
                rule="lists:enumeration",
                entity=match["what"],
            )


def _lead_question(lead: str, voice: Voice) -> str:
    match = _THERE.match(lead)
    if match:
        return voice.styled(
            f"what are the {'' if match['number'] == 'several' else match['number'] + ' '}{as_asker(match['what'])}"
        )
    match = _SUCH.match(lead)
    if match and not _ODD.search(match["what"]):
        return voice.styled(f"what are the {as_asker(voice.lowered(match['what']))}")
    clause = clause_of(f"{lead.rstrip(' :')} these")
    if clause is None or clause.negated or _ODD.search(clause.subject) or clause.imperative:
        return ""
    rest = re.sub(r"\b(?:the following|these)\b.*$", "", clause.predicate).strip(" :,")
    if clause.verb in _OBJECT and len(rest.split()) <= 1:
        return voice.clause_question("what", clause, rest)
    if clause.subject.lower() in ("you", "we") and (
        not rest or rest.split()[-1] in ("need", "bring", "include", "provide", "use")
    ):
        return voice.clause_question("what", clause, rest)
    return ""


_SUCH_AS = re.compile(
    r"(?P<before>(?:[\w-]+ ){1,4})?(?P<head>[a-z-]{3,}s)\b,? \(?(?:such as|like|for example|e\.g\.),? "
    r"(?P<items>[^.;:()]{3,110}?)(?=[.;:()]|$)"
)
_LIST = re.compile(r"^(?P<all>[^,]{2,40}(?:, [^,]{2,40})*(?:,? (?:and|or) [^,]{2,40})?)$")
_END = re.compile(
    r",? (?:which|that|to|in order|because|so|if|when|are|is|can|will|should|then|for (?:the|a)|who|etc)\b.*$"
)
_NO_ITEM = re.compile(
    r"(?:an?|the|how|when|if|to|not|where|what|in|on|doing|being|\w+ing)\s|.*\bthere$|.*, fall|.*, how|"
    r".*\b(?:people|ways|things|cases|items|process|reasons)$",
    re.I,
)
_FUNCTION = word_set(
    """
    the a an of in on at to for from by with and or but if when while as some any all many most other such these
    those this that your our their its use using other more various several different no not than also any common
    certain via since around before after about into over under per through given s unique bigger sub is are was
    were has have can will do does be being like as
    """
)

_OF_ANOTHER = word_set("from of with for in on by at per within across")


def propose_instances(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        match = _SUCH_AS.search(statement.text)
        if match is None or " like " in match.group()[: match.start("items") - match.start()]:
            continue
        what, items = _what(match), _END.sub("", match["items"]).strip(" ,")
        if not re.search(r",| and | or ", items) or re.match(
            r"(?:more|few|additional|certain|specific|potential|native)\b", what
        ):
            continue
        if (
            not what
            or not _LIST.match(items)
            or len(items.split()) > 12
            or _NO_ITEM.match(items)
            or _NO_ITEM.search(what)
        ):
            continue
        yield Candidate(
            question=voice.styled(
                voice.pick(f"what are examples of {what}", f"what are some {what}", f"can you give examples of {what}")
            ),
            answer=statement.line.cut(match.start("items"), match.start("items") + len(items)),
            kind="example",
            rule="instances:such-as",
            entity=what,
        )


def _what(match: re.Match[str]) -> str:
    """The noun before "such as" with the words before it that describe it."""
    words: list[str] = []
    before = (match["before"] or "").split()
    for word in reversed(before):
        lower = word.lower()
        if lower in _FUNCTION or lower in BASES or lower in THIRD or lower in PAST or lower in GERUND:
            break
        words.insert(0, word)
    if any(word.lower() in _OF_ANOTHER for word in before):
        return ""  # the examples may be of the noun before it: "metrics from Unix systems, such as memory"
    head = match["head"]
    return " ".join([*words, head]) if words and head not in THIRD and len(words) <= 2 else ""
