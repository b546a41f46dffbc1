"""What an indexing did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSummary:
    """What an indexing did. ``failed`` maps paths to reasons; ``kept`` are failed ones whose old version stays.

    ``unsupported`` counts files by suffix that no reader takes; ``embedded`` counts passages embedded anew;
    ``left_out`` counts the words, by reason, that the files read now hold beside their text: headers, hidden words.
    """

    generation: int
    documents: int
    passages: int
    added: int
    changed: int
    removed: int
    unchanged: int
    embedded: int
    failed: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    unsupported: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    rebuilt: bool = True
