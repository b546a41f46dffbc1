"""How near in meaning a sentence is to a question, by MiniLM as it was trained: on whole sentences."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np

from steep.kinds import EmbedRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import Embedder, Vectors


class SentenceMeaning:
    """Cosines of MiniLM's vectors. Texts met again are not embedded again. Thread-safe; loads when first asked.

    The span network was trained on this model's weights, but has turned from meaning to places; the model itself
    still knows which sentence speaks of what is asked, also where the two share no word.
    """

    def __init__(self, *, device: str = "cpu", cached: int = 4096) -> None:
        self._device = device
        self._cached = cached
        self._lock = threading.Lock()
        self._embedder: Embedder | None = None
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()

    def nearness(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """The cosine, from -1 to 1, of each question and sentence."""
        vectors = self._of({text for pair in pairs for text in pair})
        return [float(vectors[question] @ vectors[sentence]) for question, sentence in pairs]

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Of length one, of shape (texts, dimension)."""
        found = self._of(set(texts))
        return np.stack([found[text] for text in texts])

    def _of(self, texts: set[str]) -> dict[str, Vectors]:
        with self._lock:
            found = {text: self._vectors[text] for text in texts if text in self._vectors}
        missing = sorted(texts - found.keys())
        if missing:
            made = self._loaded().embed(EmbedRequest(texts=tuple(missing), role="passage"))
            found |= dict(zip(missing, made, strict=True))
        with self._lock:
            for text in found:
                self._vectors[text] = found[text]
                self._vectors.move_to_end(text)
            while len(self._vectors) > self._cached:
                self._vectors.popitem(last=False)
        return found

    def _loaded(self) -> Embedder:
        with self._lock:
            if self._embedder is None:
                from steep_plugins.embedders.encoder import EncoderEmbedder
                from steep_plugins.encoders import MINILM

                self._embedder = EncoderEmbedder(MINILM, device=self._device)
            return self._embedder
