"""Rows over manuals and handbooks, from questions that were written about them (see ``../joint``).

Each question comes with the passages that a search finds for it, its own among them. What answers it is told in a
sentence of one's own, which is also a statement that the passages support.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from rows.answer import reply
from rows.turning import negated, opposite, swapped

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

    from rows.sources import Row

    Telling = Callable[[Row, int | None], str | None]  # how a question's answer is told; None: it is not asked for

_LONGEST = 1500  # characters of a passage that is shown
_SHOWN = (1, 2, 3, 5, 5, 5)  # how many passages, each as likely: answers are mostly asked for over five


def read(file: Path, *, held_out: bool) -> dict[str, list[Row]]:
    """The questions by the passage they were written about."""
    found: dict[str, list[Row]] = defaultdict(list)
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["held_out"] == held_out:
            found[f"{row['set']} {row['passage']}"].append(row)
    return found


def shown(asked: list[Row], dice: random.Random) -> list[Row]:
    """The passage that was asked about, and some that were found beside it."""
    own = next(each for each in asked[0]["windows"] if each["own"])
    others = {w["text"]: w for row in asked for w in row["windows"] if not w["own"] and not w["answers"]}
    some = [each for each in others.values() if len(each["text"]) < _LONGEST]
    windows = [own, *dice.sample(some, min(len(some), dice.choice(_SHOWN) - 1))]
    return dice.sample(windows, len(windows))


def text_of(window: Row, dice: random.Random) -> str:
    return f"{window['lead']}\n{window['text']}" if window["lead"] and dice.random() < 0.9 else window["text"]


def turned(statement: str, text: str, dice: random.Random) -> str | None:
    """The statement made untrue, by one of three kinds."""
    kinds = [lambda: swapped(statement, text, dice), lambda: opposite(statement, ""), lambda: negated(statement, dice)]
    return next((made for kind in dice.sample(kinds, len(kinds)) if (made := kind())), None)


def told(row: Row, number: int | None) -> str | None:
    return reply(row["reply"], number)


def grounded(asked: list[Row], strangers: list[Row], dice: random.Random, said: Telling = told) -> Row:
    """A tree of the three jobs: each question asked for its answer or whether there is one, replies as statements."""
    windows = shown(asked, dice)
    number = next(at for at, each in enumerate(windows, 1) if each["own"])
    texts = [text_of(each, dice) for each in windows]
    branches = []
    for row in dice.sample(asked, len(asked)):
        held = bool(row["reply"])
        branches.append({"job": "answerable", "question": row["question"], "reply": "Yes" if held else "No"})
        if held or dice.random() < 0.5:
            answer = said(row, number if held else None)
            branches += [{"job": "answer", "question": row["question"], "reply": answer}] if answer else []
        if held and len(row["reply"].split()) > 4:
            branches.append({"job": "support", "statement": row["reply"], "reply": "Yes"})
            if made := turned(row["reply"], "\n".join(texts), dice):
                branches.append({"job": "support", "statement": made, "reply": "No"})
    for row in strangers:
        if len(row["reply"].split()) > 4 and dice.random() < 0.5:
            branches.append({"job": "support", "statement": row["reply"], "reply": "No"})
        else:
            branches.append({"job": "answerable", "question": row["question"], "reply": "No"})
    dice.shuffle(branches)
    return {"job": "answerable", "source": asked[0]["source"], "phase": 1, "passages": texts, "branches": branches}


def rows(file: Path, dice: random.Random, *, held_out: bool = False, said: Telling = told) -> list[Row]:
    by_passage = read(file, held_out=held_out)
    by_set: dict[str, list[Row]] = defaultdict(list)
    for asked in by_passage.values():
        by_set[asked[0]["set"]] += [row for row in asked if row["reply"]]
    made = []
    for asked in by_passage.values():
        others = [row for row in by_set[asked[0]["set"]] if row["passage"] != asked[0]["passage"]]
        made.append(grounded(asked, dice.sample(others, min(2, len(others))), dice, said))
    return made


def ask(file: Path, dice: random.Random, *, held_out: bool = False) -> list[Row]:
    """The questions as replies: of a sentence, and of the short answer in it where there is one."""
    made = []
    for asked in read(file, held_out=held_out).values():
        own = next(each for each in asked[0]["windows"] if each["own"])
        branches = []
        for row in asked:
            window = next(each for each in row["windows"] if each["own"])
            if window["answers"] and row["question"].endswith("?"):
                first, last = min(a for a, _ in window["answers"]), max(b for _, b in window["answers"])
                sentence = " ".join(window["text"][first:last].split())
                branches.append({"sentence": sentence, "answer": row["short"] or sentence, "reply": row["question"]})
        if branches:
            texts = [text_of(own, dice)]
            made.append(
                {"job": "ask", "source": asked[0]["source"], "phase": 1, "passages": texts, "branches": branches}
            )
    return made


def together(file: Path, dice: random.Random, *, held_out: bool = False) -> list[Row]:
    """The three jobs over every passage, and the questions as replies over a third of them."""
    asks = ask(file, dice, held_out=held_out)
    return [*rows(file, dice, held_out=held_out), *dice.sample(asks, len(asks) // 3)]


JOBS = {"grounded": rows, "ask": ask, "together": together}
