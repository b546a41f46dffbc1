"""Rows that teach three jobs over the same passages at once: ``answer``, ``answerable`` and ``support``.

Their prompts begin alike, so that one adapter serves all three, and what it read of the passages for the first is kept
for the others. A quarter of the questions without an answer are asked for one too. Each seed draws other passages and
traps, so that rows of several seeds, one after the other, are passes that teach more than the same rows again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rows import answer, answerable, support
from rows.answer import reply

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from rows.sources import Row

_WITHHELD = 0.25  # the share of questions without an answer that are also asked for one


def joined(rows: list[Row], dice: random.Random) -> list[Row]:
    """The rows of ``answerable``, some of their questions without an answer asked for it too."""
    made = []
    for row in rows:
        none = [
            {"job": "answer", "question": branch["question"], "reply": reply("", None)}
            for branch in row["branches"]
            if branch["reply"] == "No" and dice.random() < _WITHHELD
        ]
        branches = [{"job": "answerable", **branch} for branch in (*row["branches"], *none)]
        made.append(row | {"branches": dice.sample(branches, len(branches))})
    return made


def train(data: Path, dice: random.Random) -> list[Row]:
    asked = joined(answerable.train(data, dice), dice)
    rows = [*asked, *answer.train(data, dice), *support.train(data, dice)]
    return [row | {"phase": 1} for row in dice.sample(rows, len(rows))]


def dev(data: Path, dice: random.Random) -> list[Row]:
    return [*joined(answerable.dev(data, dice), dice), *support.dev(data, dice)[:10]]


PARTS = {"train": train, "dev": dev}
