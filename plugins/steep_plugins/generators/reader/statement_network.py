"""The network that weighs whole sentences, each against "no answer": a score is a log-odds.

Imports torch; import it only where a model is wanted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from torch import nn

from steep.engine.device import mixed_precision
from steep.errors import AdapterError

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
    """The blocks of an encoder with a head that scores sentences (see `scored`); ``bert`` is what adapters call it."""

    def __init__(self, bert: Any) -> None:
        super().__init__()
        self.bert = bert
        self.statement = head(bert.config.hidden_size)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None, parts: Sequence[Sequence[Part]]
    ) -> list[torch.Tensor]:
        """For each line of ``input_ids`` (windows, pieces) the scores of its parts."""
        with mixed_precision(input_ids.device.type):
            hidden = self.bert(input_ids, attention_mask=attention_mask).last_hidden_state
        return [scored(self.statement, line, of_line) for line, of_line in zip(hidden.float(), parts, strict=True)]


def head(width: int) -> nn.Linear:
    """A head that says "no answer" to all, for an encoder of this width."""
    made = nn.Linear(3 * width, 1)
    nn.init.zeros_(made.weight)
    nn.init.constant_(made.bias, -1.0)
    return made


def scored(statement: nn.Linear, states: torch.Tensor, parts: Sequence[Part]) -> torch.Tensor:
    """Of each part its log-odds, by the mean of its pieces, its first, and the window's; ``states`` (pieces, width)."""
    if not parts:
        return states.new_zeros(0)
    first = torch.tensor([part.first for part in parts], device=states.device)
    last = torch.tensor([part.last for part in parts], device=states.device)
    sums = torch.nn.functional.pad(states.cumsum(0), (0, 0, 1, 0))
    mean = (sums[last + 1] - sums[first]) / (last + 1 - first)[:, None]
    told = torch.cat((mean, states[first], states[:1].expand_as(mean)), 1)
    scores: torch.Tensor = statement(told)[:, 0]
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


def loaded(encoder: Any, folder: Path) -> tuple[Any, nn.Linear]:
    """The encoder, used up, with the adapter in ``folder`` merged into it, and the head that was trained with it."""
    from steep_plugins.generators.reader.model import with_adapter

    network = with_adapter(StatementNetwork(encoder), folder, name="of statements").merge_and_unload()
    return network.bert, network.statement.eval()


def loaded_head(file: Path, width: int) -> nn.Linear:
    """The head in ``file``, trained with the reader's own adapter. Raises AdapterError where it is not one."""
    from safetensors.torch import load_file

    made = head(width)
    try:
        made.load_state_dict(load_file(file))
    except (OSError, RuntimeError, SafetensorError) as error:
        raise AdapterError(f"{file} does not hold a head for statements ({error}); reinstall steep") from error
    return made.eval()
