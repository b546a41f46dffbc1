"""What a question in English asks for: one thing, several, steps, an explanation, a quantity of some sort, a time."""

from __future__ import annotations

import re
from functools import wraps
from typing import TYPE_CHECKING, Literal

from steep.language import language_of

if TYPE_CHECKING:
    from collections.abc import Callable

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


_BE = r"(?:is|are|was|were|will\s+be|would\s+be)"
_DO = r"(?:do|does|did|can|could|may|must|should|shall|will|would|have|has|had|need)"
_COUNT = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_PLURAL = r"(?!\w*(?:ss|us|is)\b)(?!(?:does|has|was|happens|means|makes|costs|goes|needs|comes|takes|applies)\b)\w{2,}s"

_LISTING = re.compile(r"(?i)^\W*(?:please\s+)?(?:list|enumerate|name)\s+(?:me\s+)?(?:all|the|some|every|each|\w+)\b")
_WHAT_ARE = re.compile(rf"(?i)\b(?:what|which)\s+(?:are|were)\b(?:\s+\S+){{0,5}}?\s+(?:{_PLURAL}|people|criteria)\b")
_WHICH = re.compile(
    rf"(?i)\b(?:what|which)\s+(?!of\b)(?:(?!{_BE}\b|{_DO}\b)[\w'-]+\s+){{0,3}}?(?:{_PLURAL}|people|children|criteria)"
    rf"(?=\s+(?:{_BE}|{_DO}|not|there|you|we|I|they|it|the|belong|apply|count|go|get|stay|make|run|come|pay|of|in|on|at|for"
    rf"|to|from|with)\b|\s*\?|\s*$)"
)
_COUNTED = re.compile(
    rf"(?i)\b(?:what|which|name|list)\s+(?:are\s+)?(?:the\s+)?(?P<count>{'|'.join(_COUNT)}|\d{{1,2}})\s+(?:\w+\s+){{0,2}}?{_PLURAL}"
)
_ALL_STEPS = re.compile(r"(?i)\b(?:steps|procedure|stages|instructions)\b")
_BEFORE_STEPS = re.compile(r"(?i)\b(?:do this|as follows|steps)\W*$")
_STEPS = re.compile(
    r"(?i)\b(?:steps|procedure|process|stages|instructions)\b"
    rf"|\bhow\s+(?:do|can|could|should|must|would|may)\s+(?:I|we|you|one|they|somebody|someone|people|an?\s+\w+|the\s+\w+)\b"
    rf"|\bhow\s+to\b|\bhow\s+{_BE}\s+(?:(?!many|much|long)\S+\s+){{1,6}}\w+(?:ed|en|one|ade|lt|nt|un|ut|ought|ld)\b"
    r"|\bhow\s+does\b.*\b(?:work|go|happen)\b"
    r"|\bwhat\s+(?:do|must|should|does)\s+(?:I|we|you|one|they|an?\s+\w+|the\s+\w+)\s+(?:have\s+to\s+)?do\b"
    r"|\bwhat\s+(?:happens|is\s+done)\b|\bin\s+(?:what|which)\s+order\b"
)
_QUANTITY = re.compile(
    r"(?i)\bhow\s+(?:many|much|long|often|old|far|large|big|small|tall|high|deep|wide|fast|heavy|hot|cold|late|early|"
    r"frequently|likely|soon|strong|thick|close|quickly|warm|expensive|dear|wide|broad|low)\b"
)
_EXPLANATION = re.compile(
    r"(?i)^\W*(?:(?:and|but|so)\s+)?(?:why|how)\b"
    r"|\b(?:why|how)\s+(?:do|does|did|is|are|was|were|can|could|should|would|has|have)\b"
)
_POLAR = re.compile(
    r"(?i)(?:^\W*|,\s+)(?:(?:and|but|so)\s+)?(?:(?:can|could|do|does|did|is|are|was|were|will|would|should|must|may|has|have|am)\b"
    r"|(?:need|ok|okay|possible|allowed|safe|fine)\s+(?:for\s+\w+\s+)?to\b|(?:ok|okay|possible|allowed)\W*$)(?!.*\bor\b)"
)
_OF_A_THING = re.compile(r"(?i)^\W*(?:who|whom|whose|what|which|where|how|why)\b")
_LAST = re.compile(r"[.!?]\s+(?=\S)")
_COURSE = re.compile(
    r"(?i)\bwhat\s+(?:if|happens|becomes)\b|\bwhat\s+(?:should|do|must|can)\s+(?:I|we|you|one)\s+(?:have\s+to\s+)?do\b"
    r"|\bdifferences?\b|\bwhat\s+do\b.*\band\b.*\b(?:mean|stand\s+for|indicate|signify)\b"
)
_THING = (
    r"(?:option|flags?|switch(?:es)?|parameters?|arguments?|commands?|functions?|variables?|metrics?|directives?"
    r"|macros?|callbacks?|endpoints?)"
)
_ASKS_CODE = re.compile(
    rf"(?i)\b(?:what|which)\s+(?:[\w-]+\s+)?{_THING}\b(?!\s+(?:types?|names?)\b)|^\W*{_THING}\s+(?:to|for|that|which)\b"
)
_ASKS_TIME = re.compile(r"(?i)\bwhen\b|\b(?:what|which)\s+(?:\w+\s+)?(?:year|date|day|month|century|decade|time)\b")
_ASKS_NUMBER = re.compile(
    r"(?i)\bhow\s+(?:many|much|old|long|far|large|big|tall|high|deep|wide|fast|heavy|often)\b"
    r"|\b(?:what|which)\s+(?:\w+\s+)?(?:percent\w*|number|amount|population|size|age|rate|price|cost|fee)\b"
)
_ASKS_WHO = re.compile(r"(?i)\bwho(?:m|se)?\b")
_ASKS_WHERE = re.compile(
    r"(?i)\bwhere\b|\b(?:what|which)\s+(?:city|country|state|town|place|region|continent|county)\b"
)


def _is_english(question: str) -> bool:
    """Whether a question is not surely in another language: "Was kostet es?" is none of the rules below."""
    return language_of(question).code in ("", "en")


def _of_english(rule: Callable[[str], bool]) -> Callable[[str], bool]:
    @wraps(rule)
    def asked(question: str) -> bool:
        return rule(question) and _is_english(question)

    return asked


def _asking(question: str) -> str:
    """The last of its sentences: who tells of a situation first asks behind it."""
    return _LAST.split(question.strip())[-1]


def _polar(sentence: str) -> bool:
    """Whether yes or no answers it; a line about when or if may stand before."""
    return bool(_POLAR.search(sentence)) and not _OF_A_THING.search(sentence)


@_of_english
def wants_several(question: str) -> bool:
    """Whether it asks for more than one thing: to list them, or which of them there are."""
    return any(pattern.search(question) for pattern in (_LISTING, _WHAT_ARE, _WHICH, _COUNTED))


@_of_english
def wants_steps(question: str) -> bool:
    """Whether it asks how something is done, so that the steps are the answer."""
    return bool(_STEPS.search(question))


@_of_english
def wants_all_steps(question: str) -> bool:
    """Whether it names the steps themselves, so that one of them is no answer."""
    return bool(_ALL_STEPS.search(question))


def leads_into_steps(words: str) -> bool:
    """Whether the words before a list say that its items are steps: "do this:"."""
    return bool(_BEFORE_STEPS.search(words))


def wanted_count(question: str) -> int | None:
    """How many things it asks for, where it says so ("which four rules")."""
    found = _COUNTED.search(question)
    if not found or not _is_english(question):
        return None
    said = found["count"].lower()
    return _COUNT.get(said) or int(said)


@_of_english
def explains(question: str) -> bool:
    """Whether it asks why, or how in the sense of "in what way", so that a sentence is the natural answer."""
    return bool(_EXPLANATION.search(_asking(question))) and not measures(question)


@_of_english
def states(question: str) -> bool:
    """Whether it asks if something is so, what happens, what to do, or how two things differ: a statement tells."""
    return (_polar(_asking(question)) or bool(_COURSE.search(question))) and not measures(question)


@_of_english
def measures(question: str) -> bool:
    """Whether it asks how many, how long, how far and the like."""
    return bool(_QUANTITY.search(question))


@_of_english
def asks_for_code(question: str) -> bool:
    """Whether what it asks for is called by a name that one types."""
    return bool(_ASKS_CODE.search(question))


def sort_asked(question: str) -> Sort | None:
    """The sort of quantity that a question asks for, the first that fits; None where it asks for none of these."""
    found = next((sort for sort, pattern in _ASKED if pattern.search(question)), None)
    return found if found and _is_english(question) else None


@_of_english
def asks_time(question: str) -> bool:
    return bool(_ASKS_TIME.search(question))


@_of_english
def asks_number(question: str) -> bool:
    """Whether it asks for a number that is no time."""
    return bool(_ASKS_NUMBER.search(question)) and not asks_time(question)


@_of_english
def asks_who(question: str) -> bool:
    return bool(_ASKS_WHO.search(question))


@_of_english
def asks_where(question: str) -> bool:
    return bool(_ASKS_WHERE.search(question))
