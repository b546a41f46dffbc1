"""Words: as they stand in a text, as evidence (which of them carry meaning), and as the terms of a lexical index.

A script that writes no spaces is taken character by character.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from steep.language.forms import forms
from steep.language.languages import language as language_named
from steep.language.languages import usual
from steep.language.numerals import in_digits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.language.languages import Language

__all__ = [
    "Counted",
    "Word",
    "content_stems",
    "counted",
    "numbers",
    "numbers_held",
    "stem",
    "stems",
    "support",
    "terms",
    "words",
]

_WORD = re.compile(
    r"\d+(?:[.,:/]\d+)*"
    r"|[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]"
    r"|[^\W\d_]+(?:['’][^\W\d_]+)?\d*"
)
# one ideograph; or a number with its separators; or a run of letters and digits. Single characters count: "berth 5"
_TERM = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|\d+(?:[.,]\d+)+|[^\W\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+"
)
_SEPARATORS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word as it stands at ``start``, the stem by which it is compared, and whether it carries meaning."""

    text: str
    start: int
    stem: str
    is_content: bool

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def words(text: str, language: Language | None = None) -> list[Word]:
    """The words of a text in order, in the language that was told, or else the usual one."""
    told = (language or usual()).code
    found = []
    for match in _WORD.finditer(text):
        stemmed, content = _known(match[0], told)
        found.append(Word(text=match[0], start=match.start(), stem=stemmed, is_content=content))
    return found


def stem(word: str, language: Language | None = None) -> str:
    """What the forms of a word have in common; a number without its thousands separators."""
    return _known(word, (language or usual()).code)[0]


@lru_cache(maxsize=1 << 16)
def _known(word: str, code: str) -> tuple[str, bool]:
    """A word's stem, and whether it carries meaning."""
    told = language_named(code)
    plain = word.lower().replace("’", "'")
    if plain[:1].isdigit():
        return _SEPARATORS.sub("", plain), True
    return _stems([plain], told)[0], plain not in told.stop_words


def content_stems(text: str, language: Language | None = None) -> frozenset[str]:
    """The stems of the words that carry meaning: no stop words, numbers included."""
    told = (language or usual()).code
    known = (_known(word, told) for word in _WORD.findall(text))
    return frozenset(stemmed for stemmed, content in known if content)


def numbers(text: str) -> frozenset[str]:
    """The numbers of a text in digits, without thousands separators."""
    return frozenset(word.stem for word in words(text) if word.text[0].isdigit())


def numbers_held(text: str, language: Language | None = None) -> frozenset[str]:
    """The numbers that a text holds as evidence: those in words too ("nine metres").

    A claim's own are ``numbers``: its "one" is seldom a number.
    """
    return numbers(in_digits(text, language or usual()))


def support(claim: str, evidence: str, language: Language | None = None) -> float:
    """The share, 0 to 1, of the claim's content words that the evidence holds; 0 for a claim without any.

    A number is the same in digits and in words.
    """
    told = language or usual()
    wanted = _claimed(claim, told.code)
    return len(wanted & _evidence(evidence, told.code)) / len(wanted) if wanted else 0.0


@lru_cache(maxsize=1 << 10)
def _claimed(claim: str, code: str) -> frozenset[str]:
    told = language_named(code)
    return content_stems(in_digits(claim, told, ones=False), told)


@lru_cache(maxsize=1 << 12)  # the sentences of a passage are compared with one claim after the other
def _evidence(evidence: str, code: str) -> frozenset[str]:
    told = language_named(code)
    return content_stems(evidence, told) | content_stems(in_digits(evidence, told), told)


class Counted(NamedTuple):
    """What a lexical index counts of a text: its words, the plain forms of its codes and numbers, its stop words.

    ``written`` holds the words with their endings.
    """

    written: list[str]
    words: list[str]
    forms: list[str]
    common: list[str]


def counted(text: str, language: Language) -> Counted:
    """A text's terms, folded and stemmed; ``forms`` holds none that is among its words."""
    folded = _TERM.findall(unicodedata.normalize("NFKC", text).casefold())
    common = language.stop_words
    written = [term for term in folded if term not in common]
    found = _stems(written, language)
    there = frozenset(found)
    further = [form for form in _stems(forms(text, common), language) if form not in there]
    return Counted(written=written, words=found, forms=further, common=[term for term in folded if term in common])


def stems(words: Sequence[str], language: Language) -> list[str]:
    """The stems of folded words."""
    return _stems(words, language)


def terms(text: str, language: Language) -> list[str]:
    """The words of a text as a lexical index counts them: folded, stemmed, without stop words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _stems([term for term in _TERM.findall(folded) if term not in language.stop_words], language)


_stemmers = threading.local()  # a stemmer keeps state, so each thread has its own


def _stems(found: Sequence[str], told: Language) -> list[str]:
    if not told.stemmer or not found:
        return list(found)
    stemmer: Any = getattr(_stemmers, told.stemmer, None)
    if stemmer is None:
        import Stemmer

        stemmer = Stemmer.Stemmer(told.stemmer)
        setattr(_stemmers, told.stemmer, stemmer)
    return [str(each) for each in stemmer.stemWords(list(found))]
