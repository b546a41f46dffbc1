"""What a request says, as it is heard: the question and the turns before it, under the guards of the input."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from steep.answering.policy import check_stage
from steep.answering.watching import harmless
from steep.kinds import GuardRequest

if TYPE_CHECKING:
    from steep.answering.profiles import Profile
    from steep.answering.trail import Trail
    from steep.values import Message

__all__ = ["checked_history", "checked_since", "heard_as", "prompt_of"]


def heard_as(question: str) -> GuardRequest:
    return GuardRequest(stage="input", text=question, question=question)


def checked_history(history: tuple[Message, ...], trail: Trail) -> tuple[Message, ...]:
    """The turns before, under the policy of the input: a turn that would not be answered is left out."""
    kept: list[Message] = []
    for turn in history:
        if turn.role == "system":
            kept.append(turn)
            continue
        result = check_stage(trail.seat.guards.input, heard_as(turn.content))
        if result.stopped:
            verdict = result.stopped
            reason = f"an earlier turn is left out: {verdict.reason}"
            trail.verdicts.append(replace(verdict, action="rewrite", reason=reason))
        else:
            kept.append(replace(turn, content=result.text))
    return tuple(kept)


def checked_since(since: tuple[Message, ...], question: str, trail: Trail) -> tuple[Message, ...]:
    """The turns after the question: what functions said is data from outside, and checked as passages are."""
    guards = trail.seat.guards.passages
    return tuple(
        replace(turn, content=harmless(turn.call, turn.content, question=question, guards=guards, note=trail.note))
        if turn.role == "tool"
        else turn
        for turn in since
    )


def prompt_of(profile: Profile, history: tuple[Message, ...]) -> str:
    system = [turn.content for turn in history if turn.role == "system"]
    return "\n\n".join(part for part in (profile.prompt, *system) if part.strip())
