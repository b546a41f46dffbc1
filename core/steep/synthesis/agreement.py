"""How much two answers agree: token F1 over all words (SQuAD, arXiv 1606.05250), citation markers left out."""

from __future__ import annotations

from collections import Counter

from steep.prompts import MARKER
from steep.words import words

_ARTICLES = frozenset(("a", "an", "the"))


def token_f1(answer: str, gold: str) -> float:
    """From 0 to 1; 1 for two empty answers."""
    found, wanted = _tokens(answer), _tokens(gold)
    if not found or not wanted:
        return float(found == wanted)
    common = sum((found & wanted).values())
    if not common:
        return 0.0
    precision, recall = common / sum(found.values()), common / sum(wanted.values())
    return 2 * precision * recall / (precision + recall)


def _tokens(text: str) -> Counter[str]:
    plain = MARKER.sub(" ", text)
    return Counter(word.stem for word in words(plain) if word.text.lower() not in _ARTICLES)
