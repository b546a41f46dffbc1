"""The graph of a decoder of Llama's or Qwen2's build, in OpenVINO's operations.

Tokens of all sequences lie one behind the other; which is whose, and where its key-values stand, is said beside them:
`paged_attention_transformation` makes that out of a graph that keeps key-values as its state.

An adapter is two thin products beside each. Those of all adapters in use stand side by side, and a token sees the
columns of its own alone (``owner``, ``columns``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from steep_plugins.compiled.library import PartialShape, Type, ops, ov, paged_attention_transformation
from steep_plugins.compiled.weights import exactly, number, weight
from steep_plugins.models.thin import GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence


def decoder_graph(model: Any, *, narrow: bool, adapters: Any = None) -> Any:
    """The graph of a model of transformers. ``adapters`` is the type of what they add; None leaves them out."""
    graph = _Graph(model, narrow=narrow, adapters=adapters)
    built = ov.Model([ops.result(graph.logits())], graph.kept, graph.given, "decoder")
    paged_attention_transformation(built)
    return built


class _Graph:
    def __init__(self, model: Any, *, narrow: bool, adapters: Any) -> None:
        self._model = model
        self._narrow = narrow
        self._adapters = adapters
        config = model.config
        self._eps = config.rms_norm_eps
        self._wide = config.intermediate_size
        self._heads, self._keys = config.num_attention_heads, config.num_key_value_heads
        self._depth = getattr(config, "head_dim", None) or config.hidden_size // self._heads
        self.given: list[Any] = []
        self.kept: list[Any] = []
        self._ids = self._input("input_ids", [-1, -1], Type.i64)
        self._mask = self._input("attention_mask", [-1, -1], Type.i64)
        self._places = self._input("position_ids", [-1, -1], Type.i64)
        self._order = self._input("beam_idx", [-1], Type.i32)
        self._wanted = self._input("wanted", [-1], Type.i32)
        self._seen = self._columns_seen() if adapters is not None else []

    def logits(self) -> Any:
        """Of the tokens that are wanted (tokens, 1, vocabulary)."""
        decoder = self._model.model
        words = weight(decoder.embed_tokens.weight, narrow=self._narrow)
        x = ops.gather(words, ops.convert(self._ids, Type.i32), _int(0))
        self._turn = self._angles(decoder.rotary_emb.inv_freq)
        self._blank = self._attended()
        for count, layer in enumerate(decoder.layers):
            x = self._through(x, layer, count)
        x = self._normed(ops.gather(x, self._wanted, _int(0)), decoder.norm.weight)
        last = self._model.lm_head.weight
        shared = last.data_ptr() == decoder.embed_tokens.weight.data_ptr()
        found = ops.matmul(x, words if shared else weight(last, narrow=self._narrow), False, True)
        found.output(0).set_names({"logits"})
        return found

    def _through(self, x: Any, layer: Any, count: int) -> Any:
        parts = {**dict(layer.self_attn.named_children()), **dict(layer.mlp.named_children())}
        qkv, out, gates, down = [[parts[name] for name in group] for group in GROUPS]
        y = self._product(self._normed(x, layer.input_layernorm.weight), qkv, count, 0)
        one = self._keys * self._depth
        queries, keys, values = _split(y, [self._heads * self._depth, one, one])
        queries = self._turned(self._apart(queries, self._heads))
        keys = self._remembered(self._turned(self._apart(keys, self._keys)), f"{count}.key")
        values = self._remembered(self._apart(values, self._keys), f"{count}.value")
        seen = ops.scaled_dot_product_attention(queries, keys, values, self._blank)
        joined = ops.reshape(_swapped(seen), _ints(0, 0, self._heads * self._depth), True)
        x = ops.add(x, self._product(joined, out, count, 1))
        y = self._product(self._normed(x, layer.post_attention_layernorm.weight), gates, count, 2)
        gate, up = _split(y, [self._wide, self._wide])
        return ops.add(x, self._product(ops.multiply(ops.swish(gate), up), down, count, 3))

    def _product(self, x: Any, layers: Sequence[Any], count: int, group: int) -> Any:
        """Projections that read the same input as one product, with what adapters add to it."""
        joined = torch.cat([each.weight.detach() for each in layers])
        y = ops.matmul(x, weight(joined, narrow=self._narrow), False, True)
        biases = [each.bias for each in layers if each.bias is not None]
        if biases:
            y = ops.add(y, exactly(torch.cat(biases)[None, None]))
        if self._adapters is None:
            return y
        outputs, inputs = joined.shape
        lower = ops.convert(self._input(f"down.{count}.{group}", [-1, inputs], self._adapters), Type.f32)
        upper = ops.convert(self._input(f"up.{count}.{group}", [-1, outputs], self._adapters), Type.f32)
        inner = ops.multiply(ops.matmul(x, lower, False, True), self._seen[group])
        return ops.add(y, ops.matmul(inner, upper, False, False))

    def _columns_seen(self) -> list[Any]:
        owner = ops.unsqueeze(self._input("owner", [-1, 1], Type.i32), _int(2))
        columns = [self._input(f"columns.{group}", [-1], Type.i32) for group in range(len(GROUPS))]
        return [ops.convert(ops.equal(owner, each), Type.f32) for each in columns]

    def _normed(self, x: Any, scale: Any) -> Any:
        mean = ops.reduce_mean(ops.power(x, number(2)), _ints(-1), True)
        length = ops.sqrt(ops.add(mean, number(self._eps)))
        return ops.multiply(ops.multiply(x, ops.divide(number(1), length)), exactly(scale))

    def _angles(self, inverse: torch.Tensor) -> tuple[Any, Any]:
        places = ops.unsqueeze(ops.convert(self._places, Type.f32), _int(1))
        angles = ops.transpose(ops.matmul(exactly(inverse[None, :, None]), places, False, False), _ints(0, 2, 1))
        both = ops.concat([angles, angles], -1)
        return ops.unsqueeze(ops.cos(both), _int(1)), ops.unsqueeze(ops.sin(both), _int(1))

    def _turned(self, x: Any) -> Any:
        """By their places; written as OpenVINO knows it, which makes one operation of it."""
        half = self._depth // 2
        first = ops.slice(x, _ints(0), _ints(half), _ints(1), _ints(3))
        second = ops.slice(x, _ints(half), _ints(2**63 - 1), _ints(1), _ints(3))
        minus = ops.constant(np.full((1, 1, 1, 1), -1, np.float32))
        crossed = ops.concat([ops.multiply(second, minus), first], -1)
        cos, sin = self._turn
        return ops.add(ops.multiply(x, cos), ops.multiply(crossed, sin))

    def _apart(self, x: Any, heads: int) -> Any:
        return _swapped(ops.reshape(x, _ints(0, 0, heads, self._depth), True))

    def _remembered(self, x: Any, name: str) -> Any:
        """Keys or values behind those from before, each for all of its queries."""
        keys, depth = _ints(self._keys), _ints(self._depth)
        known = ov.op.util.VariableInfo()
        known.data_shape = PartialShape([-1, self._keys, -1, self._depth])
        known.data_type, known.variable_id = Type.f32, name
        variable = ov.op.util.Variable(known)
        rows = _size(self._ids, 0)
        empty = ops.broadcast(number(0), ops.concat([rows, keys, _ints(0), depth], 0))
        before = ops.gather(ops.read_value(empty, variable), self._order, _int(0))
        whole = ops.concat([before, x], 2)
        self.kept.append(ops.assign(whole, variable))
        if self._heads == self._keys:
            return whole
        shape = [_size(whole, 0), keys, _ints(self._heads // self._keys), _size(whole, 2), depth]
        spread = ops.broadcast(ops.unsqueeze(whole, _int(2)), ops.concat(shape, 0), "BIDIRECTIONAL")
        return ops.reshape(spread, _ints(0, self._heads, -1, self._depth), True)

    def _attended(self) -> Any:
        """What no token may see; the transformation puts each sequence's own bounds in its place."""
        hidden = ops.multiply(ops.subtract(number(1), ops.convert(self._mask, Type.f32)), number(-65504))
        return ops.unsqueeze(ops.unsqueeze(hidden, _int(1)), _int(1))

    def _input(self, name: str, shape: list[int], kind: Any) -> Any:
        found = ops.parameter(PartialShape(shape), kind, name=name)
        found.output(0).set_names({name})
        self.given.append(found)
        return found


def _int(value: int) -> Any:
    return ops.constant(np.int32(value))


def _ints(*values: int) -> Any:
    return ops.constant(np.array(values, np.int64))


def _size(x: Any, axis: int) -> Any:
    return ops.gather(ops.shape_of(x, Type.i64), _ints(axis), ops.constant(np.int64(0)))


def _split(x: Any, sizes: Sequence[int]) -> Any:
    return ops.variadic_split(x, _int(2), _ints(*sizes)).outputs()


def _swapped(x: Any) -> Any:
    return ops.transpose(x, _ints(0, 2, 1, 3))
