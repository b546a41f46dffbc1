"""How alike two texts are, word by word: the one scoring of training, synthesis, reports and benchmarks.

Words are compared as SQuAD compares them (Rajpurkar et al. 2016): without case, punctuation and articles. Its rules
were made for ASCII and for names, and call 3.5 and 35, or -5 and 5, the same; these keep what a number means:

- A sign, a point, a colon or a slash inside a number stays: -5 is not 5, 3.5 not 35, 9:30 not 930, 10² not 102.
- Separators of thousands go: 1,000 and 1 000 and 1'000 are 1000. A comma before other than three digits is a decimal
  point: 3,5 is 3.5. A single point always is one, since no text tells a German 1.000 from an English one.
- Hyphens and slashes part words (up-to-date is up to date); an apostrophe or a full stop inside a word
  goes (U.S. is US).

Unicode's twins are the same (NFKC with case folding, typographic quotes and dashes), and scripts that write no spaces
are taken character by character, as MLQA does. Nothing here depends on a language but the three articles, English ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from steep.measuring.folding import TWINS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["best_of", "exact_match", "normalized", "rouge_l", "token_f1", "tokens"]

_MINUS = "\u2212"
_POWER = re.compile("(?<=[0-9])(?=[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2079\u2080-\u2089\u2150-\u215e])")
_SIGN = re.compile(r"(?<![\w\-)\]}%°])-([$€£¥]?)(?=\.?[0-9])")
_THOUSANDS = re.compile(r"(?<![\w.,'])(?<![0-9] )[1-9][0-9]{0,2}([ ,'])[0-9]{3}(?:\1[0-9]{3})*(?![0-9]|\1[0-9])")
_LAKHS = re.compile(r"(?<![\w.,'])[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?![0-9]|,[0-9])")
_DECIMAL_COMMA = re.compile(r"(?<![\w.,])([0-9]+),(?=[0-9]+(?![0-9,]))")
_BARE_POINT = re.compile(r"(?<![\w.])\.(?=[0-9])")
# written without spaces: Han, Hiragana, Katakana, Thai, Lao, Khmer, Burmese
_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[\U00020000-\U0003ffff])"
)
_WORD = re.compile(
    r"[^\s\-'.,:/]+(?:(?:(?<=[0-9])[.:/](?=[0-9])|(?<![0-9])\.(?![0-9])|'(?![0-9])|(?<![0-9])')[^\s\-'.,:/]+)*"
)
_WITHIN = re.compile(r"'|(?<![0-9])\.(?![0-9])")
_ARTICLES = frozenset({"an", "the"})
_ARTICLE_OR_NAME = "a"  # as in A-5 or vitamin-A, which must not become 5 and vitamin


def normalized(text: str) -> str:
    """The text as it is compared: its words with single spaces."""
    return " ".join(tokens(text))


def exact_match(given: str, gold: str) -> float:
    """1 where both are the same words in the same order, else 0."""
    return float(tokens(given) == tokens(gold))


def token_f1(given: str, gold: str) -> float:
    """The harmonic mean of the shares of words that each text finds in the other, counted with repetition."""
    left, right = tokens(given), tokens(gold)
    if not left or not right:
        return float(left == right)
    return 2 * (Counter(left) & Counter(right)).total() / (len(left) + len(right))


def rouge_l(given: str, gold: str) -> float:
    """ROUGE-L (Lin 2004) with equal weight on precision and recall.

    By hand rather than by a library, because it must compare the same words as the other scores do.
    """
    left, right = tokens(given), tokens(gold)
    if not left or not right:
        return float(left == right)
    return 2 * common_subsequence(left, right) / (len(left) + len(right))


def best_of(measure: Callable[[str, str], float], given: str, golds: Sequence[str]) -> float:
    """The best value over several gold answers; no golds means that there is no answer, so that "" is right."""
    return max(measure(given, gold) for gold in golds or ("",))


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[str, ...]:
    """The comparable words of a text, in order.

    A text of which nothing would be left ("%", "the") keeps its symbols, so that unlike texts never become equal by
    becoming empty.
    """
    plain = _plain(text)
    seen = _UNSPACED.sub(r" \1 ", "".join(map(_seen, plain)))
    words = [(_WITHIN.sub("", found[0]), _is_joined(found, seen)) for found in _WORD.finditer(seen)]
    kept = tuple(word for word, joined in words if word not in _ARTICLES and (joined or word != _ARTICLE_OR_NAME))
    return kept or tuple(word for word, _ in words) or tuple(plain.split())


def _plain(text: str) -> str:
    """Folded characters, and numbers written in one way; the signs are told from hyphens."""
    folded = unicodedata.normalize("NFKC", _POWER.sub(" ", text))
    folded = unicodedata.normalize("NFKC", folded.casefold())
    twins = "".join(map(_twin, folded))
    signed = _SIGN.sub(rf"\1{_MINUS}", twins)
    for grouped in (_THOUSANDS, _LAKHS):
        signed = grouped.sub(lambda found: re.sub("[ ,']", "", found[0]), signed)
    return _BARE_POINT.sub("0.", _DECIMAL_COMMA.sub(r"\1.", signed))


@lru_cache(maxsize=4096)
def _twin(character: str) -> str:
    if character == "\u2044":  # what NFKC makes of ½
        return "/"
    if unicodedata.category(character) == "Cf":  # soft hyphens, zero-width spaces, direction marks
        return ""
    return (
        str(unicodedata.digit(character))
        if unicodedata.category(character) == "Nd"
        else TWINS.get(character, character)
    )


@lru_cache(maxsize=4096)
def _seen(character: str) -> str:
    """What parts words becomes a space; symbols beyond ASCII stand alone, as € does."""
    if character in "-'.,:/" or character == _MINUS or unicodedata.category(character)[0] in "LMN":
        return character
    return " " if character.isascii() or unicodedata.category(character)[0] != "S" else f" {character} "


def _is_joined(found: re.Match[str], text: str) -> bool:
    """Whether a hyphen or a slash joins the word to another one."""
    before, after = text[max(0, found.start() - 2) : found.start()], text[found.end() : found.end() + 2]
    return any(
        len(edge) == 2 and edge[mark] in "-/" and not edge[1 - mark].isspace()
        for edge, mark in ((before, 1), (after, 0))
    )


def common_subsequence(left: Sequence[str], right: Sequence[str]) -> int:
    """The length of the longest common subsequence, in O(left x right / word size).

    One big integer holds a row of the dynamic programme (Crochemore et al. 2001): a zero bit is a step of the row.
    """
    places: dict[str, int] = {}
    for place, word in enumerate(left):
        places[word] = places.get(word, 0) | 1 << place
    full = (1 << len(left)) - 1
    row = full
    for word in right:
        matches = row & places.get(word, 0)
        row = (row + matches | row - matches) & full
    return len(left) - row.bit_count()
