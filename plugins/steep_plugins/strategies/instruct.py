"""The strategy `instruct`: the pairs, as conversations for what writes, as spans for what quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.values import PERSON, ChatRow, SpanRow
from steep_plugins.strategies.showing import shuffled, with_others

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Objective, TuneSource
    from steep.values import Row


class Instruct:
    """The right passages are always shown: what cannot see an answer must not be taught to give it."""

    objectives: tuple[Objective, ...] = ("reply", "span")

    def rows(self, source: TuneSource) -> Iterator[Row]:
        for pair in source.pairs:
            passages = with_others(source, pair)
            if source.objective == "span":
                yield SpanRow(
                    question=pair.question,
                    answer=pair.answer,
                    passages=passages,
                    spans=pair.spans,
                    person=pair.synthesizer == PERSON,
                )
            else:
                yield ChatRow(messages=source.format(pair, shuffled(passages, source, pair.id)).messages)
