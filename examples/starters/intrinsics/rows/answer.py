"""Rows for the job ``answer``: a tree of questions over shared passages.

Phase 1 shows a passage or two; phase 2 three to five of the same article, so that every one but the cited one is a
hard distractor. About 28 % of the questions have no answer there: hand-written traps, questions of the nearest other
paragraph, and questions in which a name or a number was changed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from layout import prompt

from rows.sources import KEPT_ASIDE, Article, Row, grouped, plain, read, words

if TYPE_CHECKING:
    import random
    from pathlib import Path


def reply(answer: str, number: int | None) -> str:
    return f"{answer.strip()} [{number}]" if number else prompt()["abstention"]


def tree(article: Article, shown: list[str], source: str, phase: int, dice: random.Random) -> Row:
    """A row over these paragraphs: their questions, and about 28 % that they do not answer."""
    branches = []
    for number, paragraph in enumerate(shown, 1):
        asked = article.questions[paragraph]
        for q in dice.sample(asked, min(len(asked), 8 if len(shown) < 3 else 5)):
            branches.append(
                {
                    "question": q["question"].strip(),
                    "reply": reply(q["answers"][0], number) if q["answers"] else reply("", None),
                }
            )
    traps = sum(b["reply"] == reply("", None) for b in branches)
    wanted = max(0, round(0.38 * (len(branches) - traps)) - traps)
    wanted += dice.random() < 0.25 and not wanted
    swaps = [article.changed(b["question"], shown, dice) for b in branches if dice.random() < 0.1]
    new = [swap for swap in swaps if swap][: (wanted + 1) // 2]
    new += article.strangers(shown, wanted - len(new), dice)
    branches += [{"question": question.strip(), "reply": reply("", None)} for question in new]
    dice.shuffle(branches)
    head = f"{article.title}\n" if dice.random() < 0.7 else ""
    return {"source": source, "phase": phase, "passages": [head + text for text in shown], "branches": branches}


def squad(rows: list[Row], source: str, share: float, dice: random.Random) -> list[Row]:
    """``share`` of the paragraphs alone or in twos, the others in groups; each paragraph in one tree."""
    made, titles = [], defaultdict(list)
    for row in rows:
        titles[row["title"]].append(row)
    for title, of_title in sorted(titles.items()):
        article = Article(title, of_title)
        paragraphs = list(article.paragraphs)
        dice.shuffle(paragraphs)
        cut = round(len(paragraphs) * share)
        while paragraphs[:cut]:
            size = 2 if cut > 1 and dice.random() < 0.15 else 1
            made.append(tree(article, paragraphs[:size], source, 1, dice))
            paragraphs, cut = paragraphs[size:], cut - size
        made += [tree(article, group, source, 2, dice) for group in grouped(article, paragraphs, dice)]
    return made


def natural(rows: list[Row], dice: random.Random) -> list[Row]:
    """Questions typed by people: the passage among others, and questions that none of them answers."""
    rows = [row for row in rows if len(row["context"]) < 1400 and len(row["answers"][0]) < 120]
    rows = dice.sample(rows, len(rows))
    made, everything = [], Article("", [row | {"context": row["context"]} for row in rows])
    while len(rows) > 8:
        size = dice.choice((1, 1, 2, 3, 4))
        first = rows.pop()
        near = sorted(range(len(rows)), key=lambda i: -everything.near(first["question"], rows[i]["context"]))[
            : size - 1
        ]
        group = [first, *(rows[i] for i in near)]
        rows = [row for i, row in enumerate(rows) if i not in set(near)]
        dice.shuffle(group)
        shown = [row["context"] for row in group]
        branches = [
            {"question": row["question"], "reply": reply(row["answers"][0], n)} for n, row in enumerate(group, 1)
        ]
        if dice.random() < 0.3 * size:
            branches += [{"question": q, "reply": reply("", None)} for q in everything.strangers(shown, 1, dice)]
        texts = [f"{row['title']}\n{row['context']}" for row in group]
        made.append({"source": "nq", "phase": 1 if size < 3 else 2, "passages": texts, "branches": branches})
    return made


def long_answers(data: Path, dice: random.Random) -> list[Row]:
    """Answers of one sentence or several: ClapNQ's, SelQA's, MedQuAD's short ones."""
    made = []
    for row in read(data / "reading/clapnq_half/train.jsonl.gz"):
        answers = [plain(a) for a in row["answers"] if a.strip()]
        said = reply("", None) if row["is_impossible"] or not answers else reply(min(answers, key=len), 1)
        text = f"{row['title']}\n{plain(row['context'])}"
        made.append(
            {"source": "clapnq", "passages": [text], "branches": [{"question": row["question"], "reply": said}]}
        )
    for row in read(data / "reading/selqa/dev.jsonl.gz"):
        right = row["answers"][0]
        if len(row["context"]) < 1500 and len(right) < 300:
            text = f"{row['title']}\n{row['context']}"
            made.append(
                {
                    "source": "selqa",
                    "passages": [text],
                    "branches": [{"question": row["question"], "reply": reply(right, 1)}],
                }
            )
    for row in read(data / "reading/medquad_niddk/qa_small.jsonl.gz"):
        first = re.split(r"(?<=[a-z)]\.) (?=[A-Z])", row["answer"])
        said = " ".join(first[:2])
        named = words(row["title"]) & words(first[0])
        if 300 < len(row["answer"]) < 1300 and len(said) < 350 and named:
            text = f"{row['title']}\n{row['answer']}"
            question = row["question"].replace(" (are)", "").replace(" ?", "?")
            made.append(
                {"source": "medquad", "passages": [text], "branches": [{"question": question, "reply": reply(said, 1)}]}
            )
    return [row | {"phase": dice.choice((1, 1, 2))} for row in made]


def replay(data: Path, dice: random.Random) -> list[Row]:
    """General instructions with short replies, so that the model keeps its manners."""
    made = []
    for name in ("dolly_2k/train.jsonl.gz", "self_instruct/seed_tasks.jsonl"):
        for row in read(data / "instructions" / name):
            asked = f"{row['instruction']}\n\n{row['input']}".strip()
            if len(asked) < 700 and 20 < len(row["output"]) < 500:
                made.append({"messages": [{"role": "user", "content": asked}], "reply": row["output"].strip()})
    return [row | {"source": "replay", "phase": dice.choice((1, 2))} for row in made]


def train(data: Path, dice: random.Random) -> list[Row]:
    held_out = {row["context"] for row in read(data / "reading/squad1_dev_part/dev_disjoint.jsonl.gz")}
    held_out |= {
        row["context"] for row in read(data / "reading/squad2_hard/train.jsonl.gz") if row["title"] == KEPT_ASIDE
    }
    easy = [row for row in read(data / "reading/squad1_train_part/train.jsonl.gz") if row["context"] not in held_out]
    hard = [row for row in read(data / "reading/squad2_hard/train.jsonl.gz") if row["context"] not in held_out]
    rows = squad(easy, "squad", 0.5, dice) + squad(hard, "squad2", 1.0, dice) + squad(hard, "squad2", 0.0, dice)
    nq, long, general = (
        natural(read(data / "reading/nq_oracle/train.jsonl.gz"), dice),
        long_answers(data, dice),
        replay(data, dice),
    )
    rows += dice.sample(nq, len(nq) // 2) + dice.sample(long, min(len(long), 600)) + dice.sample(general, 350)
    dice.shuffle(rows)
    return [row for row in rows if "messages" in row or len(row["branches"]) >= (6 if row["source"] == "squad" else 1)]


PARTS = {"train": train}
