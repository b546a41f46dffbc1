"""Texts as comparable words: SQuAD's normalisation, carried over to the rest of Unicode.

For ASCII text it is SQuAD's own: lower case, no punctuation, no articles, split at white space. Beyond ASCII, all
punctuation counts as such, and scripts without spaces are split into characters (as MLQA does). A text of which
nothing would be left ("%", "the") keeps its symbols, so that unlike texts never become equal by becoming empty.
"""

from __future__ import annotations

import re
import string
import unicodedata
from functools import lru_cache

_ARTICLES = frozenset({"a", "an", "the"})
_ASCII_PUNCTUATION = frozenset(string.punctuation)
# Han, Hiragana, Katakana, Thai, Lao, Khmer, Burmese: written without spaces
_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[\U00020000-\U0003ffff])"
)


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """The comparable words of a text, in order."""
    lowered = unicodedata.normalize("NFC", text).lower()
    bare = "".join(character for character in lowered if not _is_punctuation(character))
    kept = tuple(word for word in _split(bare) if word not in _ARTICLES)
    return kept or tuple(_split(lowered))


def _split(text: str) -> list[str]:
    return _UNSPACED.sub(r" \1 ", text).split()


def _is_punctuation(character: str) -> bool:
    return character in _ASCII_PUNCTUATION or unicodedata.category(character).startswith("P")
