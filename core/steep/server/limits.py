"""What one caller may ask for: requests a minute, requests at once, tokens a day."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.server.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from steep.workspace.serving import LimitsSection
    from steep.workspace.spending import Spending

__all__ = ["Limits", "TooMany"]

_DAY = 86_400
_REMEMBERED = 10_000  # callers whose last minute is known; who has been quiet for one is forgotten


class TooMany(BadRequest):
    """A caller asks for more than it may; ``after`` seconds it may ask again."""

    status = 429

    def __init__(self, message: str, *, after: float, code: str) -> None:
        super().__init__(message, code=code, headers={"retry-after": str(max(1, math.ceil(after)))})


@dataclass(slots=True)
class _Use:
    """``left`` requests could be made at ``at``; ``running`` are under way."""

    left: float
    at: float
    running: int = 0


class Limits:
    """Counts what callers use. ``clock`` gives seconds from any beginning, ``now`` seconds since the epoch."""

    def __init__(
        self, said: LimitsSection, spending: Spending, *, clock: Callable[[], float], now: Callable[[], float]
    ) -> None:
        self._said = said
        self._spending = spending
        self._clock = clock
        self._now = now
        self._uses: dict[str, _Use] = {}

    @property
    def counts_tokens(self) -> bool:
        """Whether there is a limit that the records are asked for."""
        return bool(self._said.tokens)

    def begin(self, caller: str) -> None:
        """Count a request as under way; raises TooMany. Whatever has begun ends."""
        said, use = self._said, self._use(caller)
        if said.concurrent and use.running >= said.concurrent:
            raise TooMany(
                f"{caller} has {use.running} requests under way, and may have {said.concurrent} at once.",
                after=1,
                code="too_many_at_once",
            )
        if said.requests and use.left < 1:
            raise TooMany(
                f"{caller} may make {said.requests} requests a minute.",
                after=(1 - use.left) * 60 / said.requests,
                code="rate_limit_exceeded",
            )
        use.left -= 1
        use.running += 1

    def end(self, caller: str) -> None:
        self._uses[caller].running -= 1

    def check_tokens(self, caller: str) -> None:
        """Raises TooMany where the day's tokens are used up. It asks the records: not for the event loop."""
        if not self._said.tokens:
            return
        now = self._now()
        if self._spending.of(caller, day=int(now // _DAY)) >= self._said.tokens:
            raise TooMany(
                f"{caller} has used up the {self._said.tokens:,} tokens of today (UTC).",
                after=_DAY - now % _DAY,
                code="quota_exceeded",
            )

    def spend(self, caller: str, tokens: int) -> None:
        """Count tokens that were read or written for a caller."""
        if self._said.tokens and tokens:
            self._spending.add(caller, day=int(self._now() // _DAY), tokens=tokens)

    def _use(self, caller: str) -> _Use:
        now = self._clock()
        if caller not in self._uses:
            if len(self._uses) >= _REMEMBERED:
                self._uses = {name: use for name, use in self._uses.items() if use.running or now - use.at < 60}
            self._uses[caller] = _Use(left=self._said.requests, at=now)
        use = self._uses[caller]
        use.left = min(float(self._said.requests), use.left + (now - use.at) * self._said.requests / 60)
        use.at = now
        return use
