"""A decoder of Llama's or Qwen2's build, run without the layers of transformers: several times as fast on a CPU.

Written out, a token costs its matrix products and little else: projections that read the same input are one product,
the key-values lie in one block that grows by steps, and an adapter is two thin products beside each. With ``narrow``,
replies are written with weights of 4 or 8 bits (see `narrowing`), since what is read from memory for each token is what
it costs; prompts are read, and given replies weighed, in the format of the weights.

Each prompt is read by itself, and one at a time, so a row of a batch is what it is alone; only the steps of the reply
are shared, by all rows that are being written, whoever asked for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from threading import Lock
from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from steep.engine.adapters import AdapterCache
from steep_plugins.models.looking import looked
from steep_plugins.models.narrowing import narrowed
from steep_plugins.models.prefixes import Prefixes
from steep_plugins.models.running import KEPT, SCORED, SHARED, parts, summed, version_of
from steep_plugins.models.thin import GROUPS, added_in, plus, read_adapter, shares
from steep_plugins.models.together import Together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from steep.kinds import AdapterRef
    from steep_plugins.models.running import Prompts, Selected, Session
    from steep_plugins.models.thin import Added, Shares, Thin

_GROWTH = 64  # tokens by which a block of key-values grows


def runs(config: Any, device: str) -> bool:
    """Whether a model is of these builds, and lies on a CPU."""
    rope = getattr(config, "rope_parameters", None) or {}
    plain = {"attention_bias": False, "mlp_bias": False, "hidden_act": "silu", "use_sliding_window": False}
    return (
        device == "cpu"
        and config.model_type in ("llama", "qwen2")
        and rope.get("rope_type", "default") == "default"
        and all(getattr(config, name, value) == value for name, value in plain.items())
    )


class _Product:
    """One product with a fused weight, in the weight's own format or, for replies, in fewer bits."""

    def __init__(self, layers: Sequence[Any], *, narrow: bool) -> None:
        self.weight = _joined([each.weight for each in layers])
        biases = [each.bias for each in layers if each.bias is not None]  # Qwen2's queries, keys and values have some
        self._bias = _joined(biases) if biases else None
        self._narrow = narrowed(self.weight) if narrow else None

    def __call__(
        self, x: torch.Tensor, thin: Iterable[tuple[slice, Thin | None]] = (), *, writing: bool = False
    ) -> torch.Tensor:
        if writing and self._narrow is not None:
            y = self._narrow(x.reshape(-1, x.shape[-1]).contiguous()).view(*x.shape[:-1], -1)
            y = y if self._bias is None else y + self._bias.to(y.dtype)
        else:
            y = functional.linear(x, self.weight, self._bias)
        for rows, each in thin:
            if each is not None:
                y[rows] = plus(y[rows], x[rows], each)
        return y


def _joined(parts: Sequence[torch.Tensor]) -> torch.Tensor:
    return torch.cat([each.detach() for each in parts]).contiguous() if len(parts) > 1 else parts[0].detach()


@dataclass(frozen=True, slots=True)
class _Layer:
    before: torch.Tensor
    products: tuple[_Product, ...]  # as GROUPS
    between: torch.Tensor


class Llama:
    """The weights, and a step through them."""

    def __init__(self, model: Any, *, narrow: bool) -> None:
        config = model.config
        self.heads, self.keys = config.num_attention_heads, config.num_key_value_heads
        self.depth = getattr(config, "head_dim", None) or config.hidden_size // self.heads
        self.dtype = model.dtype
        self.writes_in = torch.bfloat16 if narrow else model.dtype
        self._eps = torch.tensor(config.rms_norm_eps)
        self._wide = config.intermediate_size
        self.layers = [_layer(each, narrow=narrow) for each in model.model.layers]
        self.words = model.model.embed_tokens.weight.detach()
        self._last = model.model.norm.weight.detach()
        self._out = _Product([model.lm_head], narrow=narrow)
        one = self.keys * self.depth
        self.shapes: tuple[tuple[int, tuple[int, ...]], ...] = (
            (config.hidden_size, (self.heads * self.depth, one, one)),
            (self.heads * self.depth, (config.hidden_size,)),
            (config.hidden_size, (self._wide, self._wide)),
            (self._wide, (config.hidden_size,)),
        )
        self._inverse = model.model.rotary_emb.inv_freq.float()

    def __call__(
        self,
        ids: torch.Tensor,
        positions: torch.Tensor,
        attend: Callable[[int, torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor],
        shared: Shares = (),
        *,
        writing: bool = False,
        columns: int = 1,
    ) -> torch.Tensor:
        """Logits (rows, columns, vocabulary). ``attend`` is given a layer's number, queries, keys and values.

        The last layer asks with the queries of the last columns alone.
        """
        x = functional.embedding(ids, self.words).to(self.writes_in if writing else self.dtype)
        angles = positions[..., None].float() * self._inverse  # (rows, tokens, depth / 2)
        cos, sin = angles.cos().repeat(1, 1, 2)[:, None].to(x.dtype), angles.sin()[:, None]
        sin = torch.cat([-sin, sin], dim=-1).to(x.dtype)
        for number, layer in enumerate(self.layers):
            thin = [[(rows, of[number][group]) for rows, of in shared] for group in range(len(GROUPS))]
            # the last layer's outputs are wanted of the last columns alone
            wanted = columns if number == len(self.layers) - 1 else ids.shape[1]
            x = self._through(number, layer, x, cos, sin, attend, thin, writing, wanted)
        return self._out(self._normed(x, self._last), writing=writing)

    def _through(
        self, number: int, layer: _Layer, x: Any, cos: Any, sin: Any, attend: Any, thin: Any, writing: bool, wanted: int
    ) -> Any:
        qkv, out, gates, down = layer.products
        rows, tokens = x.shape[:2]
        y = qkv(self._normed(x, layer.before), thin[0], writing=writing)
        y = y.view(rows, tokens, self.heads + 2 * self.keys, self.depth).transpose(1, 2)
        turned, values = y[:, : self.heads + self.keys], y[:, self.heads + self.keys :]
        half = self.depth // 2
        turned = turned * cos + torch.cat([turned[..., half:], turned[..., :half]], dim=-1) * sin
        seen = attend(number, turned[:, : self.heads, -wanted:], turned[:, self.heads :], values)
        x = x[:, -wanted:] + out(seen.to(x.dtype), thin[1], writing=writing)
        y = gates(self._normed(x, layer.between), thin[2], writing=writing)
        y = functional.silu(y[..., : self._wide]).mul_(y[..., self._wide :])
        return x + down(y, thin[3], writing=writing)

    def _normed(self, x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        # several times as quick as `functional.rms_norm`, which takes eight small steps for it
        length = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=torch.float32)
        scale = torch.addcmul(self._eps, length, length, value=1 / x.shape[-1]).rsqrt_()
        return x * scale.to(x.dtype) * weight.to(x.dtype)


def _layer(layer: Any, *, narrow: bool) -> _Layer:
    parts = {**dict(layer.self_attn.named_children()), **dict(layer.mlp.named_children())}
    products = tuple(_Product([parts[name] for name in group], narrow=narrow) for group in GROUPS)
    return _Layer(layer.input_layernorm.weight.detach(), products, layer.post_attention_layernorm.weight.detach())


class LlamaRunner:
    """Runs it, with the adapters last used. Thread-safe: replies of several threads are written together."""

    def __init__(self, model: Any, *, digest: str, capacity: int, narrow: bool) -> None:
        self.llama = Llama(model, narrow=narrow)
        self._adapters: AdapterCache[Added] = AdapterCache(self._read_adapter, digest=digest, capacity=capacity)
        self._prefixes: Prefixes[torch.Tensor] = Prefixes(KEPT)
        self._reading = Lock()  # two prompts at once would only share the cores
        self._together: Together[_Written, torch.Tensor] = Together(_Steps(self.llama).run)

    def open(self, prompts: Prompts, adapters: Selected) -> Session:
        added = [self.added(each) for each in adapters]
        read = [self.read(list(p), a, t) for p, a, t in zip(prompts, adapters, added, strict=True)]
        states, logits = [state for state, _ in read], torch.cat([last for _, last in read])
        return _Written(self.llama, states, logits, added, self._together)

    def likelihoods(self, prompt: list[int], replies: Prompts, adapter: AdapterRef | None) -> list[float]:
        added = self.added(adapter)
        state, last = self.read(prompt, adapter, added)
        found: list[float] = []
        for part in parts(replies, SCORED):
            with self._reading:
                found += self._weighed(state, last, part, added)
        return found

    def read(
        self, prompt: list[int], adapter: AdapterRef | None, added: Added | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The key-values after a prompt (layers, 2, heads, tokens, depth), and the logits (1, vocabulary) behind it."""
        with self._reading:
            return self._read(prompt, adapter, added)

    @torch.inference_mode()
    def _read(
        self, prompt: list[int], adapter: AdapterRef | None, added: Added | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        known, kept = self._prefixes.longest(version_of(adapter), prompt[:-1])
        known = known if known >= SHARED else 0
        llama = self.llama
        state = torch.empty(len(llama.layers), 2, llama.keys, len(prompt), llama.depth, dtype=llama.dtype)
        if known and kept is not None:
            state[..., :known, :] = kept[..., :known, :]

        def attend(number: int, queries: Any, keys: Any, values: Any) -> torch.Tensor:
            state[number, 0, :, known:], state[number, 1, :, known:] = keys[0], values[0]
            seen = looked(queries[0], state[number, 0], state[number, 1])
            return seen.transpose(0, 1).reshape(1, queries.shape[2], -1)

        places = torch.arange(known, len(prompt))[None]
        logits = llama(torch.tensor([prompt[known:]]), places, attend, _for_all(added))
        self._prefixes.keep(version_of(adapter), prompt, state)
        return state, logits[:, -1].float()

    @torch.inference_mode()
    def _weighed(self, state: torch.Tensor, last: torch.Tensor, replies: Prompts, added: Added | None) -> list[float]:
        """Replies as branches of one prompt: each sees the prompt and itself."""
        llama, before = self.llama, state.shape[-2]
        given = [reply[:-1] for reply in replies]
        ids = [token for each in given for token in each]
        logits = last.new_empty(0, last.shape[-1])
        if ids:
            own = _branches([len(each) for each in given])
            mask = torch.cat([own.new_ones(len(ids), before), own], dim=1)
            places = torch.tensor([[before + at for each in given for at in range(len(each))]])

            def attend(number: int, queries: Any, keys: Any, values: Any) -> torch.Tensor:
                block = torch.cat([state[number], torch.cat([keys, values])], dim=-2)
                block = block.repeat_interleave(llama.heads // llama.keys, dim=1)
                seen = functional.scaled_dot_product_attention(queries, block[:1], block[1:], attn_mask=mask)
                return seen.transpose(1, 2).reshape(1, len(ids), -1)

            logits = llama(torch.tensor([ids]), places, attend, _for_all(added), columns=len(ids))[0].float()
        found, at = [], 0
        for reply in replies:
            row = torch.cat([last, logits[at : at + len(reply) - 1]])
            found += summed(row[None], [reply])
            at += len(reply) - 1
        return found

    def added(self, adapter: AdapterRef | None) -> Added | None:
        """What an adapter adds, layer by layer; None for no adapter."""
        return self._adapters.get(adapter) if adapter else None

    def _read_adapter(self, adapter: AdapterRef) -> Added:
        return added_in(read_adapter(adapter, self.llama.shapes, len(self.llama.layers)), self.llama.dtype)


def _for_all(added: Added | None) -> Shares:
    return () if added is None else [(slice(None), added.reading)]


def _branches(lengths: Sequence[int]) -> torch.Tensor:
    """Which of several replies, one behind the other, see which: each its own tokens, up to itself."""
    owner = torch.tensor([number for number, length in enumerate(lengths) for _ in range(length)])
    return (owner[:, None] == owner[None]).tril()


class _Written:
    """The rows of one request, their prompts filled up at the beginning so that they end together.

    What is known of a row stands in a slot; one that becomes free is taken by the last, so that the block is not copied
    whenever a row has ended.
    """

    def __init__(
        self,
        llama: Llama,
        states: list[torch.Tensor],
        logits: torch.Tensor,
        thin: list[Added | None],
        together: Together[_Written, torch.Tensor],
    ) -> None:
        self._llama = llama
        self._together = together
        self._length = max(state.shape[-2] for state in states)
        layers, _, keys, _, depth = states[0].shape
        self._block = states[0].new_zeros(layers, 2, len(states), keys, self._length + _GROWTH, depth)
        self._mask = torch.zeros(len(states), 1, 1, self._length + _GROWTH, dtype=torch.bool)
        for row, state in enumerate(states):
            start = self._length - state.shape[-2]
            self._block[:, :, row, :, start : self._length] = state
            self._mask[row, ..., start:] = True
        self._whole = bool(self._mask.all())  # no row is filled up, so none needs a mask
        self._slots = list(range(len(states)))  # of each row
        self.places = torch.tensor([[state.shape[-2]] for state in states])
        self.thin = list(thin)
        self.ids = self.places  # those of the tokens that come next, once they are known
        self.logits = logits

    @torch.inference_mode()
    def step(self, tokens: Sequence[int], rows: Sequence[int]) -> None:
        self._keep(rows)
        if self._length == self._block.shape[-2]:
            more = self._block.new_zeros(*self._block.shape[:-2], _GROWTH, self._block.shape[-1])
            self._block = torch.cat([self._block, more], dim=-2)
            self._mask = torch.cat([self._mask, self._mask.new_ones(len(rows), 1, 1, _GROWTH)], dim=-1)
        self.ids = torch.empty(len(rows), 1, dtype=torch.long)
        self.ids[self._slots, 0] = torch.tensor(list(tokens))
        self.logits = self._together.step(self)[self._slots]
        self._length += 1
        self.places = self.places + 1

    def _keep(self, rows: Sequence[int]) -> None:
        slots = [self._slots[row] for row in rows]
        free = set(range(len(slots))).difference(slots)
        for row, slot in enumerate(slots):
            if slot >= len(slots):
                slots[row] = to = free.pop()
                self._block[:, :, to, :, : self._length] = self._block[:, :, slot, :, : self._length]
                self._mask[to], self.places[to], self.thin[to] = self._mask[slot], self.places[slot], self.thin[slot]
        self._slots, self.thin = slots, self.thin[: len(slots)]
        self._block, self._mask = self._block[:, :, : len(slots)], self._mask[: len(slots)]
        self._whole = bool(self._mask.all())
        self.places = self.places[: len(slots)]

    def attend(self, number: int, queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
        block, rows = self._block[number], queries.shape[0]
        block[0, :, :, self._length], block[1, :, :, self._length] = keys[:, :, 0], values[:, :, 0]
        grouped = queries.reshape(rows, self._llama.keys, -1, self._llama.depth).to(block.dtype)
        known = block[..., : self._length + 1, :]
        mask = None if self._whole else self._mask[..., : self._length + 1]
        seen = functional.scaled_dot_product_attention(grouped, known[0], known[1], attn_mask=mask)
        return seen.reshape(rows, 1, -1)


class _Steps:
    """A step for the rows of several requests: the products are shared, and each attends to its own."""

    def __init__(self, llama: Llama) -> None:
        self._llama = llama

    @torch.inference_mode()
    def run(self, written: Sequence[_Written]) -> list[torch.Tensor]:
        bounds = list(pairwise(accumulate((len(each.thin) for each in written), initial=0)))

        def attend(number: int, *heads: torch.Tensor) -> torch.Tensor:
            parts = zip(written, bounds, strict=True)
            return torch.cat([each.attend(number, *(of[a:b] for of in heads)) for each, (a, b) in parts])

        ids, places = torch.cat([each.ids for each in written]), torch.cat([each.places for each in written])
        shared = shares([thin for each in written for thin in each.thin])
        logits = self._llama(ids, places, attend, shared, writing=True)[:, -1].float()
        return [logits[a:b] for a, b in bounds]
