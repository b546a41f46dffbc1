"""Searches by comparing the question with every passage: exact, and quick enough for some ten thousand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.errors import Damaged
from steep.kinds import Ranked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from steep.kinds import Index, IndexBuild, IndexQuery


class Options(BaseModel, extra="forbid", frozen=True):
    """What a user may write beside `use = "my-index"`."""

    half: bool = Field(default=False, description="keep vectors as 16-bit floats: half the space, 3 digits")


class MyIndex:
    """Keeps two files a generation: the vectors, and the ids of their passages."""

    def __init__(self, *, half: bool) -> None:
        self._type = "float16" if half else "float32"

    @property
    def uses_vectors(self) -> bool:
        return True

    def build(self, request: IndexBuild) -> None:
        import numpy as np  # in here: whoever does not use this part does not wait for it

        if request.vectors is None:
            raise ValueError("the index `my-index` needs vectors")
        np.save(request.folder / "vectors.npy", request.vectors.astype(self._type))
        (request.folder / "ids.json").write_text(json.dumps(request.ids), "utf-8")

    def open(self, folder: Path) -> Opened:
        import numpy as np

        try:
            ids = tuple(json.loads((folder / "ids.json").read_text("utf-8")))
            vectors = np.load(folder / "vectors.npy").astype(np.float32)  # (passages, dimension)
        except (OSError, ValueError, EOFError) as error:
            raise Damaged(f"the index in {folder} cannot be read ({error}); run `steep index` again.") from error
        return Opened(ids, vectors)


class Opened:
    """One generation, in memory."""

    def __init__(self, ids: tuple[str, ...], vectors: npt.NDArray[np.float32]) -> None:
        self._ids = ids
        self._vectors = vectors

    def search(self, query: IndexQuery) -> Ranked:
        import numpy as np

        if query.vector is None or not self._ids:
            return Ranked(ids=(), scores=())
        scores = self._vectors @ query.vector.reshape(-1)
        places = np.arange(len(scores)) if query.allowed is None else np.flatnonzero(query.allowed)
        best = places[np.argsort(-scores[places], kind="stable")][: query.k]
        return Ranked(ids=tuple(self._ids[place] for place in best), scores=tuple(float(scores[p]) for p in best))


def build(options: Options, context: Context) -> Index:
    return MyIndex(half=options.half)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="index",
        name="my-index",
        summary="Exact cosine search over all vectors",
        config=Options,
        build=build,
    )
