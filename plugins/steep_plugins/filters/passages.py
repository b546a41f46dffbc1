"""What filters need of a library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from steep.values import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.values import Passage


class Passages(Protocol):
    """Passages by id; a Library is one."""

    def passages(self, ids: Sequence[str]) -> tuple[Passage, ...]: ...


def hits_of(passages: Sequence[Passage]) -> tuple[Hit, ...]:
    return tuple(Hit(passage=passage, score=1.0 / rank, rank=rank) for rank, passage in enumerate(passages, start=1))
