"""Attention in training on a CPU: plain matrix products, forward and back, a block of queries at a time.

Torch's own attention looks at every pair of tokens under a mask, and goes between bf16 and fp32. Here keys that no
query of a block may see are left out, heads that share keys are one product, and nothing but queries, keys and values
is kept for the way back, where probabilities are computed again (Chen et al., arXiv 1604.06174).
"""

from __future__ import annotations

from functools import partial
from typing import Any
from weakref import ref

import torch

from steep_plugins.models.looking import in_hardware

_BLOCK = 128  # queries whose scores stay in the processor's cache
_KINDS = ("LlamaAttention", "Qwen2Attention")

Seen = tuple[
    torch.Tensor, torch.Tensor
]  # of a block of queries: the keys that any of them sees, and what each does not


def attending(model: Any) -> Any:
    """The model, whose layers of Llama's and Qwen2's attention look so at rows in bf16, where the CPU has it."""
    masks = _Masks()
    for layer in model.modules():
        if type(layer).__name__ in _KINDS and not getattr(layer, "sliding_window", None):
            layer.forward = partial(_attended, layer, layer.forward, masks)
    return model


def _attended(layer: Any, before: Any, masks: _Masks, hidden_states: torch.Tensor, *given: Any, **named: Any) -> Any:
    mask, turns = named.get("attention_mask"), named.get("position_embeddings") or ()
    one_row = not given and len(hidden_states) == 1 and named.get("past_key_values") is None and turns
    dropped = layer.training and layer.attention_dropout
    fits = hidden_states.dtype == torch.bfloat16 and hidden_states.device.type == "cpu" and in_hardware()
    if not (one_row and fits) or dropped or (mask is not None and (mask.dtype == torch.bool or mask.dim() != 4)):
        return before(hidden_states, *given, **named)
    tokens = hidden_states.shape[1]
    parts = [
        each(hidden_states).view(tokens, -1, layer.head_dim).transpose(0, 1)
        for each in (layer.q_proj, layer.k_proj, layer.v_proj)
    ]
    queries, keys = (_turned(each, *turns) for each in parts[:2])
    found = _Attend.apply(queries, keys, parts[2], layer.scaling, masks.seen(mask, tokens))  # type: ignore[no-untyped-call]
    return layer.o_proj(found.transpose(0, 1).reshape(1, tokens, -1)), None


def _turned(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """With its place (heads, tokens, depth): Su et al., arXiv 2104.09864."""
    left, right = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-right, left), dim=-1) * sin


class _Masks:
    """What the queries of each block see, found once for all layers that are given the same mask."""

    def __init__(self) -> None:
        self._mask: ref[torch.Tensor] | int | None = None  # or how many tokens see those before them
        self._seen: list[Seen] = []

    def seen(self, mask: torch.Tensor | None, tokens: int) -> list[Seen]:
        """``mask`` is (1, 1, tokens, tokens), 0 where a token is seen; without one those before it are."""
        if mask is None and self._mask != tokens:
            self._mask, self._seen = tokens, blocks_of(torch.ones(tokens, tokens, dtype=torch.bool).tril())
        elif mask is not None and not (isinstance(self._mask, ref) and self._mask() is mask):
            self._mask, self._seen = ref(mask), blocks_of(mask[0, 0] == 0)
        return self._seen


def blocks_of(seen: torch.Tensor) -> list[Seen]:
    """Of (tokens, tokens), True where the one of the row sees that of the column."""
    found = []
    for rows in torch.split(seen, _BLOCK):
        keys = rows.any(0).nonzero()[:, 0]
        found.append((keys, ~rows[:, keys]))
    return found


class _Attend(torch.autograd.Function):
    """What queries (heads, tokens, depth) take from values; keys and values are (fewer heads, tokens, depth)."""

    @staticmethod
    def forward(ctx: Any, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, scale: float, seen: list[Seen]) -> Any:
        ctx.scale, ctx.seen = scale, seen
        ctx.save_for_backward(q, k, v)
        grouped = q.reshape(len(k), -1, *q.shape[1:])  # (heads of keys, heads that share them, tokens, depth)
        found = torch.empty_like(grouped)
        for at, (keys, hidden) in enumerate(seen):
            some = grouped[:, :, at * _BLOCK : (at + 1) * _BLOCK]
            likely = _likely(some, k[:, keys], scale, hidden)
            found[:, :, at * _BLOCK : (at + 1) * _BLOCK] = torch.bmm(likely, v[:, keys]).view_as(some)
        return found.view_as(q)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        q, k, v = ctx.saved_tensors
        grouped, back = (each.reshape(len(k), -1, *q.shape[1:]) for each in (q, grads[0]))
        to_q = torch.empty_like(grouped)
        to_k, to_v = torch.zeros_like(k, dtype=torch.float32), torch.zeros_like(v, dtype=torch.float32)
        for at, (keys, hidden) in enumerate(ctx.seen):
            rows = slice(at * _BLOCK, (at + 1) * _BLOCK)
            some, coming = grouped[:, :, rows], back[:, :, rows].reshape(len(k), -1, q.shape[-1])
            near = k[:, keys]
            likely = _likely(some, near, ctx.scale, hidden)
            to_v.index_add_(1, keys, torch.bmm(likely.transpose(1, 2), coming).float())
            to_likely = torch.bmm(coming, v[:, keys].transpose(1, 2))
            to_scores = torch.ops.aten._softmax_backward_data(to_likely, likely, -1, likely.dtype).mul_(ctx.scale)
            to_q[:, :, rows] = torch.bmm(to_scores, near).view_as(some)
            to_k.index_add_(
                1, keys, torch.bmm(to_scores.transpose(1, 2), some.reshape(len(k), -1, q.shape[-1])).float()
            )
        return to_q.view_as(q), to_k.to(k.dtype), to_v.to(v.dtype), None, None


def _likely(some: torch.Tensor, keys: torch.Tensor, scale: float, hidden: torch.Tensor) -> torch.Tensor:
    """The probabilities (heads of keys, queries of all that share them, keys), 0 where a query does not see."""
    scores = torch.bmm(some.reshape(len(keys), -1, some.shape[-1]), keys.transpose(1, 2)).mul_(scale)
    scores.view(*some.shape[:3], -1).masked_fill_(hidden, -torch.inf)
    return torch.softmax(scores, -1)
