"""The tracker `drift`: compares the latest answers with those before, and tells an address where they have changed.

What is sent are figures, never a word of a question. It is sent once and not again within ``quiet_hours``, whether it
arrived or not: an address that is down is not to be stormed.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import httpx

from steep.kinds import EmbedRequest
from steep.measuring.drift import drift
from steep.values import Answered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from steep.kinds import Embedder
    from steep.measuring.drift import DriftReport
    from steep.values import Answer, Event
    from steep_plugins.trackers import DriftOptions

log = logging.getLogger(__name__)

_TIMEOUT = 5.0  # seconds
_HOUR = 3600.0


def in_a_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="drift", daemon=True).start()


class Drift:
    """``answers`` gives the latest that are kept, oldest first; ``start`` begins the comparing beside the answering."""

    def __init__(
        self,
        options: DriftOptions,
        *,
        answers: Callable[[int], Sequence[Answer]],
        embedder: Callable[[], Embedder],
        seed: int = 0,
        start: Callable[[Callable[[], None]], None] = in_a_thread,
    ) -> None:
        self._options, self._answers, self._embedder = options, answers, embedder
        self._seed, self._start = seed, start
        self._lock = threading.Lock()
        self._seen = 0
        self._quiet_until = float("-inf")

    def saw(self, event: Event) -> None:
        if not isinstance(event, Answered):
            return
        with self._lock:
            self._seen += 1
            if self._seen % self._options.every or event.at < self._quiet_until:
                return
        self._start(lambda: self._look(event.at))

    def _look(self, now: float) -> None:
        options, embedder = self._options, self._embedder()
        report = drift(
            self._answers(options.recent + options.baseline),
            lambda texts: embedder.embed(EmbedRequest(texts=tuple(texts), role="query")),
            recent=options.recent,
            alpha=options.alpha,
            limit=options.limit,
            seed=self._seed,
        )
        if not report.drifted:
            return
        with self._lock:
            if now < self._quiet_until:
                return
            self._quiet_until = now + options.quiet_hours * _HOUR
        changed = ", ".join(f"{each.what} (size {each.size:.3f})" for each in report.shifts if each.drifted)
        log.warning("what is asked or answered has changed: %s; `steep drift` says more", changed)
        if options.url:
            self._tell(options.url, report, now)

    def _tell(self, url: str, report: DriftReport, now: float) -> None:
        body: dict[str, Any] = {"event": "drift", "at": now, **asdict(report), "drifted": report.drifted}
        try:
            httpx.post(url, json=body, timeout=_TIMEOUT, follow_redirects=False).raise_for_status()
        except httpx.HTTPError as error:
            # its path, which the error repeats, may be all that keeps others from telling it things
            why = error.response.status_code if isinstance(error, httpx.HTTPStatusError) else type(error).__name__
            host = httpx.URL(url).host
            log.warning("%s was not told of the change, and will not be tried again: %s", host, why)
