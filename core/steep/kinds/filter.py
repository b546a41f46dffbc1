"""A filter: says of a pair why it should not be kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.values import Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterRequest:
    """``kept`` are the pairs that passed before, in order: some filters compare with them."""

    pair: Pair
    kept: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """``reason`` says in a few words why the pair is dropped, "" where it stays; ``scores`` join the pair's."""

    reason: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)


class Filter(Protocol):
    """Judges one pair after another; the same pairs, the same judgements."""

    def sift(self, request: FilterRequest) -> Sifted: ...


KIND = Kind(
    name="filter",
    summary="says which pairs are not kept",
    table='[[filter]]\nuse = "NAME"',
)
