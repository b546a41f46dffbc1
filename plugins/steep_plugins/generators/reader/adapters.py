"""Networks by adapter: the starter's own, and those of the domain adapters that requests ask for."""

from __future__ import annotations

import copy
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.engine.adapters import AdapterCache
from steep.engine.device import resolved
from steep_plugins.generators.reader.confidence import Calibration
from steep_plugins.generators.reader.reading import SpanReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from steep.kinds import AdapterRef
    from steep_plugins.generators.reader.meaning import SentenceMeaning
    from steep_plugins.generators.reader.windows import Encoder


@dataclass(frozen=True, slots=True)
class Tuned:
    """A network ready to read, and how sure it may be."""

    spans: SpanReader
    calibration: Calibration


class Networks:
    """At most ``capacity`` tuned networks, the one unused for longest dropped first. Thread-safe.

    Each adapter is merged into its own copy of the blocks, so no request ever switches a shared model; the word
    embeddings, up to half of all weights, are shared, since no adapter changes them. The starter keeps the states of
    ``kept`` windows.
    """

    def __init__(
        self,
        base: Callable[[], Any],
        encoder: Encoder,
        meaning: SentenceMeaning,
        calibration: Calibration,
        *,
        digest: str,
        device: str,
        capacity: int,
        kept: int = 0,
    ) -> None:
        self._make_base = base
        self._encoder = encoder
        self._meaning = meaning
        self._calibration = calibration
        self._device = device
        self._kept = kept
        self._lock = threading.Lock()
        self._base: Any = None
        self._starter: Tuned | None = None
        self._tuned: AdapterCache[Tuned] = AdapterCache(self._loaded, digest=digest, capacity=capacity)

    def get(self, adapter: AdapterRef | None) -> Tuned:
        """The network of an adapter, or the starter's. Raises AdapterError for one that does not fit."""
        return self._first() if adapter is None else self._tuned.get(adapter)

    def _first(self) -> Tuned:
        with self._lock:
            if self._starter is None:
                self._base = self._make_base()
                self._starter = self._readied(copy.deepcopy(self._base), self._calibration, self._kept)
            return self._starter

    def _loaded(self, adapter: AdapterRef) -> Tuned:
        from steep_plugins.generators.reader.model import merged

        starter = self._first()
        tuned = self._readied(
            merged(copy.deepcopy(self._base), adapter.folder, name=adapter.version),
            Calibration.load(adapter.folder) or self._calibration,
        )
        tuned.spans.trunk.share_words(starter.spans.trunk)
        return tuned

    def _readied(self, model: Any, calibration: Calibration, kept: int = 0) -> Tuned:
        device = resolved(self._device)
        spans = SpanReader(
            model,
            self._encoder,
            self._meaning,
            preference=calibration.preference,
            device=device,
            kept=kept,
        )
        return Tuned(spans, calibration)
