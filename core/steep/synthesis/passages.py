"""What filters need of a library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.values import Passage


class Passages(Protocol):
    """Passages by id; a Library is one."""

    def passages(self, ids: Sequence[str]) -> tuple[Passage, ...]: ...
