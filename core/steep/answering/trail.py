"""The trail of one request: what each stage left, and the answer that it ends in."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steep.answering.policy import refusal_of
from steep.stages import stage
from steep.values import Answer, Timing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from steep.answering.policy import StageResult
    from steep.answering.profiles import Profile
    from steep.kinds import Draft
    from steep.values import Citation, Event, Hit, Verdict

__all__ = ["Trail"]


@dataclass(slots=True, kw_only=True)
class Trail:
    """Collects verdicts, timings and hits while a request runs. ``clock`` gives seconds from any beginning."""

    question: str
    profile: Profile
    emit: Callable[[Event], None]
    clock: Callable[[], float]
    verdicts: list[Verdict] = field(default_factory=list)
    timings: list[Timing] = field(default_factory=list)
    hits: tuple[Hit, ...] = ()
    adapter: str | None = None
    generation: int | None = None
    confidence: float | None = None
    prompt_tokens: int = 0
    tokens: int = 0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage, and tell observers of it."""
        begun = self.clock()
        with stage(self.emit, "answer", name, profile=self.profile.name):
            yield
        self.timings.append(Timing(stage=name, milliseconds=1000 * (self.clock() - begun)))

    def note(self, result: StageResult) -> StageResult:
        self.verdicts += result.verdicts
        return result

    def drafted(self, draft: Draft) -> Draft:
        self.confidence = draft.confidence
        self.prompt_tokens += draft.prompt_tokens
        self.tokens += draft.tokens
        return draft

    def answered(self, text: str, citations: tuple[Citation, ...]) -> Answer:
        return self._answer(text=text, citations=citations)

    def abstained(self, refusal: str) -> Answer:
        return self._answer(refusal=refusal)

    def stopped(self, verdict: Verdict) -> Answer:
        """No answer, by a guardrail's verdict."""
        return self._answer(refusal=refusal_of(verdict))

    def _answer(self, *, text: str = "", citations: tuple[Citation, ...] = (), refusal: str = "") -> Answer:
        return Answer(
            question=self.question,
            text=text,
            citations=citations,
            confidence=self.confidence,
            abstained=bool(refusal),
            refusal=refusal,
            verdicts=tuple(self.verdicts),
            hits=self.hits,
            timings=tuple(self.timings),
            arm=self.profile.arm,
            profile=self.profile.name,
            adapter=self.adapter,
            generation=self.generation,
        )
