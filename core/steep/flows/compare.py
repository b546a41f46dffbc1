"""compare: one question through several profiles, side by side."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.errors import GivenUp, QuestionError, SteepError
from steep.flows.answer import AnswerRequest
from steep.values import ARMS
from steep.wire import answer_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from steep.flows.answer import Answerer
    from steep.values import Answer, Caller

__all__ = ["Compared", "compare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a profile answered, or in ``error`` why it did not."""

    profile: str
    milliseconds: float
    answer: Answer | None = None
    error: str = ""

    def to_json(self) -> dict[str, Any]:
        answer = answer_json(self.answer) if self.answer else None
        return {
            "profile": self.profile,
            "milliseconds": round(self.milliseconds, 3),
            "answer": answer,
            "error": self.error,
        }


def compare(
    answerer: Answerer,
    question: str,
    *,
    caller: Caller,
    profiles: Sequence[str] | None = None,
    within: frozenset[str] | None = None,
    given_up: Callable[[], bool] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> tuple[Compared, ...]:
    """Ask each profile, one after the other, so that their times can be compared; by default the four arms.

    Raises QuestionError; what else keeps a profile from answering is said of it, and the others go on.
    """
    found: list[Compared] = []
    for profile in dict.fromkeys(profiles or ARMS):
        begun = clock()
        answer, error = None, answerer.lacks(profile)
        try:
            if not error:
                asked = AnswerRequest(
                    question=question, profile=profile, caller=caller, within=within, given_up=given_up
                )
                answer = answerer.answer(asked)
        except (QuestionError, GivenUp):
            raise
        except SteepError as raised:
            error = str(raised)
        found.append(Compared(profile=profile, milliseconds=1000 * (clock() - begun), answer=answer, error=error))
    return tuple(found)
