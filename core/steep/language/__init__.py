"""Language: sentences, words, stems and stop words, and which language a text is in. One of each, by language."""

from __future__ import annotations

from steep.language.detection import language_of
from steep.language.languages import Language, language, usual, word_set
from steep.language.sentences import sentence_around, sentence_spans
from steep.language.words import Word, content_stems, numbers, stem, support, terms, words

__all__ = [
    "Language",
    "Word",
    "content_stems",
    "language",
    "language_of",
    "numbers",
    "sentence_around",
    "sentence_spans",
    "stem",
    "support",
    "terms",
    "usual",
    "word_set",
    "words",
]
