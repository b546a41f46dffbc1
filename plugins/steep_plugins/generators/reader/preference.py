"""Which of the spans that the network finds is a likely answer to such a question: a few clues, weighed.

The network scores where an answer begins and where it ends apart from each other, so its best pair is often too long or
of the wrong sort. The clues look at the words of a span and of the question; their weights are fitted on held-back
questions (a log-linear reranker of the n-best list, as in Collins and Koo 2005).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep_plugins.generators.reader.sentences import STOP_WORDS, content_words, words
from steep_plugins.generators.reader.whole import explains

if TYPE_CHECKING:
    from collections.abc import Sequence

_TIME = re.compile(
    r"\b(?:1\d|20)\d\d\b|(?i:\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|century|noon|midnight|morning|evening|spring|summer"
    r"|autumn|winter|today|\d+(?:st|nd|rd|th)|\d+\s?(?:am|pm)|\d+s)\b)"
)
_NUMBER = re.compile(
    r"\d|(?i:\b(?:no|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty"
    r"|hundred|thousand|million|billion|dozen|half|third|quarter|several|few|both)\b)"
)
_ASKS_TIME = re.compile(r"(?i)\bwhen\b|\b(?:what|which)\s+(?:\w+\s+)?(?:year|date|day|month|century|decade|time)\b")
_ASKS_NUMBER = re.compile(
    r"(?i)\bhow\s+(?:many|much|old|long|far|large|big|tall|high|deep|wide|fast|heavy|often)\b"
    r"|\b(?:what|which)\s+(?:\w+\s+)?(?:percent\w*|number|amount|population|size|age|rate|price|cost|fee)\b"
)
_ASKS_WHO = re.compile(r"(?i)\bwho(?:m|se)?\b")
_ASKS_WHERE = re.compile(
    r"(?i)\bwhere\b|\b(?:what|which)\s+(?:city|country|state|town|place|region|continent|county)\b"
)
_BREAK = re.compile(r"[.!?]\s+[A-Z]|[;\n]")
_ARTICLES = frozenset({"a", "an", "the"})

CLUES = (
    "words",
    "many words",
    "crosses a sentence",
    "comma",
    "bad edge",
    "article first",
    "repeats the question",
    "sentence shares the question",
    "time asked, time",
    "time asked, none",
    "number asked, number",
    "number asked, none",
    "person asked, name",
    "person asked, none",
    "place asked, name",
    "place asked, none",
    "thing asked, only a number",
    "explanation asked, many words",
)
"""What the weights stand for, in order."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, looked at once for all spans."""

    stems: frozenset[str]
    time: bool
    number: bool
    who: bool
    where: bool
    explains: bool

    @classmethod
    def of(cls, question: str) -> Asked:
        number = bool(_ASKS_NUMBER.search(question))
        time = bool(_ASKS_TIME.search(question))
        return cls(
            stems=frozenset(content_words(question)),
            time=time,
            number=number and not time,
            who=bool(_ASKS_WHO.search(question)),
            where=bool(_ASKS_WHERE.search(question)),
            explains=explains(question),
        )


def clues(asked: Asked, span: str, sentence: str) -> tuple[float, ...]:
    """The clues of a span that stands in ``sentence``, in the order of ``CLUES``."""
    said = words(span)
    stems = content_words(span)
    many = math.log1p(len(said))
    time, number = bool(_TIME.search(span)), bool(_NUMBER.search(span))
    name = any(letter.isupper() for letter in span)
    edges = (said[0] in STOP_WORDS - _ARTICLES, said[-1] in STOP_WORDS) if said else (True, True)
    around = content_words(sentence)
    thing = not (asked.time or asked.number or asked.who or asked.where)
    return tuple(
        float(value)
        for value in (
            many,
            max(0, len(said) - 6) / 10,
            bool(_BREAK.search(span)),
            "," in span,
            sum(edges),
            bool(said) and said[0] in _ARTICLES,
            len(stems & asked.stems) / len(stems) if stems else 0.0,
            len((around - stems) & asked.stems) / len(asked.stems) if asked.stems else 0.0,
            asked.time and time,
            asked.time and not time,
            asked.number and number,
            asked.number and not number,
            asked.who and name,
            asked.who and not name,
            asked.where and name,
            asked.where and not name,
            thing and number and len(said) <= 2,
            many if asked.explains else 0.0,
        )
    )


def bonus(weights: Sequence[float], found: Sequence[float]) -> float:
    return sum(weight * clue for weight, clue in zip(weights, found, strict=True)) if weights else 0.0


def fit_weights(
    rows: Sequence[tuple[Sequence[float], Sequence[Sequence[float]], Sequence[float]]], *, ridge: float = 2.0
) -> tuple[float, ...]:
    """Weights under which the best spans of each row win (conditional likelihood with a ridge, by L-BFGS).

    A row holds the margins of a question's spans, their clues and their token F1; the best have the highest F1.
    """
    import torch

    weights = torch.zeros(len(CLUES), dtype=torch.float64, requires_grad=True)
    prepared = []
    for margins, found, scores in rows:
        values = torch.tensor(scores, dtype=torch.float64)
        prepared.append(
            (
                torch.tensor(margins, dtype=torch.float64),
                torch.tensor(found, dtype=torch.float64),
                values >= values.max() - 1e-9,
            )
        )
    optimizer: Any = torch.optim.LBFGS([weights], max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> Any:
        optimizer.zero_grad()
        loss: Any = ridge * weights.square().sum()
        for margins, found, best in prepared:
            total = margins + found @ weights
            loss = loss - torch.logsumexp(total[best], 0) + torch.logsumexp(total, 0)
        loss.backward()
        return loss

    optimizer.step(closure)
    return tuple(round(float(weight), 5) for weight in weights.detach())
