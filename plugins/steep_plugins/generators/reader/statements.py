"""Statements: which sentences of the passages answer a question, where no name or number does.

What people type (how, should I, what counts as, what happens when) is answered by a sentence, or by a list and the
words that lead into it. The span network was taught names and numbers; this one, trained on the same windows, weighs
sentences. `examples/starters/statements` says how it was made.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from math import inf, log1p
from typing import TYPE_CHECKING, Any

from steep.errors import AdapterError
from steep.language import content_stems, sentence_spans
from steep.values import item_words
from steep_plugins.generators.reader.composing import BULLET, Composed, behind_lead, whole_list
from steep_plugins.generators.reader.confidence import sigmoid
from steep_plugins.generators.reader.lists import listings
from steep_plugins.generators.reader.tables import row_told
from steep_plugins.generators.reader.whole import is_question
from steep_plugins.languages.en.questions import sort_asked
from steep_plugins.languages.en.spans import holds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from steep.values import Block
    from steep_plugins.generators.reader.meaning import SentenceMeaning
    from steep_plugins.generators.reader.reading import Task, Text
    from steep_plugins.generators.reader.trunk import Trunk
    from steep_plugins.generators.reader.windows import Candidate, Encoder

SCALING = "scaling.json"

Range = tuple[int, int]

FEATURES = ("score", "nearness", "lead", "margin", "order", "asked")
"""What says how sure a statement is: its score; its nearness to the question; its lead over the best sentence that
stands apart from it; the margin of the best span in it; the log of its passage's place among those found; and the share
of the question's words that stand in it, or in its headings."""

_LONGEST = 240  # characters of a sentence whose meaning is looked at
_COMPARED = 16  # sentences whose meaning is compared with the question: each costs time
_FEWEST = 3  # words of a statement, what links say not counted: they lead elsewhere
_LINK = re.compile(r"!?\[[^\[\]]{0,200}\]\([^()\s]{0,500}\)|^[ \t]*[-*+•][ \t]")
_SAYS = re.compile(r"[^\W_]")  # what has no letter and no digit is a table's rule
_APART = 240  # characters between sentences that speak of different things
_FAR = 8.0  # a lead counts no further
_EDGE = 2  # characters by which a span may stand out of its sentence: a mark, a bracket
_LOW, _SCALE = -12.0, 4.0  # the least margin of a span, also of a sentence without one; what margins are divided by
_MOST = 3  # sentences that are given together
_NEAR = 2.5  # a neighbour's log-odds may lie so far below the best one's
_CLOSE, _BESIDE = 2.0, 2  # how far the next best ones may lie below the best, and how many are named
_ITEMS = 12  # items of a list that is given whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """How sure a statement is: logistic weights of what speaks for it (see `FEATURES`), and their bias.

    ``meaning`` is what the cosine weighs beside the score when the best one is chosen, and ``order`` what is taken off
    for the log of its passage's place; ``threshold`` is the least probability with which a statement is given. A span
    as sure as ``firm`` is given in any case, and one as sure as ``agreed`` where the best statement holds it.
    """

    weights: tuple[float, ...]
    bias: float
    meaning: float
    order: float
    threshold: float
    firm: float
    agreed: float

    def probability(self, features: Sequence[float]) -> float:
        return sigmoid(self.bias + sum(w * x for w, x in zip(self.weights, features, strict=True)))

    @classmethod
    def load(cls, folder: Path) -> Scaling:
        path = folder / SCALING
        try:
            row = json.loads(path.read_text(encoding="utf-8"))
            weights = tuple(float(weight) for weight in row["weights"])
            if len(weights) != len(FEATURES):
                raise ValueError(f"{len(weights)} weights for {len(FEATURES)} features")
            return cls(**{**row, "weights": weights})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise AdapterError(f"{path} does not hold the scaling of statements ({error}); reinstall steep") from error


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage that may be quoted, its log-odds, and how near in meaning it is to the question."""

    passage: int
    start: int
    end: int
    score: float = 0.0
    near: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """The statement that answers best, the passage it stands in, and the probability that it is right.

    ``features`` are what that rests on (see `FEATURES`); ``others`` are the next best sentences.
    """

    passage: int
    composed: Composed
    probability: float
    features: tuple[float, ...]
    others: tuple[Sentence, ...] = ()

    def shortened(self, start: int, end: int) -> bool:
        """Whether a range of its passage is part of it, and no more than half of the stretch that it stands in.

        Words that lead into a list are no answer without it.
        """
        lead, item, _ = self.composed.text.partition(BULLET)
        begin = self.composed.spans[0][0] + len(lead) if item else 0
        return any(
            max(first, begin) <= start and end <= last and 2 * (end - start) <= last - first
            for first, last in self.composed.spans
        )


class Statements:
    """Weighs the sentences of passages. Thread-safe; ``load`` is called when it is first asked.

    It gives what reads windows, and the head on it (see `statement_network.py`).
    """

    def __init__(
        self,
        load: Callable[[], tuple[Trunk, Any]],
        encoder: Encoder,
        meaning: SentenceMeaning,
        scaling: Scaling,
    ) -> None:
        self._load = load
        self._encoder = encoder
        self._meaning = meaning
        self._lock = threading.Lock()
        self._loaded: tuple[Trunk, Any] | None = None
        self.scaling = scaling

    def best(self, task: Task, found: Sequence[Candidate] = ()) -> Stated | None:
        """The best statement; None where the passages hold no sentence that may be quoted.

        ``found`` are the spans that the reader found in the passages.
        """
        order = sorted(self.weighed(task), key=lambda one: -self._total(task, one))
        if not order:
            return None
        best = order[0]
        own = sorted((one for one in order if one.passage == best.passage), key=lambda one: one.start)
        text = task.texts[best.passage]
        composed = whole_list(task.question, text, (best.start, best.end)) or stated(text, best, own)
        others = [one for one in order[1:] if not _given(one, best.passage, composed)]
        apart = (one for one in others if one.passage != best.passage or abs(one.start - best.end) > _APART)
        rival = next(apart, next(iter(others), None))
        lead = min(_FAR, self._total(task, best) - self._total(task, rival)) if rival else 0.0
        features = (best.score, best.near, lead, *_beside(task, best, found))
        close = [one for one in others if self._total(task, one) > self._total(task, best) - _CLOSE]
        return Stated(
            passage=best.passage,
            composed=composed,
            probability=self.scaling.probability(features),
            features=features,
            others=tuple(close[:_BESIDE]),
        )

    def weighed(self, task: Task) -> list[Sentence]:
        """Every sentence that may be quoted, with its score; where a quantity is asked for, those that hold one."""
        sort = sort_asked(task.question)
        sentences = {
            number: [place for place in quotable(text) if sort is None or holds(sort, text.text, *place)]
            for number, text in enumerate(task.texts)
        }
        scores = self._scores(task, sentences)
        places = [(n, s) for n, found in sentences.items() for s in found if (n, s) in scores]
        likely = sorted(places, key=lambda place: -scores[place])[:_COMPARED]
        compared = [(task.question, _said(task.texts[n].text[slice(*s)], task.texts[n].lead)) for n, s in likely]
        near = dict(zip(likely, self._meaning.nearness(compared), strict=True))
        return [Sentence(n, *s, scores[n, s], near.get((n, s), 0.0)) for n, s in places]

    def _total(self, task: Task, one: Sentence) -> float:
        place = log1p(task.texts[one.passage].rank)
        return one.score + self.scaling.meaning * one.near - self.scaling.order * place

    def _scores(self, task: Task, sentences: dict[int, list[Range]]) -> dict[tuple[int, Range], float]:
        import torch

        from steep_plugins.generators.reader.statement_network import parts_of, scored

        found: dict[tuple[int, Range], float] = {}
        windows, places, parts = [], [], []
        for number, text in enumerate(task.texts):
            pieces = self._encoder.pieces(text.text).spans
            for window in self._encoder.windows(task.question, text.text, text.lead):
                held = parts_of(window, pieces, sentences[number])
                windows.append(window)
                places.append([(number, sentences[number][each]) for each in held])
                parts.append(list(held.values()))
        if not any(parts):
            return found
        trunk, head = self._networks()
        with torch.inference_mode():
            scores = [scored(head, *one) for one in zip(trunk.read(windows), parts, strict=True)]
        for of_line, told in zip(places, scores, strict=True):
            for place, score in zip(of_line, told.tolist(), strict=True):
                found[place] = max(score, found.get(place, -inf))
        return found

    def _networks(self) -> tuple[Trunk, Any]:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded


def _beside(task: Task, best: Sentence, found: Sequence[Candidate]) -> tuple[float, float, float]:
    """What else speaks for a sentence: the best span in it, its passage's place, the question's words in it."""
    text = task.texts[best.passage]
    first, last = best.start - _EDGE, best.end + _EDGE
    own = (each for each in found if each.passage == best.passage and first <= each.start and each.end <= last)
    margin = max(_LOW, max((each.margin for each in own), default=_LOW)) / _SCALE
    asked = content_stems(task.question)
    there = content_stems(text.text[best.start : best.end]) | content_stems(text.lead)
    return margin, log1p(text.rank), len(asked & there) / max(1, len(asked))


def _said(sentence: str, lead: str) -> str:
    return f"{lead}: {sentence[:_LONGEST]}" if lead else sentence[:_LONGEST]


def _given(one: Sentence, passage: int, composed: Composed) -> bool:
    """Whether a sentence is part of a statement."""
    return one.passage == passage and any(start < one.end and one.start < end for start, end in composed.spans)


def quotable(text: Text) -> list[Range]:
    """The sentences that can be an answer: no heading, not a table's either, no code, question or line of links.

    Nothing in them is barred.
    """
    unfit = [(each.start, each.end) for each in text.laid if each.kind in ("heading", "code") or _heads(each)]
    found = []
    for start, end in sentence_spans(text.text):
        said = text.text[start:end]
        if (
            not _SAYS.search(said)
            or len(_LINK.sub("", said).split()) < _FEWEST
            or is_question(said)
            or said.startswith("#")
        ):
            continue
        if not any(left < end and start < right for left, right in (*unfit, *text.barred)):
            found.append((start, end))
    return found


def _heads(block: Block) -> bool:
    """Whether it is the header of a table, as its reader saw it."""
    return block.kind == "row" and block.level == 1


def stated(text: Text, best: Sentence, own: Sequence[Sentence]) -> Composed:
    """The sentence with the list that it leads into, or with the neighbours that are nearly as good."""
    for listing in listings(text):
        if listing.intro is not None and listing.intro[0] <= best.start < listing.intro[1]:
            return _led(text, best, [(item.start, item.end) for item in listing.items[:_ITEMS]])
        if listing.intro is not None and listing.holds(best.start, best.end) and not _barred(text, listing.intro):
            item = next(each for each in listing.items if each.line <= best.start and best.end <= each.end)
            return behind_lead(text, listing.intro, (item.start, item.end))
    if row := row_told(text, (best.start, best.end)):
        return Composed(row, ((best.start, best.end),))
    first, last = _with_neighbours(text, best, own)
    return Composed(text.text[first:last], ((first, last),))


def _with_neighbours(text: Text, best: Sentence, own: Sequence[Sentence]) -> Range:
    """The sentence, and those right beside it in its paragraph that are nearly as good."""
    first, last = best.start, best.end
    around = next((b for b in text.laid if b.start <= best.start and best.end <= b.end), None)
    if around is not None and around.kind == "item":
        first = max(first, item_words(text.text, around)[0])
    fellows = [one for one in own if around is not None and around.start <= one.start and one.end <= around.end]
    at = next((number for number, one in enumerate(fellows) if one.start == best.start), None)
    if at is not None:
        before, after = fellows[:at][::-1], fellows[at + 1 :]
        count = 1
        for one in after[: _MOST - 1]:
            if one.score < max(0.0, best.score - _NEAR) or text.text[last : one.start].strip():
                break
            last, count = one.end, count + 1
        for one in before[: _MOST - count]:
            if one.score < max(0.0, best.score - _NEAR) or text.text[one.end : first].strip():
                break
            first = one.start
    return first, last


def _led(text: Text, best: Sentence, items: Sequence[Range]) -> Composed:
    """The words that lead into a list, and its items; one stretch, where nothing in it is barred."""
    kept = [each for each in items if not _barred(text, each)]
    said = [text.text[best.start : best.end], *(" ".join(text.text[slice(*each)].split()) for each in kept)]
    whole = (best.start, items[-1][1])
    spans = ((best.start, best.end), *kept) if _barred(text, whole) else (whole,)
    return Composed(BULLET.join(said), spans)


def _barred(text: Text, span: Range) -> bool:
    return any(left < span[1] and span[0] < right for left, right in text.barred)
