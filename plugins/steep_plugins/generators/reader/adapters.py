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
from steep_plugins.generators.reader.trunk import readied

if TYPE_CHECKING:
    from torch import nn

    from steep.kinds import AdapterRef
    from steep_plugins.encoders.bert import Bert
    from steep_plugins.generators.reader.meaning import SentenceMeaning
    from steep_plugins.generators.reader.starter import Starter
    from steep_plugins.generators.reader.trunk import Lined
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
    ``kept`` windows. The network that adapters are merged into is not made before one is asked for.
    """

    def __init__(
        self,
        starter: Starter,
        encoder: Encoder,
        meaning: SentenceMeaning,
        *,
        digest: str,
        device: str,
        capacity: int,
        kept: int = 0,
    ) -> None:
        self._from = starter
        self._encoder = encoder
        self._meaning = meaning
        self._calibration = starter.calibration
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
                network, head = self._from.network(nothing=self._encoder.marks.nothing, device=resolved(self._device))
                self._starter = self._readied(network, head, self._calibration, kept=self._kept)
            return self._starter

    def _loaded(self, adapter: AdapterRef) -> Tuned:
        from steep_plugins.generators.reader.model import merged

        starter = self._first()
        with self._lock:
            self._base = self._base or self._from.base()
        model = merged(copy.deepcopy(self._base), adapter.folder, name=adapter.version)
        network = readied(model.base_model, nothing=self._encoder.marks.nothing, device=resolved(self._device))
        tuned = self._readied(network, model.qa_outputs, Calibration.load(adapter.folder) or self._calibration)
        tuned.spans.trunk.share_words(starter.spans.trunk)
        return tuned

    def _readied(self, network: Bert | Lined, head: nn.Linear, calibration: Calibration, *, kept: int = 0) -> Tuned:
        spans = SpanReader(
            network,
            head,
            self._encoder,
            self._meaning,
            preference=calibration.preference,
            device=resolved(self._device),
            kept=kept,
        )
        return Tuned(spans, calibration)
