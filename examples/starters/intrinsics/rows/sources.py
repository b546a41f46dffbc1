"""Data sets, and the articles that rows are made of: which paragraphs are alike, what else could have been asked."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from hashlib import sha256
from math import fsum, log
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from pathlib import Path

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
        # summed exactly, since a set has no order of its own and near paragraphs must not change places
        return fsum(self.weight.get(word, 0.0) for word in words(text) & self.bags[paragraph])

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


def by_title(rows: list[Row]) -> dict[str, Article]:
    """The articles of these rows, by title."""
    titles: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        titles[row["title"]].append(row)
    return {title: Article(title, titles[title]) for title in sorted(titles)}


def squad_parts(data: Path, part: str) -> dict[str, Article]:
    """SQuAD's articles that are for training (``train``), for a look on the way (``dev``) or for evaluation alone."""
    name = "squad1_dev_part/dev_disjoint" if part == "test" else "squad1_train_part/train"
    held_out = {row["context"] for row in read(data / "reading/squad1_dev_part/dev_disjoint.jsonl.gz")}
    found = by_title(
        [r for r in read(data / f"reading/{name}.jsonl.gz") if part == "test" or r["context"] not in held_out]
    )
    aside = set(sorted(found, key=lambda title: (len(found[title].paragraphs), title))[:3]) if part != "test" else set()
    return {title: article for title, article in found.items() if part == "test" or (title in aside) == (part == "dev")}


def trap_parts(data: Path, part: str) -> dict[str, Article]:
    """squad2_hard's articles: ``test`` is the one kept aside; a fifth of the paragraphs of the others are ``dev``."""
    rows = read(data / "reading/squad2_hard/train.jsonl.gz")
    if part == "test":
        return by_title([row for row in rows if row["title"] == KEPT_ASIDE])
    return by_title([r for r in rows if r["title"] != KEPT_ASIDE and (chance(r["context"]) < 0.2) == (part == "dev")])


def chance(text: str) -> float:
    """A number from 0 to 1 that is a text's own."""
    return int(sha256(text.encode()).hexdigest()[:8], 16) / 16**8
