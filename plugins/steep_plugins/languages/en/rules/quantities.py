"""How much, how long, how many and when: numbers with their units, dates and times."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import word_set
from steep_plugins.languages.en.statements import around
from steep_plugins.synthesizers.structure.plain import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.clause import Clause
    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section

_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty|thirty|forty|forty-five|"
    "fifty|sixty|ninety|a hundred"
)
NUMBER = rf"(?:\+|-|−)?(?:\d[\d,]*(?:\.\d+)?|(?:{_WORDS})\b)"
LIMIT = (
    r"(?:(?:at most|at least|up to|no more than|no less than|not more than|no fewer than|more than|less"
    r" than|fewer than|"
    r"about|around|approximately|roughly|a minimum of|a maximum of|a total of|over|under|only|exactly|nearly|almost|"
    r"as much as|as many as|no later than|no longer than|longer than)\s+)"
)
_SPAN = rf"{NUMBER}(?:\s?(?:-|–|to|or)\s?{NUMBER})?"
_TIME_UNIT = (
    r"(?:milliseconds?|seconds?|minutes?|hours?|(?:business|working|calendar|consecutive|week)[ -]?days?|days?|"
    r"pay periods?|weeks?|months?|quarters?|years?|ms|sprints?)"
)
_OTHER_UNIT = (
    r"(?:°\s?[CF]|(?:k|M|G|T)i?B(?:it)?s?\b|(?:kilo|mega|giga|tera)bytes?|bytes?|bits?|characters?|pixels?|px|km|cm|mm|"
    r"m\b|meters?|metres?|miles?|feet|inches|kg|tonnes?|tons?|pounds?|lbs?|liters?|litres?|kW|watts?|volts?|A\b|V\b|"
    r"decibels?|knots?|cubic meters?|mph|words?|pages?)"
)

TIME = re.compile(rf"\b{LIMIT}?(?:(?:a|an|half an?) |{_SPAN}[ -]?)(?P<unit>{_TIME_UNIT})\b(?!-)", re.IGNORECASE)
MONEY = re.compile(
    rf"{LIMIT}?(?:[$€£]\s?\d[\d,]*(?:\.\d+)?(?:\s?(?:million|billion|thousand|[KMB]\b))?|(?:EUR|USD|GBP|CHF)\s\d[\d,.]*\d|"
    rf"\b{NUMBER}\s(?:dollars|euros|pounds|cents)\b)(?: (?:per|a|an) (?:\w+))?",
    re.IGNORECASE,
)
PERCENT = re.compile(rf"{LIMIT}?\b\d[\d.]*\s?(?:%|percent\b|per cent\b)", re.IGNORECASE)
COUNTED = re.compile(
    rf"\b{LIMIT}?(?<![\d$€£.])(?P<number>\d[\d,]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty)\s"
    r"(?P<noun>(?:(?!of\b|and\b|or\b|the\b|to\b|in\b|is\b|are\b)[a-z][a-z-]+\s){0,2}?(?:people|staff|[a-z]{2,}[a-rt-z]s))\b",
)
MEASURE = re.compile(rf"{LIMIT}?{_SPAN}\s?{_OTHER_UNIT}", re.IGNORECASE)


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


_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DAY = "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)s?"
_CLOCK = (
    r"(?:noon|midnight|\d{1,2}(?::\d{2})?\s?(?:[ap]\.?m\.?|[AP]M)(?:\s[A-Z]{2,4}\b)?|\d{1,2}:\d{2}(?:\s[A-Z]{2,4}\b)?)"
)
_WHEN = re.compile(
    rf"\b(?P<word>on|by|in|since|until|at|before|from|every|no later than)\s(?P<date>(?:(?:the|every|each"
    rf"|early|late|mid|mid-)\s?)?"
    rf"(?:{_DAY}(?:,? (?:at|by|before|to|through|and) (?:{_CLOCK}|{_DAY}))?|\d{{1,2}}(?:st|nd|rd|th)?(?:"
    rf" of)? {_MONTH}(?: \d{{4}})?|"
    rf"{_MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,? \d{{4}})?|(?:19|20)\d\d\b|{_CLOCK}(?: on [\w ]{{3,20}})?))",
)
_VERSION = re.compile(
    r"\b(?P<word>in|since|from|with|starting with|as of) "
    r"(?P<version>(?:(?!the |an? )(?:[A-Z][A-Za-z]+|release) )?(?:version )?v?\d+\.\d+(?:\.\d+)?\b)(?!\.\d)"
)
_CLOCKED = re.compile(_CLOCK)


def propose_dates(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        clause = statement.clause
        if clause is None or clause.negated:
            continue
        match = _WHEN.search(clause.text, clause.start, clause.end)
        if match:
            rest = around(clause, *match.span())
            word = _when(match, voice)
            if rest and (rest[0] or clause.verb):
                yield Candidate(
                    question=voice.clause_question(word, clause, *rest),
                    answer=statement.line.cut(*(match.span() if word in ("when", "how often") else match.span("date"))),
                    kind="date",
                    rule="dates:when",
                    entity=clause.subject,
                )
            continue
        match = _VERSION.search(clause.text, clause.start, clause.end)
        rest = around(clause, *match.span()) if match else None
        if match and rest and (rest[0] or clause.verb):
            yield Candidate(
                question=voice.clause_question(
                    f"{match['word']} which version",
                    clause,
                    *rest,
                ),
                answer=statement.line.cut(*match.span("version")),
                kind="date",
                rule="dates:version",
                entity=clause.subject,
            )


def _when(match: re.Match[str], voice: Voice) -> str:
    word = match["word"]
    if word in ("by", "no later than"):
        return "by what time" if _CLOCKED.match(match["date"]) else "by when"
    if word in ("since", "until", "from"):
        return f"{word} when"
    if word == "every":
        return "how often"
    if word == "at":
        return voice.pick("at what time", "when", "when")
    if word == "in" and match["date"][:2].isdigit():
        return voice.pick("when", "in which year")
    return "when"
