"""The network that weighs whole sentences, each against "no answer": a score is a log-odds.

Imports torch; import it only where a model is wanted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from steep.engine.device import mixed_precision

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from steep_plugins.generators.reader.windows import Window


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces ``first`` to ``last`` of a window's own, both among ``Window.ids``: a sentence, or as much as it holds."""

    first: int
    last: int


class StatementNetwork(nn.Module):
    """The blocks of BERT with a head that scores a sentence by the mean of its pieces, its first, and the window's."""

    def __init__(self, bert: Any) -> None:
        super().__init__()
        self.bert = bert
        self.statement = nn.Linear(3 * bert.config.hidden_size, 1)
        nn.init.zeros_(self.statement.weight)
        nn.init.constant_(self.statement.bias, -1.0)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None, parts: Sequence[Sequence[Part]]
    ) -> list[torch.Tensor]:
        """For each line of ``input_ids`` (windows, pieces) the scores of its parts."""
        with mixed_precision(input_ids.device.type):
            hidden = self.bert(input_ids, attention_mask=attention_mask).last_hidden_state
        hidden = hidden.float()
        sums = torch.nn.functional.pad(hidden.cumsum(1), (0, 0, 1, 0))
        scores = []
        for line, of_line in enumerate(parts):
            if not of_line:
                scores.append(hidden.new_zeros(0))
                continue
            first = torch.tensor([part.first for part in of_line], device=hidden.device)
            last = torch.tensor([part.last for part in of_line], device=hidden.device)
            mean = (sums[line, last + 1] - sums[line, first]) / (last + 1 - first)[:, None]
            told = torch.cat((mean, hidden[line, first], hidden[line, :1].expand_as(mean)), 1)
            scores.append(self.statement(told)[:, 0])
        return scores


def parts_of(window: Window, spans: Sequence[tuple[int, int]], sentences: Sequence[tuple[int, int]]) -> dict[int, Part]:
    """By the number of a sentence, the pieces of it that a window holds; ``spans`` are the text's pieces."""
    found = {}
    own = spans[window.first : window.first + window.count]
    at = 0
    for number, (start, end) in enumerate(sentences):
        while at < len(own) and own[at][1] <= start:
            at += 1
        last = at
        while last < len(own) and own[last][0] < end:
            last += 1
        if last > at:
            found[number] = Part(window.body + at, window.body + last - 1)
    return found


def loaded(reader: Any, folder: Path, *, device: str) -> Any:
    """The network for answering: ``reader``'s blocks, which are used up, with the adapter in ``folder`` merged in."""
    from steep_plugins.generators.reader.model import with_adapter
    from steep_plugins.generators.reader.reading import ready

    network = with_adapter(StatementNetwork(reader.bert), folder, name="of statements").merge_and_unload()
    network.bert = ready(network.bert, device)
    return network.to(device).eval()
