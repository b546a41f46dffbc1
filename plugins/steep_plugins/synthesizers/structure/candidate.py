"""What a rule proposes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from steep_plugins.synthesizers.structure.plain import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A question, and the plain words that answer it with where they stand. ``entity`` is what it asks about."""

    question: str
    answer: Line
    kind: str
    rule: str
    entity: str = ""
