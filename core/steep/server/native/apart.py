"""Work that goes on to its end where nobody waits for it any more."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["apart"]

T = TypeVar("T")
_END = object()


def apart(steps: Iterator[T]) -> Iterator[T]:
    """The steps, taken by a thread of their own: closing what this returns does not stop them.

    What they raise is raised here, if anybody is there to hear it.
    """
    passed: queue.SimpleQueue[object] = queue.SimpleQueue()

    def work() -> None:
        try:
            for step in steps:
                passed.put(step)
            passed.put(_END)
        except BaseException as error:  # whatever it is, it is the listener's
            passed.put(_Raised(error))

    threading.Thread(target=work, daemon=True, name="answering").start()
    return _heard(passed)


class _Raised:
    def __init__(self, error: BaseException) -> None:
        self.error = error


def _heard(passed: queue.SimpleQueue[object]) -> Iterator[T]:
    while (step := passed.get()) is not _END:
        if isinstance(step, _Raised):
            raise step.error
        yield cast("T", step)
