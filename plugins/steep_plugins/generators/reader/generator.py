"""The generator `extract`: it answers in the words of the passages, says how sure it is, and abstains if it is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from steep.engine.device import resolved
from steep.kinds import Abstain, Aside, Quote, Said, Weighed
from steep.language import language_of
from steep_plugins.encoders import verified
from steep_plugins.generators.chat import chances_are, courtesy
from steep_plugins.generators.comparing import compared
from steep_plugins.generators.reader.adapters import Networks, Tuned
from steep_plugins.generators.reader.card import card
from steep_plugins.generators.reader.joining import whole_answer
from steep_plugins.generators.reader.meaning import SentenceMeaning
from steep_plugins.generators.reader.reading import Task, Text
from steep_plugins.generators.reader.rows import lead_of
from steep_plugins.generators.reader.starter import STARTERS
from steep_plugins.generators.reader.statements import Scaling, Statements
from steep_plugins.generators.reader.whole import unmarked
from steep_plugins.generators.reader.windows import Encoder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from steep.kinds import AdapterRef, Asked, AtHand, LoraShape, Saying, Trainee
    from steep.values import Passage
    from steep_plugins.generators.reader.composing import Composed
    from steep_plugins.generators.reader.confidence import Calibration
    from steep_plugins.generators.reader.starter import Starter
    from steep_plugins.generators.reader.statements import Stated
    from steep_plugins.generators.reader.trunk import Trunk

NAMED = 0.8
"""The least confidence in an answer whose place the question names: a table's row and column, or a list's heading.

A cautious guess: of 48 questions asked of the sample domain while these rules were written, 20 of 21 such answers were
right. The network's own confidence, fitted on paragraphs of prose, is far too low for them.
"""

NEAR = 0.25
"""The least probability of a statement that is pointed at, where nothing is sure enough to be an answer."""

KEPT = 64
"""Windows whose states are kept between the search for spans and that for statements: more than a question has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Likeliest:
    """What is likeliest to answer, how sure that is and would have to be, and what to point at where it is not."""

    composed: Composed
    quotes: tuple[Quote, ...]
    sure: float
    needed: float
    nearest: tuple[Quote, ...] = ()


class ReaderGenerator:
    """An encoder with its starter merged in; a request's adapter goes on top. Loads when first asked.

    ``threshold`` replaces those of spans and of statements: answers of lower confidence become abstentions. Without
    ``sentences`` spans alone are given, and a whole sentence never.
    """

    def __init__(
        self,
        *,
        starter: Starter = STARTERS["minilm"],
        device: str = "cpu",
        adapters: int = 4,
        threshold: float | None = None,
        sentences: bool = True,
    ) -> None:
        self._starter = starter
        self._device = device
        self._threshold = threshold
        self._sentences = sentences
        self.encoder = Encoder(verified(starter.encoder).tokenizer)
        self.meaning = SentenceMeaning(device=device)
        self._digest = starter.digest
        self._networks = Networks(
            starter,
            self.encoder,
            self.meaning,
            digest=self._digest,
            device=device,
            capacity=adapters,
            kept=KEPT if starter.together else 0,
        )
        self._statements = Statements(
            self._for_statements, self.encoder, self.meaning, Scaling.load(starter.statements)
        )

    @property
    def digest(self) -> str:
        return self._digest

    @property
    def card(self) -> str:
        """What was measured of the starter."""
        return card(self._starter.folder)

    @property
    def closed_book(self) -> bool:
        return False

    @property
    def others(self) -> tuple[str, ...]:
        return ()

    def answer(self, asked: Asked, at_hand: AtHand) -> Iterator[Saying]:
        if (said := courtesy(asked, at_hand)) is not None:
            yield Aside(text=said)
            return
        if (both := compared(asked, at_hand, self.answer)) is not None:
            yield from both
            return
        tuned = self.tuned(at_hand.adapter)
        if lacking := _lacking(asked):
            yield Abstain(reason=lacking)
            return
        likeliest = self._likeliest(asked, at_hand, tuned)
        if likeliest is None:
            yield Weighed(confidence=0.0)
            yield Abstain(reason="the passages hold no words that may be quoted")
            return
        # the question and each passage once, though a long passage is read in overlapping windows
        read = (text for hit in asked.hits for text in (lead_of(hit.passage), hit.passage.text))
        yield Weighed(prompt_tokens=self.encoder.count(asked.question, *read), confidence=likeliest.sure)
        if likeliest.sure < likeliest.needed and not asked.insist:
            yield from likeliest.nearest
            yield Abstain(
                reason="what comes nearest is right with "
                + chances_are(likeliest.sure, least=likeliest.needed, key="threshold")
                + _not_in_english(asked.question)
            )
            return
        if likeliest.composed.cut:
            yield Weighed(note="what is listed goes on in passages that were not at hand")
        yield from likeliest.quotes
        text = unmarked(likeliest.composed.text)
        # before the words: at a stop text nothing more is taken from here
        yield Weighed(tokens=self.encoder.count(_before(text, asked.stop)))
        yield Said(text=text)

    def _likeliest(self, asked: Asked, at_hand: AtHand, tuned: Tuned) -> _Likeliest | None:
        """The best span with what belongs to it, or, where that is not firm, the best statement.

        The statement says whether there is an answer, and the span within it is given where both agree.
        """
        passages = [hit.passage for hit in asked.hits]
        texts = tuple(
            Text.of(passage, rank=rank, barred=tuple(asked.barred.get(passage.id, ())))
            for rank, passage in enumerate(passages)
        )
        task = Task(question=asked.question, texts=texts)
        found = tuned.spans.read(task)
        if not found:
            return None
        composed, quotes = whole_answer(asked.question, passages, texts, found, at_hand.read, sentences=self._sentences)
        sure = max(tuned.calibration.probability(found), NAMED if composed.named else 0.0)
        span = _Likeliest(composed=composed, quotes=quotes, sure=sure, needed=self.threshold(tuned.calibration))
        if sure >= max(self._statements.scaling.firm, span.needed) or asked.insist or not self._sentences:
            return span
        stated = self._statements.best(task, found)
        if stated is None:
            return span
        place = passages[stated.passage]
        likeliest = _Likeliest(
            composed=stated.composed,
            quotes=_quotes(place, stated.composed.spans),
            sure=stated.probability,
            needed=self._least,
            nearest=_near(stated, passages),
        )
        within = all(quote.passage == place.id and stated.shortened(quote.start, quote.end) for quote in quotes)
        return (
            replace(likeliest, composed=composed, quotes=quotes)
            if sure >= self._statements.scaling.agreed and within
            else likeliest
        )

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

        model = adapted(self._starter.base(), shape, seed=seed, start=start, digest=self._digest)
        return SpanTrainee(model.to(resolved(self._device)), self.encoder, self.meaning, self._starter)

    def _for_statements(self) -> tuple[Trunk, Any]:
        return self._starter.for_statements(
            lambda: self._networks.get(None).spans.trunk,
            nothing=self.encoder.marks.nothing,
            device=resolved(self._device),
        )


def _quotes(passage: Passage, spans: Iterable[tuple[int, int]]) -> tuple[Quote, ...]:
    return tuple(Quote(passage=passage.id, start=start, end=end) for start, end in spans)


def _near(stated: Stated | None, passages: Sequence[Passage]) -> tuple[Quote, ...]:
    """A statement and the next ones, for who asked to read; nothing where they are far from any answer."""
    if stated is None or stated.probability < NEAR:
        return ()
    others = [_quotes(passages[one.passage], [(one.start, one.end)]) for one in stated.others]
    return (*_quotes(passages[stated.passage], stated.composed.spans), *(quote for each in others for quote in each))


def _before(text: str, stops: Sequence[str]) -> str:
    """What of a text stands before the first stop text in it."""
    return text[: min((text.index(stop) for stop in stops if stop in text), default=len(text))]


def _not_in_english(question: str) -> str:
    """What is said beside a refusal of a question in another language: documents may hold what this reader misses."""
    told = language_of(question)
    if told.code in ("", "en"):
        return ""
    return f"; the reader was taught English alone, and the question is in {told.name}"


def _lacking(asked: Asked) -> str:
    """What stands in the way of any answer."""
    if asked.schema is not None:
        return "this generator quotes the documents, and cannot put an answer into another form"
    if not asked.hits:
        return "the reader answers only from passages, and it was given none"
    return "" if asked.question.strip() else "the question is empty"
