"""The strategy `raft`: an answer among hard distractors, and none where the golden passage was left out.

After Zhang et al., "RAFT: Adapting Language Model to Domain Specific RAG" (arXiv 2403.10131), with distractors from the
project's own index instead of random ones; and instead of an answer from memory, that there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.values import ChatRow
from steep_plugins.strategies.showing import drawn, shuffled, with_others

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Objective, TuneSource
    from steep.values import Row


class Raft:
    """``golden`` is the share of the pairs whose own passage is shown."""

    objectives: tuple[Objective, ...] = ("reply",)

    def __init__(self, *, golden: float) -> None:
        self._golden = golden

    def rows(self, source: TuneSource) -> Iterator[Row]:
        for pair in source.pairs:
            passages = with_others(source, pair)
            distractors = [passage for passage in passages if passage.id not in pair.passages]
            shown = passages if not distractors or drawn(self._golden, source, pair.id) else distractors
            yield ChatRow(messages=source.format(pair, shuffled(shown, source, pair.id)).messages)
