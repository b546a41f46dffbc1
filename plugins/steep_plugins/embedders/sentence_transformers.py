"""The embedder `sentence-transformers`: any model of that library, by hub id or path."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from steep.engine.device import resolved
from steep.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import EmbedRequest, Vectors


class SentenceTransformersEmbedder:
    """``digest`` holds the hub's commit, or a hash of the folder's files, so that a changed model is noticed."""

    def __init__(
        self, *, model: str, revision: str | None, query_prompt: str, passage_prompt: str, batch: int, device: str
    ) -> None:
        self._prompts = {"query": query_prompt, "passage": passage_prompt}
        self._batch = batch
        self._name = model
        self._model = _load(model, revision, resolved(device))
        self._dimension = int(self._model.get_embedding_dimension())

    @property
    def digest(self) -> str:
        made_of = [_identity(self._name, self._model), str(self._model.max_seq_length), *self._prompts.values()]
        return "sentence-transformers/" + hashlib.sha256(repr(made_of).encode()).hexdigest()[:32]

    @property
    def dimension(self) -> int:
        return self._dimension

    def embed(self, request: EmbedRequest) -> Vectors:
        if not request.texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode(
            [text.encode("utf-8", "replace").decode("utf-8") for text in request.texts],
            prompt=self._prompts[request.role] or None,
            batch_size=self._batch,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)

    @property
    def reads(self) -> int:
        return int(self._model.max_seq_length or sys.maxsize)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens, with the marks of each text and without the prompts."""
        given = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return [len(ids) for ids in self._model.tokenizer(given, truncation=False, verbose=False)["input_ids"]]


def _load(model: str, revision: str | None, device: str) -> Any:
    # imported here: the library takes seconds, and this module has its name
    from sentence_transformers import SentenceTransformer

    try:
        # stored half precision would be slow on a CPU
        arguments = {"dtype": torch.float32} if device == "cpu" else {}
        return SentenceTransformer(model, revision=revision, device=device, model_kwargs=arguments)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"the embedder model {model!r} could not be loaded: {error}. "
            "Write a hub id, or the path of a Sentence Transformers folder, relative to steep.toml."
        ) from error


def _identity(name: str, model: Any) -> str:
    folder = Path(name)
    if folder.is_dir():
        digest = hashlib.sha256()
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    return f"{name}@{getattr(config, '_commit_hash', None)}"
