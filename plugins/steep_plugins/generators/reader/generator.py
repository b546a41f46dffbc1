"""The generator `extract`: it answers in the words of the passages, says how sure it is, and abstains if it is not."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from steep.engine.device import resolved
from steep.kinds import Abstain, Aside, Quote, Said, Weighed
from steep_plugins.generators.chat import courtesy
from steep_plugins.generators.reader.adapters import Networks, Tuned
from steep_plugins.generators.reader.card import card
from steep_plugins.generators.reader.joining import whole_answer
from steep_plugins.generators.reader.meaning import SentenceMeaning
from steep_plugins.generators.reader.reading import Task, Text
from steep_plugins.generators.reader.starter import STARTER, starter_calibration, starter_digest
from steep_plugins.generators.reader.statements import Statements
from steep_plugins.generators.reader.whole import unmarked
from steep_plugins.generators.reader.windows import Encoder
from steep_plugins.minilm import MODEL_SHA256, verified_weights

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from steep.kinds import AdapterRef, Asked, AtHand, LoraShape, Saying, Trainee
    from steep.values import Passage
    from steep_plugins.generators.reader.confidence import Calibration
    from steep_plugins.generators.reader.statements import Stated

NAMED = 0.8
"""The least confidence in an answer whose place the question names: a table's row and column, or a list's heading.

A cautious guess: of 48 questions asked of the sample domain while these rules were written, 20 of 21 such answers were
right. The network's own confidence, fitted on paragraphs of prose, is far too low for them.
"""

NEAR = 0.25
"""The least probability of a statement that is pointed at, where nothing is sure enough to be an answer."""


class ReaderGenerator:
    """MiniLM with the starter adapter merged in; a request's adapter goes on top. Loads when first asked.

    ``threshold`` replaces the calibrated one: answers of lower confidence become abstentions. With ``sentences``, a
    question that asks how or why is answered with the whole sentence.
    """

    def __init__(
        self,
        *,
        starter: Path = STARTER,
        device: str = "cpu",
        adapters: int = 4,
        threshold: float | None = None,
        sentences: bool = True,
    ) -> None:
        self._weights = verified_weights()
        self._starter = starter
        self._device = device
        self._threshold = threshold
        self._sentences = sentences
        self.encoder = Encoder(self._weights.tokenizer)
        self.meaning = SentenceMeaning(device=device)
        self._statements = Statements(self._base, self.encoder, self.meaning, device=device)
        self._digest = hashlib.sha256(f"{MODEL_SHA256}\n{starter_digest(starter)}".encode()).hexdigest()
        self._networks = Networks(
            self._base,
            self.encoder,
            self.meaning,
            starter_calibration(starter),
            digest=self._digest,
            device=device,
            capacity=adapters,
        )

    @property
    def digest(self) -> str:
        return self._digest

    @property
    def card(self) -> str:
        """What was measured of the starter."""
        return card(self._starter)

    @property
    def closed_book(self) -> bool:
        return False

    @property
    def others(self) -> tuple[str, ...]:
        return ()

    def answer(self, asked: Asked, at_hand: AtHand) -> Iterator[Saying]:
        if (said := courtesy(asked.question, at_hand)) is not None:
            yield Aside(text=said)
            return
        tuned = self.tuned(at_hand.adapter)
        if lacking := _lacking(asked):
            yield Abstain(reason=lacking)
            return
        passages = [hit.passage for hit in asked.hits]
        texts = tuple(
            Text.of(passage, rank=rank, barred=tuple(asked.barred.get(passage.id, ())))
            for rank, passage in enumerate(passages)
        )
        task = Task(question=asked.question, texts=texts)
        found = tuned.spans.read(task)
        if not found:
            yield Weighed(confidence=0.0)
            yield Abstain(reason="the passages hold no words that may be quoted")
            return
        composed, quotes = whole_answer(asked.question, passages, texts, found, at_hand.read, sentences=self._sentences)
        confidence = tuned.calibration.probability(found)
        if composed.named:
            confidence = max(confidence, NAMED)
        threshold = self.threshold(tuned.calibration)
        # the question and each passage once, though a long passage is read in overlapping windows
        yield Weighed(prompt_tokens=self.encoder.count(asked.question, *(t for x in texts for t in (x.lead, x.text))))
        unsure = confidence < threshold and not asked.insist
        stated = self._statements.best(task) if unsure and self._sentences else None
        if stated is not None and stated.probability >= max(confidence, self._least):
            confidence, composed, unsure = stated.probability, stated.composed, False
            quotes = _quotes(passages[stated.passage], stated.composed.spans)
        yield Weighed(confidence=confidence)
        if unsure:
            yield from _nearest(stated, passages)
            given = [(confidence, threshold), *([(stated.probability, self._least)] if stated else [])]
            sure, needed = max(given)
            yield Abstain(
                reason=f"the likeliest is right with an estimated probability of {sure:.2f}; {needed:.2f} is needed"
            )
            return
        if composed.cut:
            yield Weighed(note="what is listed goes on in passages that were not at hand")
        yield from quotes
        yield Said(text=unmarked(composed.text))
        yield Weighed(tokens=self.encoder.count(composed.text))

    @property
    def _least(self) -> float:
        """The least probability with which a statement is given."""
        return self._statements.scaling.threshold if self._threshold is None else self._threshold

    def tuned(self, adapter: AdapterRef | None) -> Tuned:
        return self._networks.get(adapter)

    def threshold(self, calibration: Calibration) -> float:
        return calibration.threshold if self._threshold is None else self._threshold

    def trainee(self, shape: LoraShape, seed: int, start: AdapterRef | None = None) -> Trainee:
        from steep_plugins.generators.reader.trainee import SpanTrainee, adapted

        model = adapted(self._base(), shape, seed=seed, start=start, digest=self._digest)
        calibration = starter_calibration(self._starter)
        return SpanTrainee(
            model.to(resolved(self._device)), self.encoder, self.meaning, calibration, digest=self._digest
        )

    def _base(self) -> Any:
        from steep_plugins.generators.reader.model import bare_reader, merged

        return merged(bare_reader(self._weights), self._starter, name="starter")


def _quotes(passage: Passage, spans: Iterable[tuple[int, int]]) -> tuple[Quote, ...]:
    return tuple(Quote(passage=passage.id, start=start, end=end) for start, end in spans)


def _nearest(stated: Stated | None, passages: Sequence[Passage]) -> Iterator[Quote]:
    """The statement that was not sure enough, and the next ones; nothing where they are far from any answer."""
    if stated is not None and stated.probability >= NEAR:
        yield from _quotes(passages[stated.passage], stated.composed.spans)
        for one in stated.others:
            yield from _quotes(passages[one.passage], [(one.start, one.end)])


def _lacking(asked: Asked) -> str:
    """What stands in the way of any answer."""
    if asked.schema is not None:
        return "this generator quotes the documents, and cannot put an answer into another form"
    if not asked.hits:
        return "the reader answers only from passages, and it was given none"
    return "" if asked.question.strip() else "the question is empty"
