"""The second half of an answer: what was found is said, cited, and checked before it may leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.answering.finishing import Finishing, released, says_nothing, unanswered
from steep.answering.hand import Hand
from steep.answering.stopping import stopped
from steep.answering.structured import Form, listed
from steep.answering.watching import watched
from steep.prompts import ABSTENTION

if TYPE_CHECKING:
    from collections.abc import Generator

    from steep.answering.finishing import Delta
    from steep.answering.trail import Trail
    from steep.kinds import Asked
    from steep.values import AdapterVersion, Answer

__all__ = ["said"]

_NOTHING_FOUND = "No passage was found for this question."


def said(asked: Asked, trail: Trail, adapter: AdapterVersion | None, *, stream: bool) -> Generator[Delta, None, Answer]:
    """Generate, cite, and check what is about to be said."""
    form = None if asked.schema is None else Form(asked.schema)
    seat, search = trail.seat, trail.search
    hand = Hand(
        speaker=seat.speaker,
        caller=trail.caller,
        tuned=adapter,
        search=search,
        tools=watched(seat.tools, question=asked.question, guards=seat.guards.passages, note=trail.note),
        confirm=trail.confirm,
    )
    finishing = Finishing(
        question=asked.question,
        guards=seat.guards.output,
        search=search,
        document=search.library.document if search else None,
        marked=asked.schema is None,
        chosen=listed(asked.schema),
    )
    with trail.stage("generate"):
        sayings = stopped(trail.heard(hand.sayings(asked)), asked.stop)
        trail.draft, _ = yield from released(sayings, finishing, stream=stream)
    draft = trail.draft
    if any(call.outcome == "handed" for call in draft.calls):
        return trail.answered("", ())
    if says_nothing(draft):
        if search is None:
            return trail.abstained(draft.reason or ABSTENTION)
        nearest = finishing.cited(draft).citations if draft.quotes else ()
        return trail.abstained(unanswered(draft) if search.hits else _NOTHING_FOUND, nearest)
    if form is not None and not (draft.cut or draft.aside or asked.stop):
        form.check(draft.text)
    with trail.stage("cite"):
        cited = finishing.cited(draft)
    with trail.stage("guards-output"):
        outcome = finishing.outcome(draft, cited)
        if outcome.checked is not None:
            trail.note(outcome.checked)
    if outcome.checked is not None and outcome.checked.stopped:
        held = finishing.cited(draft, outcome.checked.text)
        trail.held = trail.answered(held.text, held.citations)
        return trail.stopped(outcome.checked.stopped)
    if outcome.refusal:
        return trail.abstained(outcome.refusal)
    return trail.answered(outcome.text, outcome.citations)
