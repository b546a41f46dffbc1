"""Rows that begin with the same tokens form a tree, and trees lie side by side in one packed row.

What several rows share is computed once: each row is a branch that sees the path to the root and itself, and positions
go on from the root. Rows that share nothing are trees of one branch, kept apart by the same mask. Gradients are those
of the rows one by one. A row of features says in ``shared`` how many of its first tokens may be shared: all that come
before the token that predicts the first label.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from steep.kinds import Features

IGNORED = -100
"""The label of a position that is not learned from (PyTorch's cross entropy)."""
ROOT = -1


@dataclass(slots=True, kw_only=True)
class Packed:
    """``ids`` in the order of a walk from the roots; ``segments`` has the part of a tree to which each token belongs.

    ``parents`` has the part above each part. The token at ``places[i]`` predicts ``targets[i]``, which belongs to
    the row ``rows[i]`` of those that were packed.
    """

    ids: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    segments: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    @property
    def alone(self) -> bool:
        """Whether it is one row, from its root to its end, so that a causal mask is all it needs."""
        return all(parent == number - 1 for number, parent in enumerate(self.parents))

    def mask(self, dtype: torch.dtype, device: Any) -> torch.Tensor:
        """What each token may see, (1, 1, tokens, tokens): 0 where it may, the least number where not."""
        import torch

        above = torch.eye(len(self.parents), dtype=torch.bool)
        for number, parent in enumerate(self.parents):
            if parent != ROOT:
                above[number] |= above[parent]
        segments = torch.tensor(self.segments)
        seen = above[segments][:, segments].tril()  # (tokens, tokens)
        hidden = torch.zeros(seen.shape, dtype=dtype).masked_fill_(~seen, torch.finfo(dtype).min)
        return hidden[None, None].to(device)


def packed(rows: Sequence[Features]) -> Packed:
    """The rows as trees beside each other."""
    made = Packed()
    _grow(made, rows, list(range(len(rows))), depth=0, parent=ROOT)
    return made


def _grow(made: Packed, rows: Sequence[Features], here: Sequence[int], *, depth: int, parent: int) -> None:
    """Append what these rows, the same up to ``depth``, hold beyond it."""
    if len(here) > 1:
        common = min(_common(rows[one], rows[other]) for one, other in pairwise(here))
        if common > depth:
            parent = _append(made, rows[here[0]]["input_ids"][depth:common], depth, parent)
            depth = common
    groups: dict[tuple[int, int], list[int]] = {}
    for row in here:
        ids, shared = rows[row]["input_ids"], _shared(rows[row])
        alone = shared <= depth or len(here) == 1
        groups.setdefault((row, ROOT) if alone else (ROOT, ids[depth]), []).append(row)
    for (alone_row, _), members in groups.items():
        if alone_row != ROOT or len(members) == 1:
            _leaf(made, rows[members[0]], members[0], depth, parent)
        else:
            _grow(made, rows, members, depth=depth, parent=parent)


def _append(made: Packed, ids: Sequence[int], depth: int, parent: int) -> int:
    number = len(made.parents)
    made.parents.append(parent)
    made.ids += ids
    made.positions += range(depth, depth + len(ids))
    made.segments += [number] * len(ids)
    return number


def _leaf(made: Packed, row: Features, number: int, depth: int, parent: int) -> None:
    begin = len(made.ids)
    _append(made, row["input_ids"][depth:], depth, parent)
    for at, label in enumerate(row["labels"]):
        if label != IGNORED and at > depth:
            made.places.append(begin + at - 1 - depth)
            made.targets.append(label)
            made.rows.append(number)


def bundles(rows: Sequence[Features]) -> list[list[int]]:
    """Rows by what they share: those of a bundle have at least half of each in common with the one before."""
    if not any(_shared(row) for row in rows):
        return [[row] for row in range(len(rows))]
    order = sorted(range(len(rows)), key=lambda row: _beginning(rows[row]))
    found = [[order[0]]]
    for one, other in pairwise(order):
        if 2 * _common(rows[one], rows[other]) >= len(rows[other]["input_ids"]):
            found[-1].append(other)
        else:
            found.append([other])
    return found


def micro_batches(rows: Sequence[Features], *, tokens: int) -> list[list[int]]:
    """The numbers of the rows in parts of about ``tokens`` tokens, what is shared counted once; a row is never cut.

    Rows that are packed attend to each other under a mask, for nothing where they share nothing: then a part ends
    sooner, and so it does where what they share saves less than that costs.
    """
    order = list(range(len(rows)))
    if any(_shared(row) for row in rows):
        order.sort(key=lambda number: _beginning(rows[number]))
    parts: list[list[int]] = []
    held = 0
    for number in order:
        whole = _cost(rows[number])
        common = _common(rows[parts[-1][-1]], rows[number]) if parts else 0
        added = whole - common
        alike = "shared" not in rows[number] or held * added <= _PAIRS * common
        if parts and held + added <= (tokens if alike else min(tokens, max(_APART, tokens // 4))):
            parts[-1].append(number)
            held += added
        else:
            parts.append([number])
            held = whole
    return parts


_APART = 512
"""So many tokens of rows that share nothing keep a CPU's matrix products busy."""
_PAIRS = 3000
"""So many pairs of tokens attend to each other for what a token costs otherwise: six times the width of a model."""


def _cost(row: Features) -> int:
    return len(row["input_ids"]) + sum(row.get("beside", ()))


def _shared(row: Features) -> int:
    return row["shared"][0] if "shared" in row else 0


def _beginning(row: Features) -> list[int]:
    return row["input_ids"][: _shared(row)]


def _common(one: Features, other: Features) -> int:
    """How many first tokens both rows have and may share."""
    most = min(_shared(one), _shared(other))
    if not most:
        return 0
    here, there = one["input_ids"][:most], other["input_ids"][:most]
    if here == there:
        return most
    return next(at for at, (left, right) in enumerate(zip(here, there, strict=True)) if left != right)
