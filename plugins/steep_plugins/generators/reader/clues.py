"""Which of the spans that the network finds is a likely answer to such a question: a few clues, weighed.

The network scores where an answer begins and where it ends apart from each other, so its best pair is often too long or
of the wrong sort, or stands in a sentence that speaks of something else. The clues look at the words of a span and of
the question, at the heading, at the place that its passage has among those retrieved, and at what its sentence means;
their weights are fitted on questions that the network has not seen (a log-linear reranker of the n-best list, as in
Collins and Koo 2005), and anew to each domain.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.language import content_stems, words
from steep_plugins.languages.en.questions import asks_number, asks_time, asks_where, asks_who, explains, states
from steep_plugins.languages.en.spans import says_number, says_when

if TYPE_CHECKING:
    from collections.abc import Sequence

_BREAK = re.compile(r"[.!?]\s+[A-Z]|[;\n]")
_ARTICLES = frozenset({"a", "an", "the"})

MARGIN, ORDER, MEANING = "margin", "passages before it", "sentence means what is asked"
STATED, ASKED_ABOVE = "statement asked, many words", "heading asks the same"
CLUES = (
    MARGIN,
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
    STATED,
    "heading shares the question",
    ASKED_ABOVE,
    ORDER,
    MEANING,
)
"""What the weights stand for, in order: the network's own margin, the words, the
place among the passages, and the meaning (see ``meaning.py``)."""

SAME = 0.7
"""The share of their words, from which on a heading and a question ask the same."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, looked at once for all spans."""

    stems: frozenset[str]
    time: bool
    number: bool
    who: bool
    where: bool
    explains: bool
    states: bool

    @classmethod
    def of(cls, question: str) -> Asked:
        return cls(
            stems=content_stems(question),
            time=asks_time(question),
            number=asks_number(question),
            who=asks_who(question),
            where=asks_where(question),
            explains=explains(question),
            states=states(question),
        )


def clues(asked: Asked, span: str, sentence: str, *, heading: str = "", rank: int = 0) -> tuple[float, ...]:
    """What a span tells that stands in ``sentence``, below ``heading``: ``CLUES`` without the first and the last.

    ``rank`` is how many passages were retrieved before its own.
    """
    said = words(span)
    stems = content_stems(span)
    many = math.log1p(len(said))
    time, number = says_when(span), says_number(span)
    name = any(letter.isupper() for letter in span)
    article = bool(said) and said[0].text.lower() in _ARTICLES
    edges = (not (said[0].is_content or article), not said[-1].is_content) if said else (True, True)
    around = content_stems(sentence)
    thing = not (asked.time or asked.number or asked.who or asked.where)
    return tuple(
        float(value)
        for value in (
            many,
            max(0, len(said) - 6) / 10,
            bool(_BREAK.search(span)),
            "," in span,
            sum(edges),
            article,
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
            many if asked.states else 0.0,
            len(content_stems(heading) & asked.stems) / len(asked.stems) if asked.stems else 0.0,
            _same(content_stems(heading.rpartition(" > ")[2]), asked.stems),
            math.log1p(rank),
        )
    )


def _same(heading: frozenset[str], asked: frozenset[str]) -> bool:
    """Whether they share most of all their words, and one at least."""
    return bool(heading & asked) and len(heading & asked) >= SAME * len(heading | asked)


def total(weights: Sequence[float], row: Sequence[float]) -> float:
    """How much speaks for a span, in the scale of margins: its margin alone where there are no weights."""
    return sum(weight * clue for weight, clue in zip(weights, row, strict=True)) if weights else row[0]


def fit_weights(
    rows: Sequence[tuple[Sequence[Sequence[float]], Sequence[float]]],
    *,
    ridge: float | Sequence[float] = 2.0,
    towards: Sequence[float] = (),
) -> tuple[float, ...]:
    """Weights under which the best spans of each row win (conditional likelihood with a ridge, by L-BFGS).

    A row holds the clues of a question's spans and their token F1; the best have the highest. The ridge, one or one a
    clue, draws the weights ``towards`` those given, without any to the margin alone.
    """
    import torch

    aim = torch.tensor(towards or [1.0] + [0.0] * (len(CLUES) - 1), dtype=torch.float64)
    bound = torch.tensor(ridge, dtype=torch.float64)
    weights = aim.clone().requires_grad_()
    prepared = []
    for found, scores in rows:
        values = torch.tensor(scores, dtype=torch.float64)
        prepared.append((torch.tensor(found, dtype=torch.float64), values >= values.max() - 1e-9))
    optimizer: Any = torch.optim.LBFGS([weights], max_iter=80, line_search_fn="strong_wolfe")

    def closure() -> Any:
        optimizer.zero_grad()
        loss: Any = (bound * (weights - aim).square()).sum()
        for found, best in prepared:
            totals = found @ weights
            loss = loss - torch.logsumexp(totals[best], 0) + torch.logsumexp(totals, 0)
        loss.backward()
        return loss

    optimizer.step(closure)
    return tuple(round(float(weight), 5) for weight in weights.detach())
