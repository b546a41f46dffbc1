"""What a span of English text holds and what belongs to it: its unit, limit and rate, the members of an enumeration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import stem, word_set

if TYPE_CHECKING:
    from steep_plugins.languages.en.questions import Sort

_NUMBER = (
    r"(?:\d|\b(?:no|none|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    r"|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand"
    r"|million|billion|dozen|half|quarter|several|both|few|hundreds|thousands|millions|dozens|single|once|twice|an?)\b)"
)
_CURRENCY = r"(?:[$£€¥₹]|\b(?:EUR|USD|GBP|CHF|JPY|CAD|AUD|SEK|NOK|DKK)\b)"
_COIN = r"\b(?:dollars?|euros?|pounds?|cents?|pence|francs?|yen|rupees?|crowns?|percent|free|nothing|charge)\b"
_HELD: dict[Sort, re.Pattern[str]] = {
    "money": re.compile(rf"(?i){_CURRENCY}|{_COIN}|\b\d+[.,]\d\d\b(?!\s*(?:m|km|kg|cm|mm|g|t)\b)"),
    "duration": re.compile(
        rf"(?i){_NUMBER}.*\b(?:seconds?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|months?|years?|decades?|ms|semesters?)\b"
        r"|\b(?:immediately|at\s+once|until|indefinitely|forever|since|all\s+(?:day|year|night)|from\b.+\bto|overnight|fortnight)\b"
    ),
    "frequency": re.compile(
        r"(?i)\b(?:every|each|once|twice|times|daily|weekly|monthly|quarterly|yearly|annual\w*|hourly|never|always|nightly|rarely|often|seldom"
        r"|per|an?\s+(?:day|week|month|year|hour)|biennial\w*|continuously|mondays?|tuesdays?|wednesdays?|thursdays?"
        r"|fridays?|saturdays?|sundays?)\b|\d"
    ),
    "share": re.compile(r"(?i)%|\bper\s?cent|\b(?:half|third|quarter|quarters|thirds|all|none|most)\b|\d"),
    "weight": re.compile(r"(?i)\b(?:kg|kilo\w*|grams?|g|tons?|tonnes?|lbs?|pounds?|oz|ounces?|t)\b|\d\s?(?:kg|g|t)\b"),
    "temperature": re.compile(r"(?i)°|\bdegrees?\b|\bkelvin\b|\d(?![\d.,]|\s?[a-z%])"),
    "count": re.compile(rf"(?i){_NUMBER}"),
}

_LIMIT = (
    r"(?i)\b(?:up\s+to|at\s+least|at\s+most|no\s+more\s+than|not\s+more\s+than|more\s+than|less\s+than|fewer\s+than|within"
    r"|a\s+maximum\s+of|a\s+minimum\s+of)\s+"
)
_LIMIT_BEFORE = re.compile(rf"{_LIMIT}(?:{_CURRENCY}\s?)?$")
_LIMITED = re.compile(_LIMIT)
_LONGEST_LIMIT = 30
_CURRENCY_BEFORE = re.compile(rf"{_CURRENCY}\s?$")
_RATED = (
    r"(?:second|minute|hour|day|night|week|month|quarter|year|person|head|kilogram|kg|tonne|ton|meter|metre|kWh|order"
    r"|call|way)"
)
_RATE = re.compile(
    rf"\s?/\s?{_RATED}\b|\s+(?:per|for\s+each|for\s+every|each|every)\s+[\w-]+|\s+an?\s+{_RATED}\b(?!-)|\s+each\s+way\b"
)
_FIRST_NUMBER = re.compile(r"^\W{0,2}(?:\d|(?:EUR|USD|GBP|CHF)\b)")
_ENDS_AS_QUANTITY = re.compile(r"\d[\d.,]*(?:\s?[\w%°/³²-]+){0,2}$")
_UNIT = re.compile(
    r"(?:\s?%|\s?°\s?[CFK]?|[\s-]?(?:percent|per cent|hundred|thousand|million|billion|trillion|dozen"
    r"|seconds?|minutes?|hours?|days?|weeks?|months?|years?|ms|[kKMGT]i?B|bytes?|bits?|[kKMG]?Hz"
    r"|[cmk]?m²?|km/h|mph|met(?:er|re)s?|kilomet(?:er|re)s?|miles?|feet|inches|acres|hectares"
    r"|[mk]?g|kilograms?|tons?|tonnes?|pounds?|lit(?:er|re)s?|ml|volts?|watts?|kW|MW|GW|dollars?|euros?"
    r"|degrees?(?: (?:Celsius|Fahrenheit))?|USD|EUR|GBP)(?![\w%]))"
)
_NUMBER_END = re.compile(r"\d[\d.,]*$|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)$")
_SAYS_WHEN = re.compile(
    r"\b(?:1\d|20)\d\d\b|(?i:\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|century|noon|midnight|morning|evening|spring|summer"
    r"|autumn|winter|today|\d+(?:st|nd|rd|th)|\d+\s?(?:am|pm)|\d+s)\b)"
)
_SAYS_NUMBER = re.compile(
    r"\d|(?i:\b(?:no|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty"
    r"|hundred|thousand|million|billion|dozen|half|third|quarter|several|few|both)\b)"
)
PRICES = frozenset(map(stem, word_set("price cost fee fare charge amount rate tariff eur euro usd dollar gbp pound")))
UNIT_IN_HEAD = re.compile(
    r"(?:\bin\s+|,\s*|[(\[])(?P<unit>EUR|USD|GBP|CHF|euros?|dollars?|[€$£%]|percent|[kcm]?m[²³]?|[kmM]?g|tonnes?|tons?"
    r"|seconds?|minutes?|hours?|days?|weeks?|months?|years?|knots|k[Ww]h?|MW|[kKMGT]i?B|ms|°[CF]|lit(?:er|re)s?"
    r"|met(?:er|re)s?)(?=[)\]]?\s*$)"
)
_WORD = r"[^\s,;:.!?()|]+(?:\.(?=\s?[A-Z]))?"
_ENDING = (
    r"(?!(?:and|or|but|when|while|if|because|since|for|on|at|in|into|to|from|by|with|without|that|which|who|whose|until"
    r"|after|before|is|are|was|were|be|been|has|have|had|do|does|did|can|may|must|will|would|should|could|so|as|than)\b)"
)
_MEMBER = rf"(?:{_ENDING}{_WORD})(?:[ \n]{_ENDING}{_WORD}){{0,3}}"
_BETWEEN = r"(?:,\s(?:(?:and|or|&)\s)?|\s(?:and|or|&)\s)"
_MORE = re.compile(rf"(?:,\s{_MEMBER})*,?\s(?:and|or|&)\s{_MEMBER}")
_BEFORE = re.compile(
    rf"(?:[:(]\s?|\b(?:including|includes?|such as|namely|are|were)\s)(?P<members>(?:{_MEMBER}{_BETWEEN})*)$"
)
_LAST = re.compile(r"\s(?:and|or|&)\s")

Range = tuple[int, int]


def holds(sort: Sort, text: str, start: int, end: int) -> bool:
    """Whether a span, with the currency right before it, holds a quantity of the sort."""
    before = _CURRENCY_BEFORE.search(text[max(0, start - 5) : start]) if sort == "money" else None
    return bool(before or _HELD[sort].search(text[start:end]))


def with_currency(text: str, start: int, end: int) -> Range:
    """The span with the currency that stands right before its figure ("EUR 410")."""
    before = _CURRENCY_BEFORE.search(text, max(0, start - 5), start) if text[start : start + 1].isdigit() else None
    return (before.start() if before else start, end)


def with_condition(text: str, start: int, end: int) -> Range:
    """The span of a quantity with the limit before it ("up to", "within") and the rate behind it ("a year")."""
    from_here = max(0, start - _LONGEST_LIMIT)
    cut = (limit for limit in _LIMITED.finditer(text, from_here, end) if limit.start() < start < limit.end())
    start = min((limit.start() for limit in cut), default=start)
    if _FIRST_NUMBER.match(text[start:end]):
        before = _LIMIT_BEFORE.search(text, from_here, start)
        start = before.start() if before else start
    if _ENDS_AS_QUANTITY.search(text[start:end]):
        rate = _RATE.match(text, end)
        end = rate.end() if rate else end
    return start, end


def with_unit(text: str, start: int, end: int) -> Range:
    if start > 0 and text[start - 1] in "$£€¥" and text[start].isdigit():
        start -= 1
    if _NUMBER_END.search(text[start:end]):
        further = re.match(r"[.,]\d[\d.,]*(?<=\d)", text[end:])
        end += further.end() if further and text[end - 1].isdigit() else 0
        for _ in range(2):  # "5.2 million dollars"
            unit = _UNIT.match(text, end)
            end = unit.end() if unit else end
    return start, end


def enumeration(text: str, start: int, end: int) -> Range | None:
    """The enumeration that a span is a member of, or several; None where there is none, or its ends are unsure.

    To the left it goes on only where a colon, a bracket or a word such as "are" shows its beginning.
    """
    before = _BEFORE.search(text, max(0, start - 300), start)
    begin = before.start("members") if before else start
    more = None if _LAST.search(text, start, end) else _MORE.match(text, end)
    stop = more.end() if more else end
    return (begin, stop) if (begin, stop) != (start, end) and _LAST.search(text, begin, stop) else None


def says_when(text: str) -> bool:
    return bool(_SAYS_WHEN.search(text))


def says_number(text: str) -> bool:
    return bool(_SAYS_NUMBER.search(text))
