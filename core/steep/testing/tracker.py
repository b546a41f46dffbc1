"""The laws of a tracker. Subclass ``TrackerContract``, give it a fixture ``tracker``, and pytest does the rest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from steep.values import (
    OPERATOR,
    AdapterMoved,
    Answer,
    Answered,
    FeedbackGiven,
    RolloutBegan,
    RolloutEnded,
    StageEnded,
    StageStarted,
)

if TYPE_CHECKING:
    from steep.kinds import Tracker
    from steep.values import Event

__all__ = ["TrackerContract", "events"]


def events() -> tuple[Event, ...]:
    """One of every sort of event, an answer and a refusal, in the order of a day."""
    answer = Answer(id="a1", question="Where?", text="Here.", citations=(), confidence=0.9, abstained=False)
    refused = Answer(id="a2", question="Why?", text="", citations=(), confidence=None, abstained=True, refusal="no")
    return (
        StageStarted(flow="answer", name="retrieve", details={"k": 5}),
        StageEnded(flow="answer", name="retrieve", ok=True, seconds=0.1, answer="a1"),
        StageEnded(flow="index", name="read", ok=False, seconds=61.0, error="OSError()"),
        Answered(answer=answer, caller=OPERATOR, at=1.0),
        Answered(answer=refused, caller=OPERATOR, at=2.0),
        FeedbackGiven(answer="a1", caller="operator", right=False, better="There.", at=3.0),
        AdapterMoved(name="harbor", alias="production", version="v2", previous="v1", reason="better", at=4.0),
        RolloutBegan(rollout="r", name="harbor", alias="production", candidate="v3", share=0.1, at=5.0),
        RolloutEnded(
            rollout="r", name="harbor", alias="production", candidate="v3", outcome="stopped", reason="worse", at=6.0
        ),
    )


class Unheard:
    """An event that a later version of steep may send."""


class TrackerContract:
    """Override the fixture ``tracker``. Each test is a law that whoever runs steep relies on."""

    @pytest.fixture
    def tracker(self) -> Tracker:
        raise NotImplementedError("override the fixture `tracker` to return yours")

    def test_every_event_can_be_seen(self, tracker: Tracker) -> None:
        for event in events():
            tracker.saw(event)

    def test_an_event_that_it_does_not_know_is_passed_over(self, tracker: Tracker) -> None:
        tracker.saw(Unheard())  # type: ignore[arg-type]

    def test_events_may_come_from_many_threads(self, tracker: Tracker) -> None:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(tracker.saw, events() * 20))
