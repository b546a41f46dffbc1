"""A compiled decoder: tokens of several sequences in, logits out, each sequence with its own adapter."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from steep.errors import ModelError
from steep_plugins.compiled.blocks import Block, Pool
from steep_plugins.compiled.graph import decoder_graph
from steep_plugins.compiled.library import Type, ov
from steep_plugins.compiled.weights import GROUP
from steep_plugins.models.thin import GROUPS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from steep_plugins.compiled.blocks import Array
    from steep_plugins.models.thin import Layers, Shapes, Thin

_FIRST = 64  # blocks at the beginning
_NOBODY = -1  # who has no adapter
_KINDS = {Type.u8: "uint8", Type.f32: "float32", Type.f16: "float16", Type.bf16: "uint16"}


@dataclass(slots=True, eq=False)
class Table:
    """The key-values of one sequence: how many tokens they are of, and the blocks they stand in."""

    length: int = 0
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Tokens that one sequence goes on with; the logits behind its last ``columns`` are wanted."""

    table: Table
    tokens: Sequence[int]
    added: Beside | None = None
    columns: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """What an adapter adds: by layer and product, its downs (rank, inputs) and ups (rank, outputs)."""

    thin: list[list[Thin]]

    @property
    def ranks(self) -> list[int]:
        return [len(down) for down, _ in self.thin[0]]


def beside(layers: Layers, shapes: Shapes, dtype: torch.dtype) -> Beside:
    """An adapter as the graph takes it: a product has the same rank in all layers, by zeros where it has less."""
    filled = [_filled([each[group] for each in layers], shape, dtype) for group, shape in enumerate(shapes)]
    return Beside([list(each) for each in zip(*filled, strict=True)])


def _filled(parts: Sequence[Thin | None], shape: tuple[int, Sequence[int]], dtype: torch.dtype) -> list[Thin]:
    """What one product gets in each layer."""
    rank = max((each[0].shape[1] for each in parts if each is not None), default=0)
    found = []
    for each in parts:
        down, up = torch.zeros(rank, shape[0]), torch.zeros(rank, sum(shape[1]))
        if each is not None:
            down[: each[0].shape[1]], up[: each[0].shape[1]] = each[0].T, each[1]
        found.append((down.to(dtype), up.to(dtype)))
    return found


class Decoder:
    """Compiles the graph when it is first needed, and anew, with room for adapters, when the first of them comes.

    Without them nothing is paid for them then, and the weights are never held twice. ``load`` gives the model of
    transformers, which is not kept. Thread-safe: one call runs at a time.
    """

    def __init__(self, load: Callable[[], Any], *, precision: Any, narrow: bool) -> None:
        self._load = load
        self._narrow = narrow
        self.inner = torch.bfloat16 if precision == Type.bf16 else torch.float32
        self._kind = precision
        self._settings = {
            "INFERENCE_PRECISION_HINT": precision,
            "INFERENCE_NUM_THREADS": torch.get_num_threads(),
            "NUM_STREAMS": 1,
            "ENABLE_CPU_PINNING": False,  # other processes would be pinned to the same cores
            "DYNAMIC_QUANTIZATION_GROUP_SIZE": GROUP if narrow else 0,
            "KV_CACHE_PRECISION": Type.u8 if narrow else precision,
        }
        self._lock = RLock()
        self._compiled: _Compiled | None = None
        self._pool: Pool | None = None

    def block(self, *, adapters: bool) -> int:
        """How many tokens a block holds; what calls with or without adapters need is compiled for it."""
        with self._lock:
            return self._ready(adapters=adapters)[1].tokens

    def __call__(self, parts: Sequence[Part]) -> torch.Tensor:
        """The logits that are wanted, one behind the other (tokens, vocabulary); the tables hold the tokens after."""
        with self._lock:
            compiled, pool = self._ready(adapters=any(each.added is not None for each in parts))
            for each in parts:
                needed = -(-(each.table.length + len(each.tokens)) // pool.tokens) - len(each.table.blocks)
                each.table.blocks.extend(pool.take(max(0, needed)))
            found = compiled.run(_flat(parts) | self._owners(compiled, parts), pool)
            for each in parts:
                each.table.length += len(each.tokens)
            return found

    def branch(self, table: Table) -> Table:
        """Another sequence that begins as this one does: whole blocks are shared, the last is copied."""
        with self._lock:
            pool = self._ready(adapters=False)[1]
            whole = table.length // pool.tokens
            rest = [pool.copy(each) for each in table.blocks[whole : -(-table.length // pool.tokens)]]
            return Table(table.length, table.blocks[:whole] + rest)

    def _owners(self, compiled: _Compiled, parts: Sequence[Part]) -> dict[str, Any]:
        if not compiled.adapters:
            return {}
        adapters = list(dict.fromkeys(each.added for each in parts if each.added is not None))
        known = compiled.use(adapters, tokens=sum(len(each.tokens) for each in parts))
        owner = [_NOBODY if each.added is None else known[each.added] for each in parts for _ in each.tokens]
        return {"owner": np.array(owner, np.int32)[:, None]}

    def _ready(self, *, adapters: bool) -> tuple[_Compiled, Pool]:
        if self._compiled is None or (adapters and not self._compiled.adapters):
            self._compiled = None  # what it holds goes before the next is made
            self._compiled = self._made(adapters=adapters or self._pool is not None)
        if self._pool is None:
            kept = self._compiled.kept()
            tokens = next(shape[1] for name, (shape, _) in kept.items() if name.startswith("value"))
            self._pool = Pool(kept, tokens=tokens, first=_FIRST)
        return self._compiled, self._pool

    def _made(self, *, adapters: bool) -> _Compiled:
        model = self._load()
        graph = decoder_graph(model, narrow=self._narrow, adapters=self._kind if adapters else None)
        del model
        try:
            compiled = ov.Core().compile_model(graph, "CPU", self._settings)
        except RuntimeError as error:
            raise ModelError(
                f"OpenVINO {ov.__version__} cannot compile this model for this CPU: {error}. "
                'Set `runtime = "torch"` in its [model.NAME].'
            ) from error
        return _Compiled(compiled, adapters=adapters)


def _flat(parts: Sequence[Part]) -> dict[str, Any]:
    """The inputs of the graph that say which token is whose, and where its key-values stand."""
    before, counts = [each.table.length for each in parts], [len(each.tokens) for each in parts]
    ends = np.cumsum([0, *counts])
    blocks = [[block.number for block in each.table.blocks] for each in parts]
    wanted = [at for each, end in zip(parts, ends[1:], strict=True) for at in range(end - each.columns, end)]
    small = {
        "wanted": wanted,
        "past_lens": before,
        "subsequence_begins": ends,
        "block_indices": [number for each in blocks for number in each],
        "block_indices_begins": np.cumsum([0, *map(len, blocks)]),
        "max_context_len": max(a + b for a, b in zip(before, counts, strict=True)),
    }
    places = np.concatenate([np.arange(a, a + b) for a, b in zip(before, counts, strict=True)])
    ids = np.array([token for each in parts for token in each.tokens], np.int64)
    return {name: np.array(value, np.int32) for name, value in small.items()} | {
        "input_ids": ids,
        "position_ids": places.astype(np.int64),
    }


class _Compiled:
    """One graph, its request, and what was last set of it. What a tensor rests on is held as long as it is set."""

    def __init__(self, compiled: Any, *, adapters: bool) -> None:
        self.adapters = adapters
        self._compiled = compiled
        self._request = compiled.create_infer_request()
        self._arrays: Any = None
        self._set: dict[Beside, int] | None = None
        self._held: list[Any] = []
        inputs = {each.get_any_name(): each for each in compiled.inputs}
        self._thin = {name: each for name, each in inputs.items() if name.startswith(("down.", "up."))}

    def kept(self) -> dict[str, tuple[tuple[int, ...], str]]:
        """The shape of one block in each input that holds key-values, and its number format."""
        named = {each.get_any_name(): each for each in self._compiled.inputs}
        return {
            name: (
                tuple(each.get_partial_shape()[axis].get_length() for axis in (1, 2, 3)),
                _KINDS[each.get_element_type()],
            )
            for name, each in named.items()
            if "_cache." in name
        }

    def run(self, given: dict[str, Any], pool: Pool) -> torch.Tensor:
        if self._arrays is not pool.arrays:
            for name, array in pool.arrays.items():
                kind = self._compiled.input(name).get_element_type()
                self._request.set_tensor(name, ov.Tensor(array, ov.Shape(array.shape), kind))
            self._arrays = pool.arrays
        for name, value in given.items():
            self._request.set_tensor(name, ov.Tensor(value))
        self._request.infer()
        return torch.from_numpy(self._request.get_tensor("logits").data[:, 0].astype(np.float32))

    def use(self, adapters: Sequence[Beside], *, tokens: int) -> dict[Beside, int]:
        """The number of each adapter in the graph. Those of the step before may stay, where they cost it little."""
        known = self._set
        if known is not None and set(adapters) <= set(known):
            few = tokens <= 2 * len(known) and len(known) <= 2 * len(adapters)
            if few or len(known) == len(adapters):
                return known
        self._set, self._held = None, []
        for group in range(len(GROUPS)):
            columns = [number for number, each in enumerate(adapters) for _ in range(each.ranks[group])]
            self._hold(f"columns.{group}", np.array(columns, np.int32), Type.i32)
        for name, given in self._thin.items():
            side, layer, group = name.split(".")
            parts = [each.thin[int(layer)][int(group)][side == "up"] for each in adapters]
            empty = torch.empty(0, given.get_partial_shape()[1].get_length())
            joined = torch.cat(parts) if parts else empty
            # numpy does not know bf16
            array = joined.view(torch.int16).numpy() if joined.dtype == torch.bfloat16 else joined.numpy()
            self._hold(name, array, given.get_element_type())
        self._set = {each: number for number, each in enumerate(adapters)}
        return self._set

    def _hold(self, name: str, array: Array, kind: Any) -> None:
        self._held.append(array)
        shape = ov.Shape(array.shape)
        self._request.set_tensor(name, ov.Tensor(array, shape, kind) if array.size else ov.Tensor(kind, shape))
