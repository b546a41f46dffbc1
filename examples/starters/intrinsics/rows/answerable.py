"""Rows for the job ``answerable``: questions over one, three or five passages that hold the answer, or do not.

What the passages do not answer: traps written by people (SQuAD 2.0, ClapNQ), questions of the nearest other paragraphs
of the article, and questions of these very paragraphs in which a name or number was changed for one from elsewhere or
for another one of the same passage, a word was turned into its opposite, or a "not" was put in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rows.answer import reply
from rows.sources import Article, Row, by_title, chance, grouped, plain, read, squad_parts, trap_parts
from rows.turning import negated, opposite, swapped

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

_ANSWERED = 0.35
_HELD_OUT = 0.4  # the share of ClapNQ's documents that only evaluation sees


def branch(question: str, held: bool) -> Row:
    return {"question": question.strip(), "reply": "Yes" if held else "No"}


def answered(q: Row, shown: list[str]) -> Row:
    return {
        "job": "answer",
        "question": q["question"].strip(),
        "reply": reply(q["answers"][0], shown.index(q["context"]) + 1),
    }


def tree(article: Article, shown: list[str], source: str, dice: random.Random, *, traps_only: bool = False) -> Row:
    """These paragraphs with their questions, and about as many that they do not answer."""
    each = {1: 8, 2: 6, 3: 5}.get(len(shown), 4)
    asked = [q for p in shown for q in dice.sample(article.questions[p], min(len(article.questions[p]), 2 * each))]
    told = [q for q in asked if q["answers"]][: each * len(shown)]
    yes = [q["question"] for q in told]
    no = [q["question"] for q in asked if not q["answers"]][: each * len(shown)]
    if not traps_only:
        no += made_up(article, shown, yes, max(1, len(yes) - len(no)), dice)
    branches = [branch(q, True) for q in yes] + [branch(q, False) for q in no]
    branches += [] if traps_only else [answered(q, shown) for q in told if dice.random() < _ANSWERED]
    dice.shuffle(branches)
    head = f"{article.title}\n" if dice.random() < 0.7 else ""
    return {
        "job": "answerable",
        "source": source,
        "phase": 1,
        "passages": [head + t for t in shown],
        "branches": branches,
    }


def made_up(article: Article, shown: list[str], yes: list[str], wanted: int, dice: random.Random) -> list[str]:
    """So many questions that these paragraphs do not answer, of several kinds, no two from the same question."""
    found: list[str] = []
    text = "\n".join(shown)
    for question in dice.sample(yes, len(yes)):
        kinds = [
            lambda q: article.changed(q, shown, dice),
            lambda q: swapped(q, text, dice),
            lambda q: opposite(q, text),
            lambda q: negated(q, dice),
        ]
        kind = dice.choices(kinds, (3, 3, 4, 1.2))[0]
        made = kind(question)
        if made and made not in yes and len(found) < 0.55 * wanted:
            found.append(made)
    return found + article.strangers(shown, wanted - len(found), dice)


def of_articles(
    articles: dict[str, Article], source: str, shares: dict[int, float], dice: random.Random
) -> Iterator[Row]:
    """Each paragraph in one tree: alone, or in groups of paragraphs that are alike, by their ``shares``."""
    for article in articles.values():
        left = dice.sample(article.paragraphs, len(article.paragraphs))
        while left:
            size = dice.choices(list(shares), [share / size for size, share in shares.items()])[0]
            first = left.pop()
            left.sort(key=lambda other: article.near(first, other))
            shown = [first, *reversed(left[len(left) - size + 1 :])] if size > 1 else [first]
            left = dice.sample(left[: len(left) - len(shown) + 1], len(left) - len(shown) + 1)
            yield tree(article, dice.sample(shown, len(shown)), source, dice)


def natural(data: Path, dice: random.Random) -> Iterator[Row]:
    """Questions typed by people, with passages of other questions beside their own."""
    rows = [row for row in read(data / "reading/nq_oracle/train.jsonl.gz") if len(row["context"]) < 1000]
    every = Article("", rows)
    rows = dice.sample(rows, len(rows))
    while len(rows) > 8:
        first = rows.pop()
        rows.sort(key=lambda row: every.near(first["question"], row["context"]))
        group = [first, *(rows.pop() for _ in range(dice.choice((0, 1, 2))))]
        shown = [row["context"] for row in group]
        no = every.strangers(shown, len(group) + 1, dice)
        no += [made for q in group if (made := opposite(q["question"], "")) and dice.random() < 0.5]
        branches = [branch(row["question"], True) for row in group] + [branch(q, False) for q in no]
        texts = [f"{row['title']}\n{row['context']}" for row in group]
        yield {"job": "answerable", "source": "nq", "phase": 1, "passages": texts, "branches": branches}


def clapnq(data: Path, *, held_out: bool) -> list[Row]:
    return [
        r for r in read(data / "reading/clapnq_half/train.jsonl.gz") if (chance(r["title"]) < _HELD_OUT) == held_out
    ]


def long_answers(rows: list[Row], dice: random.Random, strangers: int) -> Iterator[Row]:
    """ClapNQ's questions, as its annotators judged them; and ``strangers`` of other documents beside each."""
    asked = [row | {"answers": row["answers"] or [""], "context": plain(row["context"])} for row in rows]
    every = by_title([row | {"title": ""} for row in asked])[""]
    for row in asked:
        texts = [f"{row['title']}\n{row['context']}"]
        no = every.strangers([row["context"]], strangers, dice) if strangers else []
        branches = [branch(row["question"], not row["is_impossible"]), *(branch(q, False) for q in no)]
        yield {"job": "answerable", "source": "clapnq", "phase": 1, "passages": texts, "branches": branches}


def train(data: Path, dice: random.Random) -> list[Row]:
    easy = list(of_articles(squad_parts(data, "train"), "squad", {1: 0.6, 3: 0.25, 5: 0.15}, dice))
    hard = [
        row
        for shares in ({1: 1.0}, {1: 1.0}, {3: 0.6, 5: 0.4})
        for row in of_articles(trap_parts(data, "train"), "squad2", shares, dice)
    ]
    nq, clap = list(natural(data, dice)), list(long_answers(clapnq(data, held_out=False), dice, 1))
    rows = [*dice.sample(easy, 400), *hard, *dice.sample(nq, 70), *dice.sample(clap, 120)]
    return dice.sample(rows, len(rows))


def dev(data: Path, dice: random.Random) -> list[Row]:
    easy = list(of_articles(squad_parts(data, "dev"), "squad", {1: 0.6, 3: 0.25, 5: 0.15}, dice))
    hard = list(of_articles(trap_parts(data, "dev"), "squad2", {1: 1.0}, dice))
    return [*dice.sample(easy, 12), *hard]


def hard(data: Path, dice: random.Random) -> list[Row]:
    """Harvard University, each paragraph alone, its own questions and traps."""
    (article,) = trap_parts(data, "test").values()
    return [tree(article, [p], "squad2", dice, traps_only=True) for p in article.paragraphs]


def hard_among_five(data: Path, dice: random.Random) -> list[Row]:
    (article,) = trap_parts(data, "test").values()
    return [
        tree(article, group, "squad2", dice, traps_only=True) for group in grouped(article, article.paragraphs, dice)
    ]


def easy(data: Path, dice: random.Random) -> list[Row]:
    """SQuAD's dev articles, a paragraph or five: their questions, and those of other paragraphs of the article."""
    rows = []
    for article in squad_parts(data, "test").values():
        for shown in ([p] for p in article.paragraphs):
            no = article.strangers(shown, 4, dice)
            yes = [q["question"] for q in article.questions[shown[0]]][:4]
            branches = [branch(q, True) for q in yes] + [branch(q, False) for q in no]
            rows.append({"job": "answerable", "source": "squad", "phase": 1, "passages": shown, "branches": branches})
    return dice.sample(rows, 50)


def long_held_out(data: Path, dice: random.Random) -> list[Row]:
    return list(long_answers(clapnq(data, held_out=True), dice, 0))


PARTS = {
    "train": train,
    "dev": dev,
    "hard": hard,
    "hard-five": hard_among_five,
    "easy": easy,
    "clapnq": long_held_out,
}
