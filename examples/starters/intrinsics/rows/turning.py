"""Questions and statements made to say something else: a name swapped, a word turned round, a "not" put in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

NAME = re.compile(r"(?<!^)(?<![.?!:] )\b(?:[A-Z][\w’'-]+(?: (?:of |the |de )?[A-Z][\w’'-]+)*)")
NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w]|[.,]\d)")
_PAIRS = """
first/last largest/smallest biggest/smallest most/least more/fewer more/less before/after early/late
earlier/later earliest/latest oldest/newest oldest/youngest highest/lowest higher/lower high/low
increase/decrease increased/decreased best/worst better/worse north/south northern/southern east/west
eastern/western male/female men/women begin/end began/ended start/end started/ended starts/ends win/lose
won/lost with/without above/below major/minor public/private always/never same/different inside/outside
internal/external import/export buy/sell bought/sold rise/fall rose/fell upper/lower longest/shortest long/short
longer/shorter strong/weak stronger/weaker rich/poor new/old left/right maximum/minimum maximum/minimal
positive/negative common/rare allowed/forbidden legal/illegal open/closed opened/closed accept/reject
accepted/rejected include/exclude hot/cold wet/dry advantage/disadvantage advantages/disadvantages
similar/different support/oppose supported/opposed arrive/leave arrived/left built/destroyed created/destroyed
gain/lose gained/lost possible/impossible slow/fast slower/faster heavy/light primary/secondary beginning/end
modern/ancient enable/disable enabled/disabled add/remove added/removed many/few majority/minority father/mother
son/daughter king/queen husband/wife brother/sister friend/enemy summer/winter spring/autumn day/night
morning/evening up/down top/bottom front/back over/under large/small big/small
"""
_OPPOSITE = {}
for _pair in _PAIRS.split():
    _one, _other = _pair.split("/")
    _OPPOSITE.setdefault(_one, _other)
    _OPPOSITE.setdefault(_other, _one)
_TURNABLE = re.compile(rf"\b(?:{'|'.join(_OPPOSITE)})\b", re.IGNORECASE)
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|did|does|do|could|has|have|had|would|should|can|will|must|may)\b(?! not\b)(?!n['’]t)"
)
_SHORT = {"will": "won't", "can": "can't", "may": "may not"}


def like(text: str, name: str) -> list[str]:
    """What else a text names of the same sort: numbers of like size for a number, names for a name."""
    if name[0].isdigit():
        bare = name.replace(",", "")
        found = {n for n in NUMBER.findall(text) if n != name and abs(len(n.replace(",", "")) - len(bare)) <= 1}
        return sorted(n for n in found if (len(n) == 4 and n[0] in "12") == (len(name) == 4 and name[0] in "12"))
    return sorted({n for n in NAME.findall(text) if len(n) > 3 and n not in name and name not in n})


def swapped(said: str, text: str, dice: random.Random) -> str | None:
    """With one of its names or numbers changed for another that the same passage holds."""
    inside = [match for match in (*NAME.finditer(said), *NUMBER.finditer(said)) if match[0] in text]
    dice.shuffle(inside)
    for match in inside:
        others = [other for other in like(text, match[0]) if other not in said]
        if others:
            return said[: match.start()] + dice.choice(others) + said[match.end() :]
    return None


def opposite(said: str, text: str) -> str | None:
    """With the first word turned round that has an opposite which the passage does not speak of."""
    for match in _TURNABLE.finditer(said):
        other = _OPPOSITE[match[0].lower()]
        if not re.search(rf"\b{other}\b", text, re.IGNORECASE):
            written = other.capitalize() if match[0][0].isupper() else other
            return said[: match.start()] + written + said[match.end() :]
    return None


def negated(said: str, dice: random.Random) -> str | None:
    """With a "not" behind its first auxiliary."""
    match = _AUXILIARY.search(said)
    if not match:
        return None
    short = _SHORT.get(match[1], f"{match[1]}n't")
    # "What did not" is as common as "What didn't", but only where no subject follows: "When was the pier not built?"
    return said[: match.start()] + (short if dice.random() < 0.7 else f"{match[1]} not") + said[match.end() :]
