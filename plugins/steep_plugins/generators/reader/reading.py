"""Reading: a question and passages in, the spans that answer it best out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from steep.language import sentence_around
from steep.values import blocks_in, derived_blocks, lists_of, tables_of
from steep_plugins.generators.reader.clues import Asked, clues, total
from steep_plugins.generators.reader.rows import lead_of
from steep_plugins.generators.reader.trunk import Trunk, readied
from steep_plugins.generators.reader.whole import holds_code, is_question, structural_breaks
from steep_plugins.generators.reader.windows import Candidate, Encoder, Window, candidates, distinct
from steep_plugins.languages.en.questions import asks_for_code, sort_asked
from steep_plugins.languages.en.spans import holds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

    from steep.values import Block, ItemList, Passage, Table
    from steep_plugins.encoders.bert import Bert
    from steep_plugins.generators.reader.meaning import SentenceMeaning
    from steep_plugins.generators.reader.trunk import Lined
    from steep_plugins.generators.reader.windows import Logits

    Job = tuple[int, int, Window]
    """The number of the task, that of the passage in it, and a window of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """``lead`` is title and headings, read but never quoted; no answer may touch a barred range.

    ``rank`` is how many passages were retrieved before it; 0 also where they are in no order. ``blocks``, as offsets
    into the text, are read out of it where there are none. ``before``, ``resumes`` and ``continues`` are what the
    passage says of the list or table that its edge cuts.
    """

    text: str
    lead: str = ""
    rank: int = 0
    barred: tuple[tuple[int, int], ...] = ()
    blocks: tuple[Block, ...] = ()
    before: str = ""
    resumes: bool = False
    continues: bool = False

    @classmethod
    def of(cls, passage: Passage, *, rank: int = 0, barred: tuple[tuple[int, int], ...] = ()) -> Text:
        return cls(
            text=passage.text,
            lead=lead_of(passage),
            rank=rank,
            barred=barred,
            blocks=blocks_in(passage),
            before=passage.lead,
            resumes=passage.resumes,
            continues=passage.continues,
        )

    @property
    def laid(self) -> tuple[Block, ...]:
        """Its blocks."""
        return self.blocks or derived_blocks(self.text)

    @property
    def tables(self) -> tuple[Table, ...]:
        return tables_of(self.text, self.laid, lead=self.before, resumes=self.resumes)

    @property
    def lists(self) -> tuple[ItemList, ...]:
        return lists_of(self.text, self.laid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One question over its passages."""

    question: str
    texts: tuple[Text, ...]


NBEST = 8
"""Spans of a passage that the clues choose among."""

SENTENCES = 6
"""Sentences whose meaning is compared with the question: each costs time, and the right one is seldom below them."""

SPREAD, MIDDLE = 5.0, 0.5
"""Bring cosines, which lie close together, to the spread of the other clues, and about 0."""

LONGEST = 240
"""Characters of a sentence whose meaning is looked at: what has no full stop for longer is a table, or code."""

WRONG_SORT = 16.0
"""What the margin of a span loses that is not of the sort asked for (see ``quantities.py`` and ``codes.py``)."""

ASKS = 16.0
"""What the margin of a span loses that stands in a question."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The spans that may answer a question, and a row of clues for each (see ``CLUES``)."""

    spans: tuple[Candidate, ...]
    clues: tuple[tuple[float, ...], ...]

    def weighed(self, weights: Sequence[float]) -> list[Candidate]:
        """The spans, their margins replaced by all that speaks for them."""
        return [replace(span, margin=total(weights, row)) for span, row in zip(self.spans, self.clues, strict=True)]

    def place(self, span: Candidate) -> int:
        """Which of the spans one of those weighed was."""
        return [_place(each) for each in self.spans].index(_place(span))


class SpanReader:
    """A network with a head for spans, what makes windows for it, and the weights of the clues. Threads can share it.

    ``network`` reads on ``device``; the states of its last ``kept`` windows stay at hand.
    """

    def __init__(
        self,
        network: Bert | Lined,
        head: nn.Linear,
        encoder: Encoder,
        meaning: SentenceMeaning,
        *,
        preference: Sequence[float] = (),
        device: str = "cpu",
        batch: int = 16,
        kept: int = 0,
    ) -> None:
        self.trunk = Trunk(network, kept=kept)
        self._head = head.float().to(device)
        self.encoder = encoder
        self.meaning = meaning
        self.preference = tuple(preference)
        self.batch = batch

    @classmethod
    def of(
        cls,
        model: Any,
        encoder: Encoder,
        meaning: SentenceMeaning,
        *,
        preference: Sequence[float] = (),
        device: str = "cpu",
        batch: int = 16,
    ) -> SpanReader:
        """Of a network of transformers with a span head (`network.py`), in fp32, which is used up."""
        network = readied(model.base_model, nothing=encoder.marks.nothing, device=device)
        head = model.qa_outputs
        return cls(network, head, encoder, meaning, preference=preference, device=device, batch=batch)

    def read(self, task: Task, *, most: int = 5) -> list[Candidate]:
        """Up to ``most`` spans that do not overlap, best first; none where no passage has any word to quote."""
        return self.read_all([task], most=most)[0]

    def read_all(self, tasks: Sequence[Task], *, most: int = 5) -> list[list[Candidate]]:
        """As ``read`` for many questions; windows of all of them are batched together by length."""
        return [distinct(choice.weighed(self.preference), most) for choice in self.choices(tasks)]

    def choices(self, tasks: Sequence[Task]) -> list[Choice]:
        """Of each task the likeliest spans of its likeliest ``SENTENCES``, overlapping ones too, with their clues."""
        likely = [_likely(task, found, self.preference) for task, found in zip(tasks, self._found(tasks), strict=True)]
        compared = [(task.question, said) for task, shown in zip(tasks, likely, strict=True) for _, _, said in shown]
        nearness = iter(self.meaning.nearness(compared))
        return [
            Choice(
                tuple(span for span, _, _ in shown),
                tuple((span.margin, *row, SPREAD * (next(nearness) - MIDDLE)) for span, row, _ in shown),
            )
            for shown in likely
        ]

    def _found(self, tasks: Sequence[Task]) -> list[list[Candidate]]:
        """The ``NBEST`` spans of highest margin of each window of each task.

        Those of the sort that is asked for come before the others.
        """
        jobs: list[Job] = [
            (number, passage, window)
            for number, task in enumerate(tasks)
            for passage, text in enumerate(task.texts)
            for window in self.encoder.windows(task.question, text.text, text.lead)
        ]
        jobs.sort(key=lambda job: len(job[2].ids))
        found: list[list[Candidate]] = [[] for _ in tasks]
        for part in map(jobs.__getitem__, self.trunk.batches([len(job[2].ids) for job in jobs], self.batch)):
            starts, ends = self._logits([window for _, _, window in part])
            for row, (number, passage, window) in enumerate(part):
                text = tasks[number].texts[passage]
                found[number] += candidates(
                    starts[row],
                    ends[row],
                    window,
                    self.encoder.pieces(text.text),
                    passage=passage,
                    barred=text.barred,
                    breaks=structural_breaks(text.laid),
                    most=NBEST,
                )
        return [answering(task, of_sort(task, spans)) for task, spans in zip(tasks, found, strict=True)]

    def _logits(self, windows: Sequence[Window]) -> tuple[list[Logits], list[Logits]]:
        import torch

        with torch.inference_mode():
            logits = [self._head(states).cpu().numpy() for states in self.trunk.read(windows)]
        return [each[:, 0] for each in logits], [each[:, 1] for each in logits]


def of_sort(task: Task, found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, with a lower margin where they hold nothing of the sort that the question asks for.

    That is a quantity, or a name in code; where no candidate holds such a name, none is needed.
    """
    sort = sort_asked(task.question)
    if sort is None and not asks_for_code(task.question):
        return list(found)
    places = [(task.texts[one.passage].text, one.start, one.end) for one in found]
    fits = [holds(sort, *place) if sort else holds_code(*place) for place in places]
    if sort is None and not any(fits):
        return list(found)
    return [one if fit else replace(one, margin=one.margin - WRONG_SORT) for one, fit in zip(found, fits, strict=True)]


def answering(task: Task, found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, with a lower margin where their own sentence asks: a question answers none."""
    around = [task.texts[one.passage].text for one in found]
    asks = [
        is_question(text[slice(*sentence_around(text, one.start, one.end))])
        for text, one in zip(around, found, strict=True)
    ]
    return [replace(one, margin=one.margin - ASKS) if ask else one for one, ask in zip(found, asks, strict=True)]


def _likely(
    task: Task, found: Sequence[Candidate], weights: Sequence[float]
) -> list[tuple[Candidate, tuple[float, ...], str]]:
    """Spans of the likeliest sentences, by all clues but meaning, best first: the span, its clues, what to compare."""
    asked = Asked.of(task.question)
    shown = []
    for span in found:
        text = task.texts[span.passage]
        sentence = text.text[slice(*sentence_around(text.text, span.start, span.end))]
        said = sentence[:LONGEST]
        row = clues(asked, text.text[span.start : span.end], sentence, heading=text.lead, rank=text.rank)
        shown.append((span, row, f"{text.lead}: {said}" if text.lead else said))
    shown.sort(key=lambda one: (-total(weights[:-1], (one[0].margin, *one[1])), *_place(one[0])))
    kept = set(list(dict.fromkeys(said for _, _, said in shown))[:SENTENCES])
    return [one for one in shown if one[2] in kept]


def _place(span: Candidate) -> tuple[int, int, int]:
    return span.passage, span.start, span.end
