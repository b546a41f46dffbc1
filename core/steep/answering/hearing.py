"""What a request says, as it is heard: the question and the turns before it, under the guards of the input."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from steep.answering.policy import check_stage
from steep.kinds import GuardRequest

if TYPE_CHECKING:
    from steep.answering.profiles import Profile
    from steep.answering.trail import Trail
    from steep.values import Message

__all__ = ["checked_history", "heard_as", "prompt_of"]


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


def prompt_of(profile: Profile, history: tuple[Message, ...]) -> str:
    system = [turn.content for turn in history if turn.role == "system"]
    return "\n\n".join(part for part in (profile.prompt, *system) if part.strip())
