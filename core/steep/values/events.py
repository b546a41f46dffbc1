"""What happened, typed, for whoever wants to know: audit, metrics, drift. Trackers see events; no flow knows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from steep.values.ask import Answer, Caller

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStarted:
    """A stage of a flow began; ``details`` are counts and names, never document text."""

    flow: str
    name: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageEnded:
    """A stage ended, well or with an ``error``; ``answer`` is the id of the answer it worked for, if for one."""

    flow: str
    name: str
    ok: bool
    seconds: float
    error: str = ""
    answer: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A question was answered, or refused, for a caller; ``at`` is seconds since the epoch."""

    answer: Answer
    caller: Caller
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCalled:
    """A tool was called for an answer, or was not because nobody confirmed it; never with its words."""

    answer: str
    caller: str
    tool: str
    outcome: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterMoved:
    """An alias points to another adapter version, and why."""

    name: str
    alias: str
    version: str
    previous: str | None
    reason: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutBegan:
    """An alias answers a share of its callers with another version from here on."""

    rollout: str
    name: str
    alias: str
    candidate: str
    share: float
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutEnded:
    """All callers are answered with one version again; ``outcome`` is promoted, rolled back or stopped."""

    rollout: str
    name: str
    alias: str
    candidate: str
    outcome: str
    reason: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackGiven:
    """A person judged an answer: ``right``, or not, or wrote what would have been ``better``."""

    answer: str
    caller: str
    right: bool | None
    better: str
    at: float


Event = StageStarted | StageEnded | ToolCalled | Answered | AdapterMoved | RolloutBegan | RolloutEnded | FeedbackGiven
