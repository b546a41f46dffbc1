"""What a model is measured with and what it learns from: questions, pairs, and the rows of training."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from steep.values.ask import Message
from steep.values.text import Passage, Span, content_id

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a person says the answer stands: a path, and a span or a quote of it."""

    document: str
    start: int | None = None
    end: int | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question to measure with, as people wrote it. No ``answers`` means that it cannot be answered."""

    id: str
    question: str
    answers: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    split: str = ""
    kind: str = ""

    @property
    def answerable(self) -> bool:
        return bool(self.answers)


PERSON = "person"
"""The synthesizer of a pair that is a question of the user's own."""

ELSEWHERE = "elsewhere"
"""The kind of a pair that the index answers, but not the passages it brings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A question with its answer, and all that explains it.

    ``spans`` are where the answer stands; none for an unanswerable pair, whose ``answer`` is empty and whose
    ``passages`` are the nearest ones, which do not answer it. ``rule`` names the rule or prompt that wrote it.
    """

    question: str
    answer: str
    passages: tuple[str, ...]
    spans: tuple[Span, ...]
    synthesizer: str
    kind: str
    rule: str
    seed: int
    scores: Mapping[str, float] = field(default_factory=dict)

    @property
    def answerable(self) -> bool:
        return bool(self.spans)

    @property
    def id(self) -> str:
        return content_id("pair", self.question, self.answer, *self.passages, self.synthesizer, self.rule)

    def scored(self, name: str, value: float) -> Pair:
        """The pair with one more score; its id stays."""
        return replace(self, scores={**self.scores, name: round(value, 4)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What a formatter makes of a pair; the last message is the assistant's, and only it is supervised."""

    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """Running text, learned from its first token to its last: a document as it stands."""

    text: str
    source: str = ""

    @property
    def id(self) -> str:
        return content_id("text", self.source, self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRow:
    """A conversation whose last message is the assistant's, and only that one is learned.

    Rows that begin with the same messages (one passage, several questions) share their cost when they are packed.
    """

    messages: tuple[Message, ...]

    @property
    def id(self) -> str:
        return content_id("chat", *(part for each in self.messages for part in (each.role, each.content)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceRow:
    """A prompt with a reply that was preferred to another.

    ``beta`` is how strongly it holds a model to its reference.
    """

    messages: tuple[Message, ...]
    chosen: str
    rejected: str
    beta: float = 0.1

    @property
    def id(self) -> str:
        said = (part for each in self.messages for part in (each.role, each.content))
        return content_id("preference", *said, "", self.chosen, self.rejected, repr(self.beta))


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanRow:
    """A question with passages, golden ones first, and where in them its answer stands; no spans: nowhere.

    ``person`` says that somebody asked it, and no rule.
    """

    question: str
    answer: str
    passages: tuple[Passage, ...]
    spans: tuple[Span, ...] = ()
    person: bool = False

    @property
    def answerable(self) -> bool:
        return bool(self.spans)

    @property
    def id(self) -> str:
        return content_id("span", self.question, self.answer, *(passage.id for passage in self.passages))


Row = TextRow | ChatRow | PreferenceRow | SpanRow
"""A row of training; an objective says which sort it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterVersion:
    """An immutable adapter: ``version`` is the hash of its content, ``folder`` holds PEFT's own layout."""

    name: str
    version: str
    folder: str
    base: str
    score: float | None
    lineage: Mapping[str, Any] = field(default_factory=dict)
