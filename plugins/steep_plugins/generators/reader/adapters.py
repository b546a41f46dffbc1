"""Networks by adapter: the starter's own, and those of the domain adapters that requests ask for."""

from __future__ import annotations

import copy
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.errors import AdapterError
from steep_plugins.generators.reader.confidence import Calibration
from steep_plugins.generators.reader.reading import SpanReader, ready

if TYPE_CHECKING:
    from collections.abc import Callable

    from steep.kinds import AdapterRef
    from steep_plugins.generators.reader.meaning import SentenceMeaning
    from steep_plugins.generators.reader.windows import Encoder

BASE_FILE = "base.json"
"""Beside PEFT's two files: the digest of the base that the adapter was tuned on."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """A network ready to read, and how sure it may be."""

    spans: SpanReader
    calibration: Calibration


class Networks:
    """At most ``capacity`` tuned networks, the one unused for longest dropped first. Thread-safe.

    Each adapter is merged into its own copy of the blocks, so no request ever switches a shared model; the word
    embeddings, half of all weights, are shared, since no adapter changes them.
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
    ) -> None:
        self._make_base = base
        self._encoder = encoder
        self._meaning = meaning
        self._calibration = calibration
        self._digest = digest
        self._device = device
        self._capacity = capacity
        self._lock = threading.Lock()
        self._base: Any = None
        self._starter: Tuned | None = None
        self._tuned: OrderedDict[str, Tuned] = OrderedDict()

    def get(self, adapter: AdapterRef | None) -> Tuned:
        """The network of an adapter, or the starter's. Raises AdapterError for one that does not fit."""
        with self._lock:
            if self._starter is None:
                self._base = self._make_base()
                self._starter = self._readied(copy.deepcopy(self._base), self._calibration)
            if adapter is None:
                return self._starter
            if adapter.version not in self._tuned:
                self._tuned[adapter.version] = self._loaded(adapter, self._starter)
            self._tuned.move_to_end(adapter.version)
            tuned = self._tuned[adapter.version]
            while len(self._tuned) > self._capacity:
                self._tuned.popitem(last=False)
            return tuned

    def _loaded(self, adapter: AdapterRef, starter: Tuned) -> Tuned:
        from steep_plugins.generators.reader.model import merged

        check_base(adapter, self._digest)
        tuned = self._readied(
            merged(copy.deepcopy(self._base), adapter.folder, name=adapter.version),
            Calibration.load(adapter.folder) or self._calibration,
        )
        tuned.spans.model.bert.embeddings = starter.spans.model.bert.embeddings
        return tuned

    def _readied(self, model: Any, calibration: Calibration) -> Tuned:
        spans = SpanReader(
            ready(model, self._device),
            self._encoder,
            self._meaning,
            preference=calibration.preference,
            device=self._device,
        )
        return Tuned(spans, calibration)


def check_base(adapter: AdapterRef, digest: str) -> None:
    """Raise AdapterError for an adapter that was tuned on another base; one made by PEFT alone says nothing of it."""
    path = adapter.folder / BASE_FILE
    if not path.is_file():
        return
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["digest"]
    except (ValueError, KeyError, TypeError) as error:
        raise AdapterError(f"{path} does not name the base of the adapter {adapter.version} ({error!r})") from error
    if found != digest:
        raise AdapterError(
            f"the adapter {adapter.version} was tuned on the base {found}, and the reader is {digest} now: "
            "the starter it rests on has changed. Run `steep tune` again."
        )
