"""Rows as trees of tokens: what several questions share stands once, every question sees it and itself alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import layout
import torch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STRETCH = 192  # questions are read in stretches of about so many tokens, each beside the root


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """One row: tokens, their positions, which predict a supervised token, and how much each of those weighs.

    A reply weighs the square root of its length, so that neither long replies nor short ones drown the others.
    """

    tokens: torch.Tensor
    positions: torch.Tensor
    predicting: torch.Tensor
    targets: torch.Tensor
    weights: torch.Tensor
    owners: torch.Tensor  # the branch of each token; 0 for the root
    spans: tuple[tuple[int, int, int, torch.Tensor], ...]  # queries from..to, keys of the root up to, who sees whom

    @property
    def size(self) -> int:
        return len(self.tokens)

    @property
    def weight(self) -> float:
        return float(self.weights.sum())


def grow(row: Mapping[str, Any], tokenizer: Any, dtype: torch.dtype, longest: int, greeting: str = "") -> Tree | None:
    """The tree of a row; questions beyond ``longest`` tokens are left out, None if not one fits."""

    def encode(text: str) -> list[int]:
        return list(tokenizer(text, add_special_tokens=False).input_ids)

    if "messages" in row:
        root, branches = [], [(encode(layout.chat(row["messages"], greeting)), encode(row["reply"]))]
    else:
        job = row.get("job", "answer")
        root = encode(layout.root(row.get("passages", ()), job))
        branches = [(encode(layout.branch(b, b.get("job", job))), encode(b["reply"])) for b in row["branches"]]
    end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    tokens, positions, predicting, targets, weights = list(root), list(range(len(root))), [], [], []
    ends = [len(root)]
    for asked, replied in branches:
        whole = [*asked, *replied, end]
        if len(tokens) + len(whole) > longest:
            continue
        first = len(tokens) + len(asked)
        predicting += range(first - 1, first + len(replied))
        targets += [*replied, end]
        weights += [(len(replied) + 1) ** -0.5] * (len(replied) + 1)
        positions += range(len(root), len(root) + len(whole))
        tokens += whole
        ends.append(len(tokens))
    if not targets:
        return None
    return Tree(
        tokens=torch.tensor(tokens),
        positions=torch.tensor(positions),
        predicting=torch.tensor(predicting),
        targets=torch.tensor(targets),
        weights=torch.tensor(weights),
        owners=torch.repeat_interleave(torch.arange(len(ends)), torch.tensor([0, *ends]).diff()),
        spans=_spans(ends, dtype),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """Trees side by side, on an accelerator, which is quick at one large product and slow at many small ones."""

    tokens: torch.Tensor
    positions: torch.Tensor
    predicting: torch.Tensor
    targets: torch.Tensor
    weights: torch.Tensor
    spans: torch.Tensor  # (1, 1, tokens, tokens): who sees whom


def planted(trees: Sequence[Tree], device: str) -> Forest:
    """The trees as one sequence, padded to a round length by tokens that see themselves alone."""
    size = sum(tree.size for tree in trees)
    gap = -size % 128

    def joined(parts: list[torch.Tensor], rest: int, fill: int) -> torch.Tensor:
        return torch.cat([*parts, torch.full((rest,), fill)]).to(device)

    starts = torch.tensor([0, *(tree.size for tree in trees)]).cumsum(0)[:-1].tolist()
    owners = joined([tree.owners for tree in trees], gap, 1)
    number = joined([torch.full((tree.size,), at) for at, tree in enumerate(trees)], gap, -1)
    seen = number[:, None] == number[None, :]
    seen &= (owners[:, None] == owners[None, :]) | (owners[None, :] == 0)
    seen &= torch.ones_like(seen).tril()
    seen.diagonal().fill_(True)
    return Forest(
        tokens=joined([tree.tokens for tree in trees], gap, 0),
        positions=joined([tree.positions for tree in trees], gap, 0),
        predicting=joined([tree.predicting + start for tree, start in zip(trees, starts, strict=True)], 0, 0),
        targets=joined([tree.targets for tree in trees], 0, 0),
        weights=torch.cat([tree.weights for tree in trees]).to(device),
        spans=seen[None, None],
    )


def _spans(ends: list[int], dtype: torch.dtype) -> tuple[tuple[int, int, int, torch.Tensor], ...]:
    root = ends[0]
    spans = [(0, root, 0, _mask([0, root], 0, dtype))] if root else []
    stretch = [root]
    for number, end in enumerate(ends[1:], 1):
        stretch.append(end)
        if end - stretch[0] >= _STRETCH or number == len(ends) - 1:
            spans.append((stretch[0], end, root, _mask(stretch, root, dtype)))
            stretch = [end]
    return tuple(spans)


def _mask(ends: list[int], root: int, dtype: torch.dtype) -> torch.Tensor:
    """0 where a token of these branches sees another, very low where it does not; the root is seen by all."""
    size = ends[-1] - ends[0]
    owner = torch.repeat_interleave(torch.arange(len(ends) - 1), torch.tensor(ends).diff())
    seen = (owner[:, None] == owner[None, :]) & torch.ones(size, size, dtype=torch.bool).tril()
    mask = torch.zeros(size, root + size, dtype=dtype)
    mask[:, root:].masked_fill_(~seen, torch.finfo(dtype).min / 2)
    return mask


def attend(
    module: Any, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: Any, *, spans: Any, **_: Any
) -> tuple[torch.Tensor, None]:
    """Attention over a tree, span by span: the root among itself, then stretches of branches beside the root.

    Over a forest (``spans`` is who sees whom) all at once.
    """
    if isinstance(spans, torch.Tensor):
        shared = query.shape[1] // key.shape[1]
        key, value = key.repeat_interleave(shared, 1), value.repeat_interleave(shared, 1)
        made_at_once = torch.nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=spans)
        return made_at_once.transpose(1, 2), None
    heads, kept, width = query.shape[1], key.shape[1], query.shape[3]
    query = (query * width**-0.5).view(kept, heads // kept, -1, width)
    made = []
    for start, end, root, seen in spans:
        q = query[:, :, start:end].reshape(kept, -1, width)
        k, v = key[0, :, start:end], value[0, :, start:end]
        if root:
            k, v = torch.cat((key[0, :, :root], k), 1), torch.cat((value[0, :, :root], v), 1)
        scores = torch.bmm(q, k.transpose(1, 2)).view(heads, end - start, -1)
        shares = torch.softmax(scores.add_(seen), -1).view(kept, -1, k.shape[1])
        made.append(torch.bmm(shares, v).view(heads, end - start, width))
    return torch.cat(made, 1).transpose(0, 1).unsqueeze(0), None


def register() -> None:
    """Make ``tree`` an attention that transformers knows by name."""
    from transformers import AttentionInterface
    from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, eager_mask

    AttentionInterface.register("tree", attend)
    ALL_MASK_ATTENTION_FUNCTIONS.register("tree", eager_mask)
