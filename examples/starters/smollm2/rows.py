"""Write the rows that teach the job ``answer``: one JSON object a line, a tree of questions over shared passages.

``{"source", "phase", "passages": [text, …], "branches": [{"question", "reply"}, …]}``, or ``{"source", "phase",
"messages", "reply"}`` for general instructions. Phase 1 shows a passage or two; phase 2 three to five of the same
article, so that every one but the cited one is a hard distractor. About 28 % of the questions have no answer there:
hand-written traps, questions of the nearest other paragraph, and questions in which a name or a number was changed.

    python rows.py ../shared/data rows.jsonl
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections import Counter, defaultdict
from math import log
from pathlib import Path
from typing import Any

from layout import prompt

Row = dict[str, Any]
KEPT_ASIDE = "Harvard_University"  # the article of squad2_hard that only evaluation sees
_WORD = re.compile(r"[a-z0-9]+")
_NAME = re.compile(r"(?<!^)(?<![.?!] )\b(?:[A-Z][a-z]+(?: [A-Z][a-z]+)*|\d{1,4}(?:[.,]\d+)*)\b")


def read(path: Path) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.lower()) if len(word) > 2}


def plain(text: str) -> str:
    """Text whose punctuation was set apart by a tokenizer, put together again."""
    text = re.sub(r"`` ?| ?''", '"', text)
    text = re.sub(r" (?=[.,;:!?)\]%]|'s\b|n't\b)", "", text)
    return re.sub(r"(?<=[(\[$]) ", "", text).strip()


def reply(answer: str, number: int | None) -> str:
    return f"{answer.strip()} [{number}]" if number else prompt()["abstention"]


class Article:
    """The paragraphs of one article with their questions, and how near a question is to a paragraph."""

    def __init__(self, title: str, rows: list[Row]) -> None:
        self.title = title.replace("_", " ")
        self.questions: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            self.questions[row["context"]].append(row)
        self.paragraphs = list(self.questions)
        bags = {paragraph: words(paragraph) for paragraph in self.paragraphs}
        seen = Counter(word for bag in bags.values() for word in bag)
        self.weight = {word: log(len(bags) / count + 1) for word, count in seen.items()}
        self.bags = bags
        self.names = sorted({name for paragraph in self.paragraphs for name in _NAME.findall(paragraph)})

    def near(self, text: str, paragraph: str) -> float:
        return sum(self.weight.get(word, 0.0) for word in words(text) & self.bags[paragraph])

    def strangers(self, shown: list[str], wanted: int, dice: random.Random) -> list[str]:
        """Questions of other paragraphs that sound like these and whose answers do not stand in them."""
        text = "\n".join(shown).lower()
        others = [q for paragraph in self.paragraphs if paragraph not in shown for q in self.questions[paragraph]]
        fits = [q for q in others if q["answers"] and not any(a.lower() in text for a in q["answers"])]
        pool = dice.sample(fits, min(len(fits), 40))
        pool.sort(key=lambda q: -max(self.near(q["question"], paragraph) for paragraph in shown))
        return [q["question"] for q in pool[:wanted]]

    def changed(self, question: str, shown: list[str], dice: random.Random) -> str | None:
        """The question with one of its names or numbers changed for another that these paragraphs do not mention."""
        text = "\n".join(shown)
        inside = [match for match in _NAME.finditer(question) if match[0] in text]
        if not inside:
            return None
        match = dice.choice(inside)
        like = [
            n for n in self.names if n[0].isdigit() == match[0][0].isdigit() and len(n.split()) == len(match[0].split())
        ]
        fits = [name for name in like if name not in text and len(name) > 2]
        return question[: match.start()] + dice.choice(fits) + question[match.end() :] if fits else None


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


def grouped(article: Article, paragraphs: list[str], dice: random.Random) -> list[list[str]]:
    """The paragraphs in groups of three to five that resemble one another."""
    left, groups = list(paragraphs), []
    while left:
        first = left.pop(dice.randrange(len(left)))
        left.sort(key=lambda other: -article.near(first, other))
        size = dice.choice((3, 4, 4, 5)) - 1
        group = [first, *left[:size]]
        left = left[size:]
        dice.shuffle(group)
        groups.append(group)
    return groups


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


def everything(data: Path, seed: int) -> list[Row]:
    dice = random.Random(seed)
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args()
    rows = everything(asked.data, asked.seed)
    asked.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


if __name__ == "__main__":
    main()
