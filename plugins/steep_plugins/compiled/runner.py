"""Runs a compiled decoder for a language model: prompts, steps and given replies (see `running.Runner`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from steep.engine.adapters import AdapterCache
from steep.engine.device import compute_dtype
from steep_plugins.compiled.decoder import Decoder, Part, Table, beside
from steep_plugins.compiled.library import Type
from steep_plugins.models.prefixes import Prefixes
from steep_plugins.models.running import KEPT, parts, summed, version_of
from steep_plugins.models.thin import read_adapter
from steep_plugins.models.together import Together

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from steep.kinds import AdapterRef
    from steep_plugins.compiled.blocks import Block
    from steep_plugins.compiled.decoder import Beside
    from steep_plugins.models.running import Prompts, Selected, Session

_READ = 512  # tokens of a prompt that are read in one call: steps of others come between
_WEIGHED = 256  # tokens whose probabilities are computed in one call


def compiled_runner(load: Callable[[], Any], config: Any, *, dtype: str, digest: str, capacity: int) -> CompiledRunner:
    """``dtype`` auto: weights and inputs of products in 8 bits, all else in what the CPU is fast at."""
    fast = compute_dtype() if dtype == "auto" else getattr(torch, dtype)
    precision = Type.bf16 if fast == torch.bfloat16 else Type.f32
    decoder = Decoder(load, precision=precision, narrow=dtype == "auto")
    return CompiledRunner(decoder, config, digest=digest, capacity=capacity)


class CompiledRunner:
    """A decoder, with the adapters last used. Thread-safe: replies of several threads are written together."""

    def __init__(self, decoder: Decoder, config: Any, *, digest: str, capacity: int) -> None:
        self._decoder = decoder
        self._layers = config.num_hidden_layers
        self._shapes = shapes_of(config)
        self._adapters: AdapterCache[Beside] = AdapterCache(self._read_adapter, digest=digest, capacity=capacity)
        self._prefixes: Prefixes[list[Block]] = Prefixes(KEPT)
        self._together: Together[_Written, torch.Tensor] = Together(self._steps)

    def open(self, prompts: Prompts, adapters: Selected) -> Session:
        rows, logits = [], []
        for prompt, adapter in zip(prompts, adapters, strict=True):
            row, last = self._read(list(prompt), adapter)
            rows.append(row)
            logits.append(last)
        return _Written(rows, torch.cat(logits), self._together)

    def likelihoods(self, prompt: list[int], replies: Prompts, adapter: AdapterRef | None) -> list[float]:
        row, last = self._read(prompt, adapter)
        found: list[float] = []
        for part in parts(replies, _WEIGHED):
            found += self._weighed(row, last, part)
        return found

    def _read(self, prompt: list[int], adapter: AdapterRef | None) -> tuple[_Row, torch.Tensor]:
        """A sequence after its prompt, and the logits (1, vocabulary) behind it. Whole blocks of it are kept."""
        added = self._adapters.get(adapter) if adapter else None
        decoder, size = self._decoder, self._decoder.block(adapters=added is not None)
        known, kept = self._prefixes.longest(version_of(adapter), prompt[:-1])
        whole = known // size
        table = Table(whole * size, list(kept[:whole]) if kept else [])
        logits = torch.empty(0)
        for at in range(table.length, len(prompt), _READ):
            logits = decoder([Part(table=table, tokens=prompt[at : at + _READ], added=added)])
        whole = len(prompt) // size
        self._prefixes.keep(version_of(adapter), prompt[: whole * size], table.blocks[:whole])
        return _Row(table, added), logits

    def _weighed(self, row: _Row, last: torch.Tensor, replies: Prompts) -> list[float]:
        """Replies as branches of one prompt; the token that ends each has nothing behind it to be predicted."""
        branches = [
            Part(table=self._decoder.branch(row.table), tokens=reply[:-1], added=row.added, columns=len(reply) - 1)
            for reply in replies
            if len(reply) > 1
        ]
        logits = self._decoder(branches) if branches else last[:0]
        found, at = [], 0
        for reply in replies:
            found += summed(torch.cat([last, logits[at : at + len(reply) - 1]])[None], [reply])
            at += len(reply) - 1
        return found

    def _steps(self, written: Sequence[_Written]) -> list[torch.Tensor]:
        given = [
            Part(table=row.table, tokens=[token], added=row.added)
            for each in written
            for row, token in zip(each.rows, each.tokens, strict=True)
        ]
        return list(torch.split(self._decoder(given), [len(each.rows) for each in written]))

    def _read_adapter(self, adapter: AdapterRef) -> Beside:
        return beside(read_adapter(adapter, self._shapes, self._layers), self._shapes, self._decoder.inner)


def shapes_of(config: Any) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """The inputs, and the outputs part by part, of each product of a layer."""
    heads, wide = config.num_attention_heads, config.intermediate_size
    depth = getattr(config, "head_dim", None) or config.hidden_size // heads
    one = config.num_key_value_heads * depth
    return (
        (config.hidden_size, (heads * depth, one, one)),
        (heads * depth, (config.hidden_size,)),
        (config.hidden_size, (wide, wide)),
        (wide, (config.hidden_size,)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    table: Table
    added: Beside | None


class _Written:
    """The rows of one request; those that are left out free their blocks."""

    def __init__(self, rows: list[_Row], logits: torch.Tensor, together: Together[_Written, torch.Tensor]) -> None:
        self.rows = rows
        self.tokens: list[int] = []
        self.logits = logits
        self._together = together

    def step(self, tokens: Sequence[int], rows: Sequence[int]) -> None:
        self.rows, self.tokens = [self.rows[row] for row in rows], list(tokens)
        self.logits = self._together.step(self)
