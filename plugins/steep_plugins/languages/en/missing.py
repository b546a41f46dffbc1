"""What the documents do not say of the things that they name: attributes, and what abbreviations stand for."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from steep.values import Passage
    from steep_plugins.synthesizers.structure.plain import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """``of`` is found in the definitions of what has the attribute, ``said`` in any passage that may tell it."""

    of: str
    questions: tuple[str, ...]
    said: str


_PRODUCT = (
    r"\b(?:tool|service|platform|software|app|application|system|database|product|website|program|"
    r"solution|provider)s?\b"
)
_TECHNICAL = r"\b(?:protocol|format|library|language|tool|server|software|project|system|database)s?\b"
_BODY = r"\b(?:office|agency|team|group|committee|department|division|board|organization|council)\b"
_PAPER = r"\b(?:form|guide|policy|handbook|report|spreadsheet|template|document|plan|specification|tutorial)\b"
_APP = r"\b(?:app|application|website|platform|messenger|chat|calendar|portal)\b"
_RUNS = r"\b(?:library|tool|server|software|project|system|database)\b"
_CONFIGURED = r"\b(?:option|parameter|setting|flag|switch|directive|limit|timeout|interval)s?\b"
_SETTING = r"\b(?:option|variable|field|parameter|setting|flag|switch|number|time|timeout|size|path|string|metric)s?\b"
_ACCOUNT = r"\b(?:app|application|platform|portal|messenger|chat|calendar)\b"

_ATTRIBUTES = (
    Attribute(
        of=_PRODUCT,
        questions=("how much does {x} cost", "what do I have to pay for {x}", "price of {x}"),
        said=r"cost|price|pricing|\bfee|\bpaid|\bpay|free|budget|[$€£]|charge|purchase|expens",
    ),
    Attribute(
        of=_PRODUCT,
        questions=("is there any training on {x}", "is there a course on {x}"),
        said=r"train|course|class|workshop|learn|tutorial|webinar|onboard",
    ),
    Attribute(
        of=_BODY,
        questions=("what is the phone number of {x}", "how do I reach {x} by phone"),
        said=r"phone|\bcall|\d{3}[-. ]\d{4}|hotline|\bdial",
    ),
    Attribute(
        of=_BODY,
        questions=("how many people work at {x}", "how many people are in {x}"),
        said=r"\d+ (?:people|staff|employees|members)|headcount|\bsize|how many|number of|\blarge",
    ),
    Attribute(
        of=_TECHNICAL,
        questions=("who invented {x}", "who came up with {x}", "who wrote {x}"),
        said=r"invent|created|author|written by|developed|founder|founded|designed|made by|started|\bby [A-Z]",
    ),
    Attribute(
        of=_TECHNICAL,
        questions=("in which year was {x} first released", "when did {x} come out"),
        said=r"(?:19|20)\d\d|years? ago|released|launched|founded|introduced|published|first version",
    ),
    Attribute(
        of=_BODY,
        questions=("how often does {x} meet", "when does {x} meet"),
        said=r"meet|weekly|monthly|every|schedule|calendar",
    ),
    Attribute(
        of=_BODY,
        questions=("who is the head of {x}", "who runs {x}"),
        said=r"\bhead\b|director|\blead|chief|\brun|chair|manage|supervis|led by|administrator",
    ),
    Attribute(
        of=_APP,
        questions=("can I use {x} on my phone", "does {x} have a mobile app"),
        said=r"phone|mobile|\bios\b|iphone|android|tablet|\bapps?\b|device",
    ),
    Attribute(
        of=_RUNS,
        questions=("which license does {x} have", "is {x} open source"),
        said=r"licen[sc]|open[- ]source|proprietary|copyright|\bmit\b|apache|gpl|commercial",
    ),
    Attribute(
        of=r"\b(?:server|service|daemon|database)\b",
        questions=("which port does {x} use", "on which port does {x} listen"),
        said=r"\bports?\b|listen|:\d{2,5}\b",
    ),
    Attribute(
        of=_CONFIGURED,
        questions=("what is the default for {x}", "what value does {x} have by default"),
        said=r"default|unless|if not set|if unset|initial",
    ),
    Attribute(
        of=_SETTING,
        questions=("in which version was {x} added", "which version introduced {x}"),
        said=r"version|\d+\.\d+|added|since|introduced|older|newer|release",
    ),
    Attribute(
        of=_CONFIGURED,
        questions=("what is the largest value for {x}", "what is the maximum for {x}"),
        said=r"\bmax|limit|up to|at most|larg|range|bigg|between|\bbool|\b0 or 1\b",
    ),
    Attribute(
        of=_SETTING,
        questions=("is {x} deprecated", "has {x} been deprecated"),
        said=r"deprecat|obsolete|remov|legacy|no longer|instead|replac|discontinu|former|previous|renam|\bold\b",
    ),
    Attribute(
        of=_CONFIGURED,
        questions=("does {x} work on Windows", "is {x} available on Windows"),
        said=r"windows|linux|\bmac|unix|bsd|platform|operating system",
    ),
    Attribute(
        of=_ACCOUNT,
        questions=("how do I reset my {x} password", "I forgot my {x} password, what now"),
        said=r"password|passphrase|reset|\blog|sign[- ]?in|credential|\bsso\b|locked",
    ),
    Attribute(
        of=_ACCOUNT,
        questions=("how do I delete my {x} account", "how can I close my {x} account"),
        said=r"delet|clos|remov|deactivat|cancel|account",
    ),
    Attribute(
        of=_RUNS,
        questions=("how much memory does {x} need", "how much RAM does {x} use"),
        said=r"memory|\bram\b|[kmg]i?b\b|bytes",
    ),
    Attribute(
        of=_RUNS,
        questions=("which programming language is {x} written in", "what is {x} written in"),
        said=r"written|language|\bgo\b|golang|java|python|\bc\b|c\+\+|rust|ruby|perl",
    ),
    Attribute(
        of=r"\b(?:tool|server|software|application|app|program|library)\b",
        questions=("does {x} run on Windows", "which operating systems does {x} run on"),
        said=r"windows|linux|\bmac|unix|bsd|platform|operating system",
    ),
    Attribute(
        of=_BODY,
        questions=("where is the office of {x}", "in which city is {x} based"),
        said=r"office|located|based|building|floor|room|city|street|headquarter|remote",
    ),
    Attribute(
        of=_BODY,
        questions=("when was {x} founded", "in which year was {x} set up"),
        said=r"(?:19|20)\d\d|found|establish|creat|start|launch|began|history",
    ),
    Attribute(
        of=_PAPER,
        questions=("who wrote {x}", "who is the author of {x}"),
        said=r"author|wr[oi]t|creat|maintain|own|develop|publish|\bby [A-Z]|prepared",
    ),
    Attribute(
        of=_PAPER,
        questions=("how many pages does {x} have", "how long is {x}"),
        said=r"pages?\b|long|length|words|short",
    ),
    Attribute(
        of=_PAPER,
        questions=("when was {x} last updated", "how old is {x}"),
        said=r"updat|revis|(?:19|20)\d\d|version|chang|latest|current|new",
    ),
)
_HEAD = re.compile(r"\b(?:that|which|who|for|from|by|of|in|on|to|used|based|where)\b")
_FOR_EACH = 4  # how many questions are asked of one thing
_CODED = (_SETTING, _CONFIGURED)
_NAME = re.compile(r"(?:[A-Z][\w.+-]*|\w+_\w+|--\w[\w-]+|[a-z]+[A-Z]\w*)(?: [A-Z0-9][\w.+-]*){0,3}(?<!s)")


def missing_attributes(
    defined: Sequence[Subject], passages: Sequence[Passage], rng: Random
) -> Iterator[tuple[Subject, str]]:
    """(the definition's pair, the question): no passage that names the thing has a word that tells the attribute."""
    texts = [passage.indexed_text for passage in passages]
    seen: set[str] = set()
    for each in defined:
        name = re.sub(r"^(?:The|A|An) ", "", each.entity.strip("\"'“”` "))
        if (
            name.endswith("ing")
            or name in seen
            or not _NAME.fullmatch(name)
            or (name.isupper() and name.isalpha() and len(name) > 5)
        ):
            continue
        seen.add(name)
        coded = bool(re.search(r"_|--|^[a-z]+[A-Z]", name))
        asked = 0
        naming = [text for text in texts if name.lower() in text.lower()]
        for attribute in rng.sample(_ATTRIBUTES, len(_ATTRIBUTES)):
            told = re.compile(attribute.said, re.IGNORECASE)
            if asked == _FOR_EACH or coded != (attribute.of in _CODED):
                continue
            if attribute.of is not _BODY and "abbreviation" in each.pair.rule:
                continue
            if "abbreviation" in each.pair.rule and re.match(
                r"(?:out|not|on|off|in|to)\b", each.pair.answer, re.IGNORECASE
            ):
                continue  # a state, and no thing that has attributes
            said = _HEAD.split(each.pair.answer)[0]
            meaning = each.pair.answer.split()[-1] if "abbreviation" in each.pair.rule else said[:60]
            if re.search(attribute.of, meaning, re.IGNORECASE) and not any(map(told.search, naming)):
                asked += 1
                yield each, rng.choice(attribute.questions).format(x=name)


# in running text: a word in small letters stands before it
_USED = re.compile(r"(?<=[a-z,] )(?P<short>[A-Z]{3,5})(?=s?[.,;)]?(?:\s|$))")
# the same, but in no row of names
_PROSE = re.compile(
    r"(?<=[a-z] )(?<![A-Z] and )(?<![A-Z] or )(?P<short>[A-Z]{3,6})(?=s?[.;)]?(?:\s|$))(?!,? (?:(?:and|or) )?[A-Z])"
)
# a bracket, a colon or a dash beside it may write it out
_BESIDE = r"\(\s*(?:the )?[\"“]?{short}\b|\b{short}s?[\"”]?\s*(?:[(:=|–—]|-\s|\bis short\b|\bstands? for\b|\bmeans\b)"
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_PLAIN = re.compile(r"(?<![\w./:@-])[a-z]{3,6}(?![\w/:@-]|\.\w)")
_SMALL = frozenset(("of", "and", "the", "for", "to", "in", "on", "a", "an", "with", "by"))
_TITLE = re.compile(r"[A-Z][\w'’]*(?:(?:[ -](?:of|and|the|for|to|in|on|with|&))*[ -/]?[A-Z][\w'’]*)+")
_ROW = "abcdefghijklmnopqrstuvwxyz"  # letters in a row stand for nothing
_ROMAN = re.compile(r"[IVXLC]+")
_QUESTIONS = ("what does {x} stand for", "what is {x} short for", "what do the letters {x} stand for")


def unexplained(passages: Sequence[Passage], rng: Random) -> Iterator[tuple[str, str]]:
    """(the abbreviation, the question): no passage tells it by words with its initials, or by a bracket beside it.

    In a passage that names it any words may tell it, in the others only words with a capital, as in a title.
    """
    naming: dict[str, list[str]] = defaultdict(list)
    plain: set[str] = set()
    titles: set[str] = set()
    for text in (passage.indexed_text for passage in passages):
        for short in sorted({match["short"] for match in _USED.finditer(text)}):
            naming[short].append(text)
        plain.update(_PLAIN.findall(text))
        titles.update(_initials(title) for title in _TITLE.findall(text))
    for short, texts in sorted(naming.items()):
        letters = short.lower()
        if not any(short in _PROSE.findall(text) for text in texts):
            continue
        if letters in plain or letters in _ROW or _ROMAN.fullmatch(short) or any(letters in title for title in titles):
            continue
        beside = re.compile(_BESIDE.format(short=short))
        told = any(letters in _initials(text) or letters in _initials(text, small=True) for text in texts)
        built = re.compile(_of_another(short))
        told = told or any(
            beside.search(text) or built.search(text) for text in (each.indexed_text for each in passages)
        )
        if not told:
            yield short, rng.choice(_QUESTIONS).format(x=short)


def _of_another(short: str) -> str:
    """A pattern for words that end in a shorter abbreviation: "virtual TLS" tells what VTLS is."""
    ways = (
        "".join(rf"(?i:{letter})\w+\W{{1,3}}" for letter in short[:cut]) + rf"{short[cut:]}\b"
        for cut in range(1, len(short) - 1)
    )
    return rf"\b(?:{'|'.join(ways)})"


def _initials(text: str, *, small: bool = False) -> str:
    """The first letters of the words in their order, with or without those of "of" and "and"."""
    return "".join(word[0].lower() for word in _WORD.findall(text) if small or word.lower() not in _SMALL)
