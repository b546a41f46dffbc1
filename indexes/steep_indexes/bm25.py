"""The index `bm25`: Okapi BM25 in Lucene's form, computed when the index is built (bm25s).

A question's score is a sum over its terms t of idf(t) · tf / (tf + k1 · (1 - b + b · length / mean length)), with
idf(t) = ln(1 + (N - n + 0.5) / (n + 0.5)). Passages that share no term with the question are not returned.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import bm25s
import numpy as np

from steep.errors import Damaged
from steep.kinds import IndexBuild, IndexQuery, Ranked
from steep.language import language as language_named
from steep.language import terms
from steep_indexes.ids import REBUILD, best, read_ids, write_ids

if TYPE_CHECKING:
    from pathlib import Path

_SETTINGS = "settings.json"
_VOCABULARY = "vocabulary.json"


class Bm25Index:
    """Writes and opens generations. A generation keeps the language it was built with."""

    uses_vectors = False

    def __init__(self, *, k1: float = 1.2, b: float = 0.75, language: str = "english") -> None:
        self.k1 = k1
        self.b = b
        self.language = language

    def build(self, request: IndexBuild) -> None:
        language = language_named(self.language)
        vocabulary: dict[str, int] = {}
        passages = [
            [vocabulary.setdefault(term, len(vocabulary)) for term in terms(text, language)] for text in request.texts
        ]
        if vocabulary:
            index = bm25s.BM25(method="lucene", k1=self.k1, b=self.b)
            index.index((passages, vocabulary), create_empty_token=False, show_progress=False)
            index.save(str(request.folder), show_progress=False, vocab_name=_VOCABULARY)
        settings = {"language": self.language, "passages": len(passages), "terms": len(vocabulary)}
        (request.folder / _SETTINGS).write_text(json.dumps(settings) + "\n", encoding="utf-8")
        write_ids(request.folder, request.ids)

    def open(self, folder: Path) -> Bm25Search:
        ids = read_ids(folder)
        try:
            settings = json.loads((folder / _SETTINGS).read_text(encoding="utf-8"))
            count, known, language = int(settings["passages"]), int(settings["terms"]), str(settings["language"])
            index = _load(folder) if known else None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Damaged(f"the index files in {folder} cannot be read: {error!r}. {REBUILD}") from error
        found = (len(ids), count if index is None else int(index.scores["num_docs"]))
        if found != (count, count) or (index is not None and len(index.vocab_dict) != known):
            raise Damaged(f"the index files in {folder} do not belong together: {found} of {count} passages. {REBUILD}")
        return Bm25Search(index, ids, language=language)


def _load(folder: Path) -> Any:
    return bm25s.BM25.load(str(folder), mmap=True, vocab_name=_VOCABULARY, show_progress=False)


class Bm25Search:
    """An opened generation, mapped into memory; read only, so threads may share it."""

    def __init__(self, index: Any, ids: tuple[str, ...], *, language: str) -> None:
        self._index = index
        self._ids = ids
        self._language = language_named(language)

    def search(self, query: IndexQuery) -> Ranked:
        known = self._known(query.text)
        if not known or query.k <= 0:
            return Ranked(ids=(), scores=())
        scores = np.asarray(self._index.get_scores_from_ids(known), dtype=np.float32)
        matching = scores > 0
        if query.allowed is not None:
            matching &= query.allowed
        rows = np.flatnonzero(matching).astype(np.int64)
        order = best(scores[rows], rows, query.k)
        return Ranked(
            ids=tuple(self._ids[row] for row in rows[order].tolist()),
            scores=tuple(scores[rows[order]].tolist()),
        )

    def _known(self, text: str) -> list[int]:
        if self._index is None:
            return []
        vocabulary = self._index.vocab_dict
        return [vocabulary[term] for term in terms(text, self._language) if term in vocabulary]
