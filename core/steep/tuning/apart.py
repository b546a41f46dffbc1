"""What of the documents no training saw: by it is told how well they are read that were not learned by heart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.engine.course import chosen
from steep.values import TextRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.tuning.rows import PhaseRows
    from steep.values import Pair, Row
    from steep.workspace.library import Library

__all__ = ["stretches_apart"]

_MOST = 20


def stretches_apart(library: Library, phases: Sequence[PhaseRows], pairs: Sequence[Pair]) -> tuple[TextRow, ...]:
    """Stretches held out: those of a phase that learns running text, else of documents that no pair was taken from.

    ``pairs`` are those that are learned from; what only stood beside one as a distractor was not learned.
    """
    learned = {row.text for phase in phases for row in phase.train if isinstance(row, TextRow)}
    held = {
        row.id: row for phase in phases for row in phase.dev if isinstance(row, TextRow) and row.text not in learned
    }
    if learned:
        return _chosen(list(held.values()))
    used = {span.document for pair in pairs for span in pair.spans}
    used |= {passage.document for pair in pairs for passage in library.passages(pair.passages)}
    apart = (passage for passage in library.all_passages() if passage.document not in used)
    return _chosen([TextRow(text=passage.text, source=passage.path) for passage in apart])


def _chosen(rows: Sequence[Row]) -> tuple[TextRow, ...]:
    return tuple(row for row in chosen(rows, _MOST) if isinstance(row, TextRow))
