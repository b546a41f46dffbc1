"""Exact match and token F1 as SQuAD defines them (arXiv 1606.05250), for training and the benchmark."""

from __future__ import annotations

import re
import string
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalised(answer: str) -> str:
    """Lower case, without punctuation and articles, single spaces."""
    return " ".join(_ARTICLES.sub(" ", answer.lower().translate(_PUNCTUATION)).split())


def exact_match(answer: str, golds: Sequence[str]) -> float:
    """1.0 where the answer is one of the golds. No golds means that the question has no answer: "" is right then."""
    return float(normalised(answer) in {normalised(gold) for gold in golds or [""]})


def token_f1(answer: str, golds: Sequence[str]) -> float:
    return max(_f1(normalised(answer).split(), normalised(gold).split()) for gold in golds or [""])


def _f1(found: list[str], wanted: list[str]) -> float:
    if not found or not wanted:
        return float(found == wanted)
    common = sum((Counter(found) & Counter(wanted)).values())
    return 2 * common / (len(found) + len(wanted))
