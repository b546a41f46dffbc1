"""The trail of one request: what each stage left, and the answer that it ends in."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steep.answering.policy import refusal_of
from steep.errors import GivenUp
from steep.stages import stage
from steep.values import Answer, Called, Timing, ToolCalled, Versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from steep.answering.policy import StageResult
    from steep.answering.searching import Search
    from steep.answering.seats import Seat
    from steep.kinds import Draft, Saying
    from steep.values import Caller, Citation, Event, Verdict

__all__ = ["Trail"]


@dataclass(slots=True, kw_only=True)
class Trail:
    """Collects verdicts, timings and hits while a request runs. ``clock`` gives seconds from any beginning.

    ``left_out`` says what of the request the generator was not even asked.
    """

    id: str
    question: str
    caller: Caller
    seat: Seat
    emit: Callable[[Event], None]
    clock: Callable[[], float]
    verdicts: list[Verdict] = field(default_factory=list)
    timings: list[Timing] = field(default_factory=list)
    search: Search | None = None
    adapter: str | None = None
    rollout: str = ""
    generation: int | None = None
    draft: Draft | None = None
    standalone: str = ""
    earlier: tuple[str, ...] | None = ()
    held: Answer | None = None
    route: str = ""
    left_out: str = ""
    confirm: Callable[[Called], bool] | None = None
    given_up: Callable[[], bool] | None = None

    def check_wanted(self) -> None:
        """Raises GivenUp once nobody waits for the answer any more."""
        if self.given_up is not None and self.given_up():
            raise GivenUp(f"the answer {self.id} is not waited for any more.")

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage, and tell trackers of it."""
        self.check_wanted()
        begun = self.clock()
        with stage(self.emit, "answer", name, answer=self.id, profile=self.seat.profile.name):
            yield
        self.timings.append(Timing(stage=name, milliseconds=1000 * (self.clock() - begun)))

    def note(self, result: StageResult) -> StageResult:
        self.verdicts += result.verdicts
        return result

    def heard(self, sayings: Iterator[Saying]) -> Iterator[Saying]:
        """The same, and trackers are told of the tools that are called."""
        try:
            for each in sayings:
                self.check_wanted()
                if isinstance(each, Called):
                    self.emit(
                        ToolCalled(
                            answer=self.id,
                            caller=self.caller.name,
                            tool=each.name,
                            outcome=each.outcome,
                            seconds=each.seconds,
                        )
                    )
                yield each
        finally:
            if isinstance(sayings, Generator):
                sayings.close()

    def answered(self, text: str, citations: tuple[Citation, ...]) -> Answer:
        return self._answer(text=text, citations=citations)

    def abstained(self, refusal: str, nearest: tuple[Citation, ...] = ()) -> Answer:
        """No answer; words that two passages share are pointed at once."""
        once = {(each.document, each.start, each.end): each for each in nearest}
        return self._answer(refusal=refusal, nearest=tuple(once.values()))

    def stopped(self, verdict: Verdict) -> Answer:
        """No answer, by a guardrail's verdict."""
        return self._answer(refusal=refusal_of(verdict))

    def _answer(
        self,
        *,
        text: str = "",
        citations: tuple[Citation, ...] = (),
        refusal: str = "",
        nearest: tuple[Citation, ...] = (),
    ) -> Answer:
        profile = self.seat.profile
        return Answer(
            id=self.id,
            caller=self.caller.name,
            question=self.question,
            text=text,
            citations=citations,
            confidence=self.draft.confidence if self.draft else None,
            abstained=bool(refusal),
            refusal=refusal,
            nearest=nearest,
            verdicts=tuple(self.verdicts),
            hits=self.search.hits if self.search else (),
            timings=tuple(self.timings),
            arm=profile.arm,
            profile=profile.name,
            versions=Versions(
                generation=self.generation,
                model=self._model(),
                adapter=self.adapter,
                prompt=self.seat.prompt,
                guardrails=self.seat.guardrails,
                rollout=self.rollout,
            ),
            note="; ".join(part for part in (self.left_out, self.draft.note if self.draft else "") if part),
            standalone=self.standalone if self.standalone != self.question else "",
            earlier=self.earlier,
            calls=self.draft.calls if self.draft else (),
            prompt_tokens=self.draft.prompt_tokens if self.draft else 0,
            tokens=self.draft.tokens if self.draft else 0,
            route=self.route,
        )

    def _model(self) -> str:
        """What wrote the text: what the draft says did, or what speaks in this profile."""
        return "" if self.draft is None else self.draft.model or self.seat.speaker.base
