"""Cuts text into the terms that the lexical index counts: folded, stemmed, without stop words."""

from __future__ import annotations

import re
import unicodedata

import Stemmer
from bm25s import stopwords

# one ideograph; or a number with its separators; or a run of letters and digits. Single characters count: "berth 5"
_TERM = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|\d+(?:[.,]\d+)+|[^\W\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+"
)

_STOP = {
    "danish": stopwords.STOPWORDS_DANISH,
    "dutch": stopwords.STOPWORDS_DUTCH,
    "english": stopwords.STOPWORDS_EN,
    "french": stopwords.STOPWORDS_FRENCH,
    "german": stopwords.STOPWORDS_GERMAN,
    "italian": stopwords.STOPWORDS_ITALIAN,
    "norwegian": stopwords.STOPWORDS_NORWEGIAN,
    "portuguese": stopwords.STOPWORDS_PORTUGUESE,
    "russian": stopwords.STOPWORDS_RUSSIAN,
    "spanish": stopwords.STOPWORDS_SPANISH,
    "swedish": stopwords.STOPWORDS_SWEDISH,
    "turkish": stopwords.STOPWORDS_TURKISH,
}


class Words:
    """A tokenizer for one language, or for none; the same for passages and questions. One a thread."""

    def __init__(self, language: str) -> None:
        self._stop = frozenset(_STOP.get(language, ()))
        self._stemmer = None if language == "none" else Stemmer.Stemmer(language)

    def terms(self, text: str) -> list[str]:
        folded = unicodedata.normalize("NFKC", text).casefold()
        found = [term for term in _TERM.findall(folded) if term not in self._stop]
        if self._stemmer is None:
            return found
        return [str(term) for term in self._stemmer.stemWords(found)]
