"""Language: sentences, words, stems and stop words, and which language a text is in. One of each, by language."""

from __future__ import annotations

from steep.language.detection import language_of
from steep.language.forms import broken, chunks, edges, forms, number_forms
from steep.language.languages import Language, language, usual, word_set
from steep.language.sentences import sentence_around, sentence_spans
from steep.language.words import (
    Counted,
    Word,
    content_stems,
    counted,
    numbers,
    numbers_held,
    stem,
    stems,
    support,
    terms,
    words,
)

__all__ = [
    "Counted",
    "Language",
    "Word",
    "broken",
    "chunks",
    "content_stems",
    "counted",
    "edges",
    "forms",
    "language",
    "language_of",
    "number_forms",
    "numbers",
    "numbers_held",
    "sentence_around",
    "sentence_spans",
    "stem",
    "stems",
    "support",
    "terms",
    "usual",
    "word_set",
    "words",
]
