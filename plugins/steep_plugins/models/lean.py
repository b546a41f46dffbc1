"""Layers of a model in training that keep less for the way back, and cost little beside their matrix products.

PEFT's LoRA layer keeps its input in fp32, with and without dropout, for each projection; a norm keeps three copies of
its input, a gated product one of its own. Here the way back starts from what is there anyway: a layer's input, a number
a token for a norm, and the seed of a dropout. The values are the same, dropout's draws apart.

Drawing what is dropped number by number takes a CPU as long as the product beside it; here a byte decides, so the share
is one of 256.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch.nn import functional

_LEVELS = 256
_BITS = {torch.bfloat16: torch.int16, torch.float16: torch.int16, torch.float32: torch.int32}


def leaned(model: Any) -> Any:
    """The model, each layer of a kind that is known here replaced; what is not known stays as it is."""
    for layer in model.modules():
        if _is_lora(layer):
            layer.forward = partial(_lora, layer, layer.forward, _Frozen(layer.base_layer))
        elif _is_norm(layer):
            layer.forward = partial(_normed, layer)
        elif _is_gated(layer):
            layer.forward = partial(_gated, layer)
    return model


def _is_lora(layer: Any) -> bool:
    """Whether it is LoRA as it was first described, one adapter of it, on a frozen linear layer."""
    from peft.tuners.lora.layer import Linear

    return (
        type(layer) is Linear
        and list(layer.lora_A) == layer.active_adapters
        and len(layer.lora_A) == 1
        and not layer.lora_variant
        and not any(layer.lora_bias.values())
        and isinstance(layer.base_layer, torch.nn.Linear)
        and not layer.base_layer.weight.requires_grad
        and layer.base_layer.weight.dtype in _BITS
    )


def _lora(layer: Any, before: Any, base: _Frozen, x: torch.Tensor, *args: Any, **named: Any) -> torch.Tensor:
    if args or named or layer.disable_adapters or layer.merged:
        return before(x, *args, **named)  # type: ignore[no-any-return]
    if torch.is_autocast_enabled(x.device.type):
        x = x.to(torch.get_autocast_dtype(x.device.type))  # once, and so the way back is in this format too
    (name,) = layer.lora_A
    a, b, scale = layer.lora_A[name].weight, layer.lora_B[name].weight, layer.scaling[name]
    share = getattr(layer.lora_dropout[name], "p", 0.0) if layer.training else 0.0
    levels = min(round(share * _LEVELS), _LEVELS - 1)
    seed = int(torch.randint(2**62, ()).item()) if levels else 0
    return _Lora.apply(base(x), x, a, b, scale, levels, seed)  # type: ignore[no-any-return,no-untyped-call]


class _Frozen:
    """A linear layer that is not trained; its weights are kept in the format of mixed precision too, cast once."""

    def __init__(self, layer: torch.nn.Linear) -> None:
        self._layer = layer
        self._cast: tuple[torch.Tensor, torch.Tensor | None] | None = None

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        weight, bias = self._layer.weight, self._layer.bias
        if x.dtype == weight.dtype:
            return self._layer(x)  # type: ignore[no-any-return]
        if self._cast is None or self._cast[0].dtype != x.dtype or self._cast[0].device != x.device:
            self._cast = weight.to(x), None if bias is None else bias.to(x)
        return functional.linear(x, *self._cast)


class _Lora(torch.autograd.Function):
    """What LoRA adds to ``y``: ``scale`` B A x (Hu et al., arXiv 2106.09685), x less so many of 256 of its numbers."""

    @staticmethod
    def forward(
        ctx: Any,
        y: torch.Tensor,
        x: torch.Tensor,
        a: torch.Tensor,
        b: torch.Tensor,
        scale: float,
        levels: int,
        seed: int,
    ) -> torch.Tensor:
        ctx.scale, ctx.levels, ctx.seed = scale * _LEVELS / (_LEVELS - levels), levels, seed
        rows = x.reshape(-1, x.shape[-1])
        thin = _only(_kept(rows, levels, seed), rows) @ a.to(x.dtype).T  # (tokens, rank)
        ctx.save_for_backward(x, thin, a, b)
        return torch.addmm(y.reshape(-1, y.shape[-1]), thin, b.to(x.dtype).T, alpha=ctx.scale).view_as(y)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        x, thin, a, b = ctx.saved_tensors
        rows, back = x.reshape(-1, x.shape[-1]), grads[0].reshape(-1, grads[0].shape[-1])
        kept = _kept(rows, ctx.levels, ctx.seed)
        to_thin = (back @ b.to(x.dtype)) * ctx.scale  # (tokens, rank)
        to_b = (back.T @ thin).to(b.dtype) * ctx.scale
        to_a = (to_thin.T @ _only(kept, rows)).to(a.dtype)
        to_x = _only(kept, to_thin @ a.to(x.dtype)).view_as(x) if ctx.needs_input_grad[1] else None
        return grads[0], to_x, to_a, to_b, None, None, None


def _kept(x: torch.Tensor, levels: int, seed: int) -> torch.Tensor | None:
    """Which numbers of ``x`` (tokens, width) are kept, as masks of their bits: the same ones for the same seed."""
    if not levels:
        return None
    drawn = torch.Generator(device=x.device).manual_seed(seed)
    words = torch.empty(-(-x.numel() // 8), dtype=torch.int64, device=x.device).random_(-(2**63), None, generator=drawn)
    kept = words.view(torch.uint8)[: x.numel()] >= levels
    return kept.view(torch.int8).neg_().to(_BITS[x.dtype]).view(x.shape)


def _only(kept: torch.Tensor | None, x: torch.Tensor) -> torch.Tensor:
    return x if kept is None else (x.contiguous().view(kept.dtype) & kept).view(x.dtype)


def _is_norm(layer: Any) -> bool:
    """Whether it is the norm of Llama and its like: some multiply by one more than their weight."""
    known = type(layer).__name__.endswith("RMSNorm") and hasattr(layer, "variance_epsilon")
    return known and not layer.weight.requires_grad and _same(layer, partial(_normed, layer), layer.weight)


def _normed(layer: Any, x: torch.Tensor) -> torch.Tensor:
    return _Norm.apply(x, layer.weight, layer.variance_epsilon)  # type: ignore[no-any-return,no-untyped-call]


class _Norm(torch.autograd.Function):
    """Root mean square layer normalisation (Zhang and Sennrich, arXiv 1910.07467), computed in fp32."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
        wide = x.float()
        inverse = torch.rsqrt(wide.square().mean(-1, keepdim=True) + eps)  # (…, 1)
        ctx.save_for_backward(x, weight, inverse)
        return weight * (wide * inverse).to(x.dtype)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        x, weight, inverse = ctx.saved_tensors
        back, normed = (grads[0] * weight).float(), x.float() * inverse
        back = back - normed * (back * normed).mean(-1, keepdim=True)
        return (back * inverse).to(x.dtype), None, None


def _is_gated(layer: Any) -> bool:
    """Whether it is a gated product by SiLU between three projections."""
    parts: list[Any] = [getattr(layer, name, None) for name in ("gate_proj", "up_proj", "down_proj")]
    if not all(hasattr(each, "in_features") for each in parts):
        return False
    weight = next(parts[0].parameters())
    return _same(layer, partial(_gated, layer), weight.new_empty(parts[0].in_features))


def _gated(layer: Any, x: torch.Tensor) -> torch.Tensor:
    gate, up = layer.gate_proj(x), layer.up_proj(x)
    return layer.down_proj(_Gate.apply(gate, up))  # type: ignore[no-any-return,no-untyped-call]


class _Gate(torch.autograd.Function):
    """SiLU of one, times the other (SwiGLU: Shazeer, arXiv 2002.05202)."""

    @staticmethod
    def forward(ctx: Any, gate: torch.Tensor, up: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(gate, up)
        return functional.silu(gate) * up

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        gate, up = ctx.saved_tensors
        return torch.ops.aten.silu_backward(grads[0] * up, gate), grads[0] * functional.silu(gate)


def _same(layer: Any, lean: Any, like: torch.Tensor) -> bool:
    """Whether both give the same for three tokens, whose numbers are of the sort of ``like``, (width,)."""
    x = torch.linspace(-1, 1, 3 * like.shape[-1], device=like.device).view(1, 3, -1).to(like.dtype)
    was_training = layer.training
    layer.eval()
    try:
        with torch.no_grad():
            known, found = layer(x), lean(x)
    except (RuntimeError, TypeError, AttributeError):  # it wants more than these, or is made otherwise
        return False
    finally:
        layer.train(was_training)
    near = 1e-5 if like.dtype == torch.float32 else 0.02
    return known.dtype == found.dtype and bool(((known - found).abs() <= near * (1 + known.abs())).all())
