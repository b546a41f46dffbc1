"""What is asked, by whom, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from steep.values.findings import Verdict
from steep.values.text import Passage, content_id

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A way to answer that every project has: with passages or without, with a tuned adapter or without."""

    name: str
    retrieves: bool
    tuned: bool


PRESETS: Mapping[str, Arm] = MappingProxyType(
    {
        arm.name: arm
        for arm in (
            Arm(name="base", retrieves=False, tuned=False),
            Arm(name="rag", retrieves=True, tuned=False),
            Arm(name="tuned", retrieves=False, tuned=True),
            Arm(name="both", retrieves=True, tuned=True),
        )
    }
)
"""The arms by name, in order of cost: presets over the default profile, and what `measure` compares."""

ARMS: tuple[str, ...] = tuple(PRESETS)


Scope = Literal["ask", "edit", "operate", "admin"]
SCOPES: tuple[Scope, ...] = ("ask", "edit", "operate", "admin")
"""What a caller may do, each with all that stands before it: ask and search; write pairs, documents and reviews; start
runs, move adapters and look at what others asked; make keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, made once where a request comes in: the command line, a key, a proxy's header.

    ``documents`` lists the ids of the documents that the caller may see; None stands for all of them. A retriever
    requires a caller, and nothing widens what one may see. ``groups`` are those that this was decided by, for documents
    that are still to come. ``scope`` is what the caller may do.
    """

    name: str
    documents: frozenset[str] | None = None
    groups: frozenset[str] = frozenset()
    scope: Scope = "ask"

    def allows(self, document: str) -> bool:
        return self.documents is None or document in self.documents

    def may(self, scope: Scope) -> bool:
        return SCOPES.index(self.scope) >= SCOPES.index(scope)


OPERATOR = Caller(name="operator", scope="admin")
"""Whoever has the project's files: the command line, and the flows when they ask for themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A tool that the model wants called; ``arguments`` is the JSON text it wrote."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A turn of a conversation. An assistant's may hold ``calls``; a tool's answers the one that ``call`` names."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    calls: tuple[ToolCall, ...] = ()
    call: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A step on the way to an answer: a tool that was to be called, and what came of it.

    ``arguments`` is JSON text; ``result`` is what the tool said, or why it said nothing: it failed, it was given up as
    late, or it changes something and nobody confirmed it (``unconfirmed``). One that is ``handed`` is a function of
    whoever asked, for them to call: it stands in place of the answer. By its ``id`` it can be confirmed: the same for
    the same tool and arguments, also where a guardrail took something out of what is shown of them.
    """

    name: str
    arguments: str
    result: str
    outcome: Literal["answered", "failed", "late", "unconfirmed", "handed"] = "answered"
    seconds: float = 0.0
    id: str = ""

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", content_id("call", self.name, self.arguments))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that was retrieved. ``parts`` holds the score each index gave, by the index's name.

    ``also`` are its copies elsewhere, as far as the caller may see them: they say the same, so one of them is shown.
    """

    passage: Passage
    score: float
    rank: int
    parts: Mapping[str, float] = field(default_factory=dict)
    also: tuple[Passage, ...] = ()

    @property
    def places(self) -> tuple[Passage, ...]:
        """The passage and its copies."""
        return (self.passage, *self.also)


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
class Versions:
    """What an answer rests on, so that it can be explained later: empty where a part had no say in it.

    ``model`` is the digest of the model that wrote it; ``prompt`` and ``guardrails`` are hashes of what was in force.
    ``rollout`` is the id of the one that chose between two versions of the adapter.
    """

    generation: int | None = None
    model: str = ""
    adapter: str | None = None
    prompt: str = ""
    guardrails: str = ""
    rollout: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one question. ``refusal`` says why, when it abstained.

    ``id`` is how it is looked up again; ``caller`` is the name of who asked. ``confidence`` is the estimated
    probability that the answer is right, or None where the generator has none. ``hits`` are what was found, also where
    none of it answers the question. ``note`` says what was left out to fit the model. ``calls`` are the tools that were
    called for it, in order; ``route`` says why a router chose the profile. ``nearest`` are the words that come nearest
    to the question, where there is no answer that is sure enough. ``standalone`` is the question as it was
    searched for, "" where it stood alone as it was asked. ``earlier`` are the documents that the turns before rest on,
    whose words it may repeat; None where nobody knows which they are. ``prompt_tokens`` were read for it by whatever
    answered, in all, and ``tokens`` written, 0 where nothing counts them.
    """

    question: str
    text: str
    citations: tuple[Citation, ...]
    confidence: float | None
    abstained: bool
    refusal: str = ""
    nearest: tuple[Citation, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    hits: tuple[Hit, ...] = ()
    timings: tuple[Timing, ...] = ()
    arm: str = "rag"
    profile: str = "rag"
    id: str = ""
    caller: str = ""
    versions: Versions = field(default_factory=Versions)
    note: str = ""
    calls: tuple[Called, ...] = ()
    route: str = ""
    standalone: str = ""
    earlier: tuple[str, ...] | None = ()
    prompt_tokens: int = 0
    tokens: int = 0

    @property
    def escalated(self) -> bool:
        return any(verdict.action == "escalate" for verdict in self.verdicts)
