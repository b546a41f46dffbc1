"""Numbers with units: "may stand open for at most 3 minutes" answers "How long may … stand open?"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import word_set
from steep_plugins.synthesizers.structure.candidate import Candidate
from steep_plugins.synthesizers.structure.gaps import around
from steep_plugins.synthesizers.structure.rules.units import COUNTED, MONEY, PERCENT, TIME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.synthesizers.structure.clause import Clause
    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.statements import Statement
    from steep_plugins.synthesizers.structure.voice import Voice

_LEADING = re.compile(
    r"(?P<word>for|within|every|after|in|takes?|lasts?|taken?|valid for)\s+(?:(?:the|a) (?:first|last|next) )?$", re.I
)
_RELATED = re.compile(
    r"\s+(?P<word>before|prior to|after|from|following|in advance of|of|ahead of)\s+(?P<what>[^,.;:()–—]+)"
)
_DIRECT = re.compile(r"^(?:\w+ly )?\w+(?: (?:up|out|in|on|off|back|down|over|to))?$")
_LASTING = word_set("have take takes last lasts stay keep spend wait")
_AHEAD = re.compile(r"\s+(?:in advance|ahead(?: of time)?|beforehand)\b")


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        clause = statement.clause
        if clause is None or clause.negated:
            continue
        for shape, pattern in (("time", TIME), ("money", MONEY), ("percent", PERCENT), ("count", COUNTED)):
            for match in pattern.finditer(clause.text, clause.start, clause.end):
                made = _SHAPES[shape](statement, clause, match, voice)
                if made:
                    yield made


def _asked(
    statement: Statement,
    clause: Clause,
    voice: Voice,
    word: str,
    gap: tuple[int, int],
    answer: tuple[int, int],
    rule: str,
) -> Candidate | None:
    rest = around(clause, *gap)
    if rest is None or rest[1].startswith("of "):
        return None
    return Candidate(
        question=voice.clause_question(word, clause, *rest),
        answer=statement.line.cut(*answer),
        kind="number",
        rule=f"quantities:{rule}",
        entity=clause.subject,
    )


def _time(statement: Statement, clause: Clause, match: re.Match[str], voice: Voice) -> Candidate | None:
    start, end = match.span()
    ahead = _AHEAD.match(clause.text, end, clause.end)
    if ahead:
        word = f"how {voice.pick('long', 'far')} {ahead.group().strip()}"
        return _asked(statement, clause, voice, word, (start, ahead.end()), (start, end), "ahead")
    leading = _LEADING.search(clause.text, clause.start, start)
    related = _RELATED.match(clause.text, end, clause.end)
    if (
        related
        and _plain_what(related["what"])
        and len(related["what"].split()) <= 7
        and (leading is None or leading["word"].lower() == "within")
    ):
        relation = "after" if related["word"] in ("of", "from", "following", "after") else "before"
        word = f"how {'soon' if leading else 'long'} {relation} {_plain_what(related['what'])}"
        whole = (leading.start() if leading else start, end)
        if related["word"] == "of" and not leading:
            return None
        return _asked(statement, clause, voice, word, (whole[0], related.end()), (start, end), "related")
    if related and related["word"] in ("of", "from", "following"):
        return None
    return _after_word(statement, clause, match, leading, voice)


def _after_word(
    statement: Statement, clause: Clause, match: re.Match[str], leading: re.Match[str] | None, voice: Voice
) -> Candidate | None:
    start, end = match.span()
    if leading is None:
        direct = _DIRECT.match(clause.text[clause.start : start].strip()) or (clause.verb and start == clause.start)
        return (
            _copular(statement, clause, match, voice) if not direct else _time_object(statement, clause, match, voice)
        )
    word = leading["word"].lower()
    whole = (leading.start(), end)
    if word in ("for", "valid for"):
        return _asked(
            statement, clause, voice, "how long", whole if word == "for" else (start, end), (start, end), "for"
        )
    if word == "within":
        return _asked(statement, clause, voice, voice.pick("how soon", "how quickly"), whole, whole, "within")
    if word == "every":
        return _asked(statement, clause, voice, "how often", whole, whole, "every")
    if word == "after":
        return _asked(statement, clause, voice, "when", whole, whole, "after")
    if word.startswith(("take", "last")):
        return _asked(statement, clause, voice, "how long", (start, end), (start, end), "takes")
    return None


def _plain_what(text: str) -> str:
    return re.split(r"\b(?:and|or|but|if|when|unless|which|that|so)\b", text)[0].strip()


def _time_object(statement: Statement, clause: Clause, match: re.Match[str], voice: Voice) -> Candidate | None:
    if clause.text[match.end() : clause.end].lstrip().startswith(("old", "long", "late", "early")):
        return None
    head = clause.text[clause.start : match.start()].split()
    if head and head[-1].lower() in ("be", "been"):
        return None
    lasting = clause.verb in _LASTING or (head and head[-1].lower() in _LASTING)
    word = "how long" if lasting else f"how many {match['unit'].rstrip('s')}s"
    return _asked(statement, clause, voice, word, match.span(), match.span(), "object")


def _money(statement: Statement, clause: Clause, match: re.Match[str], voice: Voice) -> Candidate | None:
    return _object_or_copular(statement, clause, match, voice, "how much")


def _percent(statement: Statement, clause: Clause, match: re.Match[str], voice: Voice) -> Candidate | None:
    of = re.compile(r"\s+of (?:the |my |your |our )?[\w-]+(?: [\w-]+)?").match(clause.text, match.end(), clause.end)
    if of is None:
        return _copular(statement, clause, match, voice)
    gap = (match.start(), of.end())
    word = f"{voice.pick('what percentage', 'what share', 'how much')}{of.group()}"
    return _object(statement, clause, voice, word, gap, match.span(), "percent")


def _count(statement: Statement, clause: Clause, match: re.Match[str], voice: Voice) -> Candidate | None:
    return _object_or_copular(statement, clause, match, voice, f"how many {match['noun']}")


def _object_or_copular(
    statement: Statement, clause: Clause, match: re.Match[str], voice: Voice, word: str
) -> Candidate | None:
    made = _copular(statement, clause, match, voice)
    return made or _object(statement, clause, voice, word, match.span(), match.span(), "object")


def _object(
    statement: Statement,
    clause: Clause,
    voice: Voice,
    word: str,
    gap: tuple[int, int],
    answer: tuple[int, int],
    rule: str,
) -> Candidate | None:
    """The quantity is the verb's object: nothing stands between them."""
    head = clause.text[clause.start : gap[0]].strip()
    if clause.verb and head:
        return None
    if not clause.verb and not _DIRECT.match(head):
        return None
    if not clause.verb and clause.auxiliary in ("is", "are", "was", "were"):
        return None
    return _asked(statement, clause, voice, word, gap, answer, rule)


def _copular(statement: Statement, clause: Clause, match: re.Match[str], voice: Voice) -> Candidate | None:
    """As in "The limit is 5 MB": "What is the limit?"."""
    if (
        clause.auxiliary not in ("is", "are", "was", "were")
        or clause.verb
        or clause.text[clause.start : match.start()].strip()
    ):
        return None
    if clause.subject.lower() in ("you", "we", "i") or len(clause.subject.split()) < 2:
        return None
    if re.match(r"\s+(?:of|for|to)\b", clause.text[match.end() : clause.end]) or " such " in match.group():
        return None
    return _asked(statement, clause, voice, "what", match.span(), match.span(), "copular")


_SHAPES = {"time": _time, "money": _money, "percent": _percent, "count": _count}
