"""The reranker `cross-encoder`: a model that reads question and passage together, by hub id or path."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from steep.engine.device import resolved
from steep.errors import MissingDependency, ModelError

if TYPE_CHECKING:
    from steep.kinds import RerankRequest
    from steep.values import Hit


class CrossEncoderReranker:
    """A hit's score becomes the model's, 0 to 1 where it gives one logit; passages are read with what stands above."""

    def __init__(self, *, model: str, revision: str | None, tokens: int, batch: int, device: str) -> None:
        self._model = _load(model, revision, tokens, resolved(device))
        self._batch = batch
        self._lock = threading.Lock()  # a tokenizer's limits are set anew for every batch, so threads take turns

    def rerank(self, request: RerankRequest) -> tuple[Hit, ...]:
        if not request.hits:
            return ()
        question = _utf8(request.question)
        pairs = [(question, _utf8(hit.passage.indexed_text)) for hit in request.hits]
        with self._lock:
            found = self._model.predict(
                pairs, batch_size=self._batch, activation_fn=torch.nn.Sigmoid(), show_progress_bar=False
            )
        scores = np.nan_to_num(np.asarray(found, dtype=np.float64)).tolist()
        order = sorted(range(len(scores)), key=lambda at: (-scores[at], request.hits[at].rank))[: request.k]
        return tuple(replace(request.hits[at], score=scores[at], rank=rank) for rank, at in enumerate(order, start=1))


def _load(model: str, revision: str | None, tokens: int, device: str) -> Any:
    try:  # imported here: the library takes seconds, and is not installed everywhere
        from sentence_transformers import CrossEncoder
    except ModuleNotFoundError as error:
        raise MissingDependency(
            library="sentence-transformers", wanted_by="the reranker `cross-encoder`", extra="sentence-transformers"
        ) from error
    try:
        # stored half precision would be slow on a CPU
        arguments = {"dtype": torch.float32} if device == "cpu" else {}
        loaded = CrossEncoder(model, revision=revision, device=device, max_length=tokens, model_kwargs=arguments)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"the reranker model {model!r} could not be loaded: {error}. "
            "Write a hub id, or the path of a cross-encoder's folder, relative to steep.toml."
        ) from error
    if loaded.num_labels != 1:
        raise ModelError(
            f"the reranker model {model!r} tells {loaded.num_labels} classes; one that ranks gives one number."
        )
    return loaded


def _utf8(text: str) -> str:
    # a lone surrogate cannot be handed to the tokenizer
    return text.encode("utf-8", "replace").decode("utf-8")
