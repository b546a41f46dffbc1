"""Rows for a larger model, which quotes before it answers: the sentence that decides, and on the next line the answer.

    [2] Staff cards are never charged.
    No, staff cards are never charged for items that come back late.

What is decided stands there before the Yes or No, and says at once what is cited. A pass is made for a small budget of
tokens: mostly manuals, the traps of SQuAD 2.0, some questions typed by people, and a few general instructions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from layout import prompt

from rows import grounded, manuals
from rows.answer import replay

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from rows.sources import Row

_CITED = re.compile(r"^(.*\S) \[(\d+)\]$", re.DOTALL)
_ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“(`*])|\n\s*\n")
_WORDS = 45  # a quotation is cut no longer than that; what needs more is left out
_LONGEST = 3200  # characters of a tree's passages
_WEIGHED = 0.5  # the share of a manual's Yes and No that is asked

SHARES = {"squad": 60, "squad2": 60, "nq": 50, "clapnq": 30}
"""Trees of each source in a pass, beside 260 of manuals and 12 general instructions."""
_MANUALS, _GENERAL = 260, 12


def reply(quotation: str, number: int, answer: str) -> str:
    return f"[{number}] {' '.join(quotation.split())}\n{answer.strip()}"


def sentence_with(answer: str, text: str) -> str | None:
    """The sentence of a text that holds an answer, if one does and it is no longer than a quotation may be."""
    body = text.partition("\n")[2] or text  # what stands above is its title
    found = [each for each in _ENDS.split(body) if answer in each]
    return found[0] if found and len(found[0].split()) <= _WORDS else None


def quoted(row: Row) -> Row | None:
    """The row with replies that quote first; questions whose answer stands in no short sentence are left out."""
    branches = []
    for branch in row["branches"]:
        job = branch.get("job", row.get("job", "answer"))
        cited = _CITED.match(branch["reply"]) if job == "answer" else None
        if cited is None:
            branches.append({**branch, "job": job})
        elif sentence := sentence_with(cited[1], row["passages"][int(cited[2]) - 1]):
            branches.append({**branch, "job": job, "reply": reply(sentence, int(cited[2]), cited[1])})
    short = sum(map(len, row["passages"])) <= _LONGEST
    return row | {"phase": 1, "branches": branches} if short and any(b["job"] == "answer" for b in branches) else None


def of_manuals(file: Path, dice: random.Random, *, held_out: bool = False) -> list[Row]:
    """Trees of the three jobs over manuals, whose questions know the sentences that answer them.

    Every answer is asked for; of the Yes and No about it, half.
    """
    made = []
    for row in manuals.rows(file, dice, held_out=held_out, said=_said):
        if sum(map(len, row["passages"])) <= _LONGEST:
            branches = [b for b in row["branches"] if b["job"] == "answer" or dice.random() < _WEIGHED]
            made.append(row | {"branches": branches})
    return made


def _said(asked: Row, number: int | None) -> str | None:
    if number is None:
        return str(prompt()["abstention"])
    own = next(each for each in asked["windows"] if each["own"])
    spans = [own["text"][first:last] for first, last in own["answers"]]
    whole = " ... ".join(spans)
    if len(whole.split()) > _WORDS:
        whole = next((span for span in spans if asked["short"] and asked["short"] in span), spans[0] if spans else "")
    return reply(whole, number, asked["reply"]) if 0 < len(whole.split()) <= _WORDS else None


def train(data: Path, dice: random.Random) -> list[Row]:
    made = [row for row in map(quoted, (r for r in grounded.train(data, dice) if "branches" in r)) if row]
    rows: list[Row] = []
    for source, wanted in SHARES.items():
        of_source = [row for row in made if row["source"] == source]
        rows += dice.sample(of_source, min(wanted, len(of_source)))
    general = dice.sample(replay(data, dice), _GENERAL)
    return [*rows, *({**row, "phase": 1} for row in general)]


def dev(data: Path, dice: random.Random) -> list[Row]:
    return [row for row in map(quoted, grounded.dev(data, dice)) if row][:8]


def some(file: Path, dice: random.Random, *, held_out: bool = False) -> list[Row]:
    made = of_manuals(file, dice, held_out=held_out)
    return dice.sample(made, min(len(made), 8 if held_out else _MANUALS))


PARTS = {"train": train, "dev": dev}
