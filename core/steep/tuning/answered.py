"""How held-out rows are scored: as the trainee scores them, or by answers to them, where a phase asks for that.

The loss of a reply falls long before the model says it: a model that writes can be asked instead, and what it answers
is held against the right reply, word by word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.engine.course import chosen
from steep.kinds import Writes
from steep.measuring.scoring import token_f1
from steep.prompts import MARKER
from steep.values import ChatRow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from steep.kinds import CourseOptions, Trainee
    from steep.values import Row

__all__ = ["scorer"]

_REPLY = 80  # tokens


def scorer(options: CourseOptions) -> Callable[[Trainee, Sequence[Row]], list[float]]:
    """What scores held-out rows of a phase: a figure a row, higher is better, always for the same rows."""

    def scores(trainee: Trainee, rows: Sequence[Row]) -> list[float]:
        asked = [row for row in rows if isinstance(row, ChatRow)] if options.answered else []
        if not asked or not isinstance(trainee, Writes):
            return [float(each) for each in trainee.scores(rows)]
        fit = [row for row in asked if trainee.encode([row])[0]]  # others are too long for the model
        picked = [row for row in chosen(fit, options.answered) if isinstance(row, ChatRow)]
        replies = trainee.write([row.messages[:-1] for row in picked], max_tokens=_REPLY)
        return [
            token_f1(_words(reply), _words(row.messages[-1].content))
            for row, reply in zip(picked, replies, strict=True)
        ]

    return scores


def _words(reply: str) -> str:
    """A reply without the numbers of the passages that it cites."""
    return MARKER.sub(" ", reply)
