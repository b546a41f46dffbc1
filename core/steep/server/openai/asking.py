"""From a request of OpenAI's interface to what the answer flow is asked, once for each answer that is wanted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from steep.flows.answer import AnswerRequest
from steep.server.errors import BadRequest

if TYPE_CHECKING:
    from steep.server.openai.settings import Drawing
    from steep.values import Caller
    from steep.workspace.project import Project

__all__ = ["asked", "several"]


def asked(data: Drawing, question: str, *, profile: str, caller: Caller, **further: Any) -> AnswerRequest:
    """``further`` are the fields of `AnswerRequest` that only some of the requests have."""
    confirmed = frozenset(data.confirm or ())
    return AnswerRequest(
        question=question,
        profile=profile,
        caller=caller,
        temperature=data.temperature or 0.0,
        top_p=1.0 if data.top_p is None else data.top_p,
        seed=data.seed,
        stop=data.stops,
        confirm=(lambda call: call.id in confirmed) if confirmed else None,
        **further,
    )


def several(request: AnswerRequest, count: int, project: Project) -> list[AnswerRequest]:
    """The same question, each time with a seed of its own; the first has the one that was asked for.

    Raises BadRequest where each of several answers would make a call that was confirmed once.
    """
    if count > 1 and request.confirm is not None:
        raise BadRequest("`confirm` is for one answer; leave `n` out.", param="confirm", code="invalid_value")
    seed = project.config.project.seed if request.seed is None else request.seed
    return [replace(request, seed=_within(seed + number)) for number in range(count)]


def _within(seed: int) -> int:
    """A seed that 64 bits hold."""
    return (seed + 2**63) % 2**64 - 2**63
