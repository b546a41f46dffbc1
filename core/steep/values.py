"""The vocabulary: what flows through steep, as frozen keyword-only values.

The words here are the words everywhere: in code, on the command line, in JSON, on pages and in documents.
Character offsets are Python string indices into ``Document.text``: ``text[start:end]``.
"""

from __future__ import annotations

import bisect
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ARMS",
    "Action",
    "AdapterVersion",
    "Answer",
    "Arm",
    "Block",
    "BlockKind",
    "Citation",
    "Conversation",
    "Document",
    "Evidence",
    "Finding",
    "Generation",
    "Hit",
    "Message",
    "Pair",
    "Passage",
    "Question",
    "Scope",
    "Score",
    "Span",
    "Stage",
    "StageOutcome",
    "Timing",
    "Verdict",
    "content_id",
]

Arm = Literal["base", "rag", "tuned", "both"]
ARMS: tuple[Arm, ...] = ("base", "rag", "tuned", "both")

BlockKind = Literal["heading", "paragraph", "item", "row", "code", "quote"]


def content_id(*parts: str) -> str:
    """A stable id made of content: 24 hex digits of the SHA-256 of the length-prefixed parts."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()[:24]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A structural unit of a document: ``text[start:end]`` without the line break that ends it.

    ``level`` is a heading's depth (1 to 6) or an item's nesting (1 is outermost). A table's first ``row`` is its
    header, and has level 1; its other rows have level 2.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One version of a document, read to text.

    ``path`` is relative to the project, with forward slashes; it is what identifies a document across versions.
    ``text`` is Markdown-like whatever the format was, so that one set of rules reads structure from all of them.
    ``pages`` holds the offset at which each page begins, for formats that have pages.
    """

    path: str
    text: str
    title: str
    blocks: tuple[Block, ...] = ()
    pages: tuple[int, ...] = ()

    @property
    def id(self) -> str:
        return content_id("document", self.path)

    @property
    def version(self) -> str:
        return content_id("version", self.path, self.title, self.text, repr(self.pages), repr(self.blocks))

    def page_at(self, offset: int) -> int | None:
        """The page, counted from 1, that holds a character offset."""
        return bisect.bisect_right(self.pages, offset) if self.pages else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of a document that is retrieved as a unit: ``document.text[start:end] == text``.

    ``heading`` is the path of headings above it, outermost first, joined for indexing by ``indexed_text``.
    """

    document: str
    version: str
    path: str
    title: str
    start: int
    end: int
    text: str
    heading: tuple[str, ...] = ()
    page: int | None = None

    @property
    def id(self) -> str:
        return content_id("passage", self.version, str(self.start), str(self.end))

    @property
    def indexed_text(self) -> str:
        """What indexes and embedders see: title and headings supply the subject where the text says "it"."""
        above = [self.title, *(part for part in self.heading if part != self.title)]
        return "\n".join([" > ".join(part for part in above if part), self.text]).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a principal may see. The server derives it; a retriever requires it; nothing widens it.

    ``documents`` lists visible document ids; None stands for all of them.
    """

    documents: frozenset[str] | None = None

    def allows(self, document: str) -> bool:
        return self.documents is None or document in self.documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that was retrieved. ``parts`` holds the score each index gave, by the index's name."""

    passage: Passage
    score: float
    rank: int
    parts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a document's text, in one version of it."""

    document: str
    version: str
    start: int
    end: int
    text: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What a formatter makes of a pair; the last message is the assistant's, and only it is supervised."""

    messages: tuple[Message, ...]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a guardrail saw: ``text[start:end]`` of what it was given, and the rule that found it.

    ``passage`` is the id of the passage it stands in, where passages are checked.
    """

    rule: str
    start: int
    end: int
    score: float = 1.0
    passage: str | None = None


Action = Literal["allow", "rewrite", "refuse", "escalate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a guardrail decided, after the policy of steep.toml was applied."""

    guardrail: str
    stage: Literal["input", "passages", "output"]
    action: Action
    reason: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Points at a character span in a document version, with the words that stand there."""

    document: str
    version: str
    path: str
    start: int
    end: int
    text: str
    page: int | None = None
    heading: tuple[str, ...] = ()
    passage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    stage: str
    milliseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one question. ``refusal`` says why, when it abstained.

    ``confidence`` is the estimated probability that the answer is right, or None where the generator has none.
    """

    question: str
    text: str
    citations: tuple[Citation, ...]
    confidence: float | None
    abstained: bool
    refusal: str = ""
    verdicts: tuple[Verdict, ...] = ()
    hits: tuple[Hit, ...] = ()
    timings: tuple[Timing, ...] = ()
    arm: Arm = "rag"
    profile: str = "rag"
    adapter: str | None = None
    generation: int | None = None

    @property
    def escalated(self) -> bool:
        return any(verdict.action == "escalate" for verdict in self.verdicts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A metric's value for one question, or None and the reason why it was not measured."""

    value: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """A complete, immutable state of the index."""

    number: int
    documents: int
    passages: int
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterVersion:
    """An immutable adapter: ``version`` is the hash of its content, ``folder`` holds PEFT's own layout."""

    name: str
    version: str
    folder: str
    base: str
    score: float | None
    lineage: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of a flow, as observers see it; ``details`` are counts and names, never document text."""

    flow: str
    name: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageOutcome:
    ok: bool
    seconds: float
    error: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
