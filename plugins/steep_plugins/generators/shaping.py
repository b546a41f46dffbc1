"""An answer in the form that its question asks for, by program: a model that was taught to answer was taught no forms.

It is asked the question alone, and its sentences are written as a list, or no more of them than were wanted.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Protocol

from steep.kinds import Said, Weighed
from steep_plugins.generators.supported import claims, whole_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Saying

__all__ = ["Shape", "shaped"]


class Shape(Protocol):
    """What is asked of a form: a list, numbered or not, and how many items or sentences there may be."""

    @property
    def listed(self) -> bool: ...

    @property
    def numbered(self) -> bool: ...

    @property
    def items(self) -> int | None: ...

    @property
    def sentences(self) -> int | None: ...


def shaped(sayings: Iterator[Saying], form: Shape) -> Iterator[Saying]:
    """The sayings in that form, sentence by sentence; what is left out for it is said in a note."""
    waiting, numbers, left = "", count(1), 0
    most = min((each for each in (form.items, form.sentences) if each is not None), default=None)

    def written(text: str) -> Iterator[Said]:
        nonlocal left
        for start, end in claims(text):
            number = next(numbers)
            if most is None or number <= most:
                yield Said(text=_line(text[start:end], number, form))
            else:
                left += 1

    for saying in sayings:
        if isinstance(saying, Said):
            waiting += saying.text
            whole = whole_sentences(waiting)
            yield from written(waiting[:whole])
            waiting = waiting[whole:]
        else:
            yield from written(waiting)
            waiting = ""
            yield saying
    yield from written(waiting)
    if left:
        yield Weighed(note=f"{left} more sentence{'s' * (left > 1)} left out, since so few were asked for")


def _line(sentence: str, number: int, form: Shape) -> str:
    said = sentence.strip().lstrip("-*• ")
    if form.listed:
        return f"{chr(10) if number > 1 else ''}{f'{number}.' if form.numbered else '-'} {said}"
    return said if number == 1 else f" {said}"
