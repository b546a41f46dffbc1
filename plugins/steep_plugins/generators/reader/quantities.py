"""Quantities: which sort a question asks for, whether a span holds one, and what belongs to it: unit, limit, rate."""

from __future__ import annotations

import re
from typing import Literal

Sort = Literal["money", "duration", "frequency", "share", "weight", "temperature", "count"]

_MONEY_WORD = r"(?:cost|costs|charge[ds]?|pay|pays|paid|earn|spend|owe|receive|refund(?:ed)?|fine[ds]?|worth)"
_MEASURING = r"(?:weigh|hold|carry|contain|store|take|measure|produce|load|lift|rise|fall|grow|drop|bring|pull)"
_ASKED: tuple[tuple[Sort, re.Pattern[str]], ...] = (
    ("weight", re.compile(r"(?i)\bhow\s+heavy\b|\bhow\s+much\b.*\bweighs?\b|\b(?:what|which)\s+(?:\w+\s+)?weight\b")),
    (
        "money",
        re.compile(
            rf"(?i)\bhow\s+much\b(?:\s+(?:money|is|are|was|were|does|do|did|must|will|would|can|may|should|has|have)\b).*\b{_MONEY_WORD}\b"
            rf"|\bhow\s+much\s+(?:is|are|was|were)\s+(?!.*\b{_MEASURING}\w*\b)(?!there\b|known\b|left\b)"
            r"|\bhow\s+(?:expensive|dear)\b"
            r"|\bwhat\s+(?:is|are|was|were|does)\s+(?:the\s+)?(?:\w+\s+){0,3}?(?:price|costs?|fees?|fares?|charges?|salary|fine)\b"
            r"|\b(?:what|which)\s+(?:price|fee|fare|charge|salary|fine)\b|\bwhat\s+do(?:es)?\b.*\bcosts?\b"
        ),
    ),
    (
        "duration",
        re.compile(
            r"(?i)\bhow\s+(?:soon|quickly)\b|\bhow\s+long\s+(?:do|does|did|can|may|must|will|would|should|has|have|after|before|"
            r"until)\b|\bfor\s+how\s+long\b"
            r"|\bwithin\s+what\s+time\b"
        ),
    ),
    ("frequency", re.compile(r"(?i)\bhow\s+(?:often|frequently)\b|\bhow\s+many\s+times\b")),
    (
        "share",
        re.compile(r"(?i)\b(?:what|which)\s+(?:\w+\s+)?(?:percent\w*|share|proportion)\b|\bhow\s+many\s+percent\b"),
    ),
    (
        "temperature",
        re.compile(
            r"(?i)\b(?:what|which)\s+(?:\w+\s+)?temperatures?\b|\bhow\s+(?:cold|warm|hot)\b|\bwhat\s+set\s+point\b"
        ),
    ),
    ("count", re.compile(r"(?i)\bhow\s+many\b")),
)

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

Range = tuple[int, int]


def sort_asked(question: str) -> Sort | None:
    """The sort of quantity that a question asks for, the first that fits; None where it asks for none of these."""
    return next((sort for sort, pattern in _ASKED if pattern.search(question)), None)


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
