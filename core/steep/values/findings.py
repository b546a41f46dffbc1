"""What was found out: by guardrails about a text, by metrics about an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Action = Literal["allow", "rewrite", "refuse", "escalate"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a guardrail decided, after the policy of steep.toml was applied."""

    guardrail: str
    stage: Literal["input", "passages", "output"]
    action: Action
    reason: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A metric's value for one question, or None and the reason why it was not measured."""

    value: float | None
    reason: str = ""
