"""Rows of all five jobs, mixed, for a model whose one adapter does them all.

A pass holds as much of each as keeps the others: two thirds of ``grounded``, a sixth of ``ask`` and of ``rewrite``.
Each seed draws anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rows import ask, grounded, rewrite

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from rows.sources import Row


def train(data: Path, dice: random.Random) -> list[Row]:
    shares = ((grounded, 2 / 3), (ask, 1 / 6), (rewrite, 1 / 6))
    rows = []
    for job, share in shares:
        whole = job.PARTS["train"](data, dice)
        rows += dice.sample(whole, round(share * len(whole)))
    return [row | {"phase": 1} for row in dice.sample(rows, len(rows))]


PARTS = {"train": train, "dev": grounded.dev}
