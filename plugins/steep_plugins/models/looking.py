"""Attention of a prompt's tokens to what stands before them, in plain matrix products, a block of queries at a time.

In bf16 a CPU multiplies twice as quickly as in fp32, and torch's own attention, which goes between the two, does not
get there. Keys that no query of a block may see are not multiplied, and heads that share keys are one product.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch.nn import functional

_BLOCK = 64  # queries whose scores stay in the processor's cache
_COMMON = 8  # keys whose mean is taken off all of them


def looked(queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """What each query (heads, tokens, depth) takes from the keys up to its own: the queries are those of the last keys.

    Keys and values are (fewer heads, keys, depth); several heads after each other share one of theirs.
    """
    if queries.dtype == torch.bfloat16 and in_hardware():
        return _in_blocks(queries, keys, values)
    tokens, known = queries.shape[1], keys.shape[1] - queries.shape[1]
    mask = torch.ones(tokens, keys.shape[1], dtype=torch.bool).tril(known) if known else None
    some, others = (each.repeat_interleave(len(queries) // len(keys), dim=0)[None] for each in (keys, values))
    attend = functional.scaled_dot_product_attention
    return attend(queries[None], some, others, attn_mask=mask, is_causal=mask is None)[0]


def in_hardware() -> bool:
    """Whether this CPU has AVX512-BF16; with AVX512 alone such products take twice as long, with AVX2 ten times."""
    return bool(getattr(torch.cpu, "_is_avx512_bf16_supported", bool)())


def _in_blocks(queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    heads, tokens, depth = queries.shape
    shared, known = len(keys), keys.shape[1] - tokens
    grouped = queries.reshape(shared, heads // shared, tokens, depth)
    # the same number less in all scores of a query changes nothing, and small ones lose less when they are rounded;
    # it is that of the first keys, and blocks end where they would if nothing were known, so that a prompt is rounded
    # in the same way whatever was read before, and whatever follows
    common = keys[:, :_COMMON].float().mean(1, keepdim=True).to(keys.dtype)
    turned = (keys - common).transpose(1, 2)
    later = torch.ones(_BLOCK, _BLOCK, dtype=torch.bool).triu(1)
    found = torch.empty_like(grouped)
    for start, end in pairwise([0, *range(_BLOCK - known % _BLOCK, tokens, _BLOCK), tokens]):
        some = grouped[:, :, start:end]
        count, seen = end - start, known + end
        scores = torch.bmm(some.reshape(shared, -1, depth), turned[:, :, :seen]).mul_(depth**-0.5)
        scores.view(*some.shape[:3], seen)[..., -count:].masked_fill_(later[:count, :count], -torch.inf)
        found[:, :, start:end] = torch.bmm(torch.softmax(scores, -1), values[:, :seen]).view_as(some)
    return found.view(heads, tokens, depth)
