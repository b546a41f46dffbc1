"""Which language a text is in, by py3langid: 97 languages, from the text alone, the same answer every time."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from steep.language.languages import Language, language

__all__ = ["language_of"]

_READ = 1000  # letters of a text that are looked at: more make it no surer
_SURE = 0.7  # below this probability a language is not told: names and codes alone look like any
_NO_WORDS = re.compile(r"https?:\S+|`[^`\n]*`|[\W\d_]+")


def language_of(text: str) -> Language:
    """The language of a text; one without code and name where it holds too few words to be sure."""
    return language(_code(_NO_WORDS.sub(" ", text[: 2 * _READ])[:_READ].strip()))


@lru_cache(maxsize=4096)
def _code(text: str) -> str:
    if not text:
        return ""
    code, probability = _identifier().classify(text)
    return str(code) if probability >= _SURE else ""


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
