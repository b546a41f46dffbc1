"""What the answer flow is asked for, and what it ends in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from steep.kinds import Chance
    from steep.values import Answer, Called, Caller, Hit, Message

__all__ = ["DEFAULT", "AnswerRequest", "Finished", "Found", "SearchRequest"]

DEFAULT = "rag"
"""The profile that answers where a request names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRequest:
    """``caller`` is who asks, and says what may be seen; ``within`` (document ids) can only narrow it.

    ``profile`` may be `auto` where steep.toml has a router. ``history`` holds the turns before, oldest first; its
    system messages are added to the profile's prompt, and ``earlier`` are the documents that its answers rest on, None
    where nobody knows. ``max_tokens`` can only lower what steep.toml sets. ``adapter``
    replaces the profile's, where its arm uses one. ``schema`` is a JSON schema that the answer's text must fit,
    ``stop`` are texts before which it ends, and ``chances`` asks for the probability of each token, and of so many
    others. ``confirm`` is asked before a tool changes something; None where nobody can be asked.
    ``given_up`` says that nobody waits for the answer any more: the work ends with GivenUp.
    """

    question: str
    caller: Caller
    history: tuple[Message, ...] = ()
    earlier: frozenset[str] | None = None
    profile: str = DEFAULT
    within: frozenset[str] | None = None
    max_tokens: int | None = None
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    adapter: str | None = None
    schema: Mapping[str, Any] | None = None
    chances: int | None = None
    functions: tuple[Mapping[str, Any], ...] = ()
    must_call: bool = False
    since: tuple[Message, ...] = ()
    confirm: Callable[[Called], bool] | None = None
    given_up: Callable[[], bool] | None = None

    @property
    def rests_on(self) -> tuple[str, ...] | None:
        """The documents whose words the turns may hold that somebody else wrote; None where nobody knows."""
        if not self.since and all(turn.role != "assistant" for turn in self.history):
            return ()
        return None if self.since or self.earlier is None else tuple(sorted(self.earlier))


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """``k`` None stands for the number of passages that steep.toml sets; ``profile`` is whose guardrails are heeded."""

    question: str
    caller: Caller
    k: int | None = None
    within: frozenset[str] | None = None
    profile: str = DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found, and in which generation."""

    hits: tuple[Hit, ...]
    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The end of a stream: the answer, and how it came to be.

    ``sent`` is what was passed on before. The answer's text begins with it, unless a guardrail stopped the answer, or
    changed it, once it was whole. ``cut`` says that it ended at ``max_tokens``. ``chances`` are the tokens of its text
    as the model wrote it, without the markers that were checked since; none where a guardrail changed it.
    """

    answer: Answer
    sent: str = ""
    cut: bool = False
    chances: tuple[Chance, ...] = ()
