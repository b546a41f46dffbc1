"""The library: one generation, opened for searching and reading.

It holds ids and document ids in memory and reads passages from the records when they are asked for. It is
immutable and thread-safe; a newer generation is another library.
"""

from __future__ import annotations

import functools
from contextlib import contextmanager
from typing import TYPE_CHECKING

from steep.errors import Damaged, SteepError
from steep.kinds import EmbedRequest, Recalling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from steep.kinds import Embedder, IndexQuery, Ranked, Searchable
    from steep.values import Caller, Document, Generation, Passage
    from steep.workspace.documents import Documents, Place

    Vectors = npt.NDArray[np.float32]


class Library:
    """The documents, passages and opened indexes of one generation."""

    def __init__(
        self,
        *,
        generation: Generation,
        splitter: str,
        versions: Sequence[str],
        documents: Documents,
        indexes: Mapping[str, Searchable],
        embedder: Callable[[], Embedder],
        damage: Callable[[], str] = lambda: "",
    ) -> None:
        self.generation = generation
        self._splitter = splitter
        self._versions = tuple(versions)
        self._documents = documents
        self._indexes = dict(indexes)
        self._embedder = embedder
        self._damage = damage
        self._load_version = functools.lru_cache(maxsize=256)(documents.load)
        self._passage = functools.lru_cache(maxsize=2048)(self._made)
        self._table = _Table(documents.places(splitter, *self._versions))
        if len(self._table.ids) != generation.passages:
            raise Damaged(
                f"generation {generation.number} should have {generation.passages} passages, but the records have "
                f"{len(self._table.ids)}; run `steep index --rebuild`."
            )

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._indexes)

    @property
    def ids(self) -> tuple[str, ...]:
        return self._table.ids

    def search(self, name: str, query: IndexQuery) -> Ranked:
        """What an index finds. Raises Damaged where its files are not what was written, and it fails or invents."""
        with self._blaming_damage():
            found = self._indexes[name].search(query)
        if not self._table.places.keys() >= set(found.ids):
            self._blame_damage(None)
        return found

    def vectors(self, name: str, rows: Sequence[int]) -> Vectors | None:
        """The vectors of passages, by their places in ``ids``; None where the index does not give them back."""
        index = self._indexes[name]
        return index.vectors(rows) if isinstance(index, Recalling) else None

    def embed(self, text: str) -> Vectors:
        """The question's vector, of shape (1, dimension)."""
        return self._embedder().embed(EmbedRequest(texts=(text,), role="query"))

    def mask(self, caller: Caller, within: frozenset[str] | None) -> npt.NDArray[np.bool_] | None:
        """Which passages may be found; None where every one may. ``within`` can only narrow what the caller may see."""
        if caller.documents is None and within is None:
            return None
        import numpy as np

        seen = [caller.allows(each) and (within is None or each in within) for each in self._table.documents]
        return np.asarray(seen, dtype=np.bool_)

    def passages(self, ids: Sequence[str]) -> tuple[Passage, ...]:
        """The passages with these ids, in the given order; raises KeyError for an id that is not here."""
        with self._blaming_damage():
            return tuple(self._passage(each) for each in ids)

    def all_passages(self) -> tuple[Passage, ...]:
        return tuple(self._documents.passages_of(self._splitter, *self._versions))

    def passages_of(self, document: str) -> tuple[Passage, ...]:
        version = self._table.versions.get(document)
        return () if version is None else tuple(self._documents.passages_of(self._splitter, version))

    def documents(self) -> Iterator[Document]:
        for version in self._versions:
            found = self._load_version(version)
            if found is not None:
                yield found

    def document(self, document: str) -> Document:
        """The document with this id; raises KeyError where this generation has none."""
        found = self._load_version(self._table.versions[document])
        if found is None:
            raise KeyError(document)
        return found

    @contextmanager
    def _blaming_damage(self) -> Iterator[None]:
        """An index whose files are not what was written may do anything: then that is what is said."""
        try:
            yield
        except SteepError:
            raise
        except Exception as error:
            self._blame_damage(error)
            raise

    def _blame_damage(self, error: Exception | None) -> None:
        if damage := self._damage():
            raise Damaged(
                f"the index is damaged: {damage}. Run `steep index`: it rebuilds it, and loses nothing."
            ) from error

    def _made(self, identity: str) -> Passage:
        place = self._table.places[identity]
        document = self._load_version(place.version)
        if document is None:
            raise KeyError(identity)
        return self._documents.passage(place, document)


class _Table:
    """Where each passage stands, in the order the indexes were built."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = {place.passage: place for place in places}
        self.versions = {place.document: place.version for place in self.places.values()}
        self.ids = tuple(self.places)
        self.documents = tuple(place.document for place in self.places.values())
