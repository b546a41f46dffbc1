"""What several threads want of a model at the same time, done as one batch.

A step of a reply costs little more for eight rows than for one, since the weights are read once. So whoever comes while
a step is under way waits, and the next one is for all who wait (flat combining: Hendler et al., SPAA 2010; of requests
that come and go, continuous batching: Yu et al., Orca, OSDI 2022).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Condition
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

W = TypeVar("W")  # who wants a step
R = TypeVar("R")  # what a step gives

_SHARE = 0.2  # of what the last step took, those who were in it are waited for
_LONGEST = 0.02  # and no more seconds than these


@dataclass(eq=False, slots=True)
class _Wish(Generic[W, R]):
    who: W
    given: R | None = None
    failed: BaseException | None = None
    done: bool = False


class Together(Generic[W, R]):
    """``run`` does a step for each of several at once. Thread-safe; one step runs at a time.

    Those who were in the last step are likely to want the next, as soon as they have looked at what came of it: they
    are waited for a little. Where a step for several fails, each is tried alone, so that nobody fails for another.
    """

    def __init__(
        self, run: Callable[[Sequence[W]], Sequence[R]], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._run = run
        self._clock = clock
        self._door = Condition()
        self._waiting: list[_Wish[W, R]] = []
        self._busy = False
        self._last: frozenset[int] = frozenset()
        self._took = 0.0

    def step(self, who: W) -> R:
        """What ``run`` gives for ``who``, who may be one of several; raises what it raises."""
        wish: _Wish[W, R] = _Wish(who)
        with self._door:
            self._waiting.append(wish)
            self._door.notify_all()
            self._door.wait_for(lambda: wish.done or not self._busy)
            mine = not wish.done
            self._busy = self._busy or mine
        if mine:
            self._take_turn()
        if wish.failed is not None:
            raise wish.failed
        return wish.given  # type: ignore[return-value]  # it is done, and has not failed

    def _take_turn(self) -> None:
        """One step for all who wait by now."""
        try:
            self._serve(self._gathered())
        finally:
            with self._door:
                self._busy = False
                self._door.notify_all()

    def _gathered(self) -> list[_Wish[W, R]]:
        with self._door:
            patience = min(_SHARE * self._took, _LONGEST)
            self._door.wait_for(lambda: self._last <= {id(each.who) for each in self._waiting}, timeout=patience)
            wishes, self._waiting = self._waiting, []
            self._last = frozenset(id(each.who) for each in wishes)
        return wishes

    def _serve(self, wishes: list[_Wish[W, R]]) -> None:
        begun = self._clock()
        try:
            for wish, given in zip(wishes, self._run([each.who for each in wishes]), strict=True):
                wish.given, wish.done = given, True
        except BaseException as error:
            if len(wishes) == 1 or not isinstance(error, Exception):
                for wish in wishes:
                    wish.failed, wish.done = error, True
            else:
                for wish in wishes:
                    self._serve([wish])
        self._took = self._clock() - begun
