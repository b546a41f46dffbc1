"""Rows for the job ``support``: statements that the passages support, and others that they do not.

A statement is a question with its answer ("When was it built? 1931."), both turned into a sentence by rules, or a
sentence of a passage. What is not supported has another number or name of the same passage, or one from elsewhere, a
word turned round or a "not", or is true of another paragraph of the article.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rows.answerable import clapnq
from rows.sources import Article, Row, plain, squad_parts, trap_parts
from rows.sources import words as words_of
from rows.statements import declarative
from rows.turning import NUMBER, like, negated, opposite, swapped

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

_SENTENCE = re.compile(r"(?<=[a-z0-9)\"”’][.!?]) +(?=[A-Z\"“])")


def branch(statement: str, held: bool, **more: str) -> Row:
    return {"statement": statement.strip(), "reply": "Yes" if held else "No", **more}


def together(question: str, answer: str) -> str:
    """A question and a short answer as one statement; so the job is asked of an answer that is no sentence."""
    return f"{question.strip()} {answer.strip().rstrip('.')}."


def stated(question: str, answer: str, dice: random.Random) -> str:
    made = declarative(question, answer) if dice.random() < 0.55 else None
    return made or together(question, answer)


def other_answer(question: str, answers: list[str], text: str, dice: random.Random) -> str | None:
    """What might pass for an answer and is none: another number or name, or a stretch of the same length."""
    answer = answers[0]
    if NUMBER.search(answer):
        number = NUMBER.search(answer)
        others = [n for n in like(text, number[0]) if n not in question] if number else []
        return NUMBER.sub(dice.choice(others), answer, count=1) if others else None
    if answer[0].isupper():
        others = [n for n in like(text, answer) if n not in question and not any(n in a or a in n for a in answers)]
        return dice.choice(others) if others else None
    words = text.split()
    size = len(answer.split())
    at = dice.randrange(max(1, len(words) - size))
    made = " ".join(words[at : at + size]).strip(" .,;:()\"'")
    clear = made and not any(words_of(a) & words_of(made) or a.lower() in made.lower() for a in answers)
    return made if clear and made.lower() not in question.lower() else None


def sentences(text: str) -> list[str]:
    return [one for one in _SENTENCE.split(text) if 40 < len(one) < 220]


def turned(statement: str, text: str, article: Article, shown: list[str], dice: random.Random) -> str | None:
    """The statement made untrue."""
    kinds = [
        lambda: swapped(statement, text, dice),
        lambda: article.changed(statement, shown, dice),
        lambda: opposite(statement, ""),
        lambda: negated(statement, dice),
    ]
    for kind in dice.sample(kinds, len(kinds)):
        made = kind()
        if made and made != statement:
            return str(made)
    return None


def tree(article: Article, shown: list[str], source: str, dice: random.Random) -> Row:
    """These paragraphs with what they support, and as much that they do not."""
    text = "\n".join(shown)
    each = {1: 7, 2: 5, 3: 4}.get(len(shown), 3)
    branches = []
    for paragraph in shown:
        asked = article.questions[paragraph]
        for q in dice.sample(asked, min(len(asked), each)):
            branches += of_question(q, paragraph, text, article, shown, dice)
        found = sentences(paragraph)
        for sentence in dice.sample(found, min(len(found), 2)):
            if made := turned(sentence, text, article, shown, dice):
                branches += [branch(sentence, True, kind="sentence"), branch(made, False, kind="sentence")]
    branches += [branch(other, False, kind="elsewhere") for other in elsewhere(article, shown, len(shown) + 1, dice)]
    dice.shuffle(branches)
    head = f"{article.title}\n" if dice.random() < 0.7 else ""
    return {"job": "support", "source": source, "phase": 1, "passages": [head + t for t in shown], "branches": branches}


def of_question(
    q: Row, paragraph: str, text: str, article: Article, shown: list[str], dice: random.Random
) -> Iterator[Row]:
    """Its answer as a statement and a wrong one; a trap of people's making with what looks like its answer."""
    if not q["answers"]:
        others = [a for other in article.questions[paragraph] for a in other["answers"][:1]]
        if others:
            near = max(others, key=lambda a: (_alike(q, a, article, paragraph), a))
            yield branch(stated(q["question"], near, dice), False, kind="trap", question=q["question"], answer=near)
        return
    answer = min(q["answers"], key=len) if dice.random() < 0.5 else q["answers"][0]
    true = stated(q["question"], answer, dice)
    kept = {"question": q["question"], "answer": answer}
    yield branch(true, True, kind="answer", **kept)
    wrong = other_answer(q["question"], q["answers"], text, dice)
    if wrong and dice.random() < 0.75:
        kept["answer"] = wrong
        yield branch(stated(q["question"], wrong, dice), False, kind="other answer", **kept)
    elif made := turned(true, text, article, shown, dice):
        yield branch(made, False, kind="turned")


def _alike(q: Row, answer: str, article: Article, paragraph: str) -> float:
    """How much of a trap's words stand in the question that an answer belongs to."""
    own = [o["question"] for o in article.questions[paragraph] if answer in o["answers"]]
    said = set(q["question"].lower().split())
    return max((len(said & set(other.lower().split())) / len(said) for other in own), default=0.0)


def elsewhere(article: Article, shown: list[str], wanted: int, dice: random.Random) -> list[str]:
    """What other paragraphs of the article say: their sentences, and their questions with their answers."""
    others = [p for p in article.paragraphs if p not in shown]
    others.sort(key=lambda p: -article.near(p, shown[0]))
    text = "\n".join(shown)
    found = []
    for paragraph in others[:6]:
        found += sentences(paragraph)[:2]
        found += [
            stated(q["question"], q["answers"][0], dice)
            for q in article.questions[paragraph][:2]
            if q["answers"] and q["answers"][0] not in text
        ]
    return dice.sample(found, min(wanted, len(found)))


def long_answers(data: Path, dice: random.Random, *, held_out: bool) -> Iterator[Row]:
    """Sentences that people wrote from a passage (ClapNQ), beside sentences written from others."""
    rows = [r for r in clapnq(data, held_out=held_out) if r["answers"] and not r["is_impossible"]]
    written = {r["id"]: [s for a in r["answers"] for s in sentences(plain(a.replace("\r\n", " ")))] for r in rows}
    rows = [row for row in rows if written[row["id"]]]
    for row in rows:
        text = plain(row["context"])
        article = Article(row["title"], [row | {"context": text}])
        branches = []
        for sentence in written[row["id"]][:4]:
            branches.append(branch(sentence, True, kind="written"))
            if made := turned(sentence, text, article, [text], dice):
                branches.append(branch(made, False, kind="written"))
        stranger = dice.choice(written[dice.choice([o for o in rows if o is not row])["id"]])
        branches.append(branch(stranger, False, kind="elsewhere"))
        texts = [f"{row['title']}\n{text}"]
        yield {"job": "support", "source": "clapnq", "phase": 1, "passages": texts, "branches": branches}


def of_articles(
    articles: dict[str, Article], source: str, shares: dict[int, float], dice: random.Random
) -> Iterator[Row]:
    for article in articles.values():
        left = dice.sample(article.paragraphs, len(article.paragraphs))
        while left:
            size = dice.choices(list(shares), [share / size for size, share in shares.items()])[0]
            shown, left = left[:size], left[size:]
            yield tree(article, shown, source, dice)


def train(data: Path, dice: random.Random) -> list[Row]:
    easy = list(of_articles(squad_parts(data, "train"), "squad", {1: 0.65, 2: 0.1, 3: 0.25}, dice))
    hard = list(of_articles(trap_parts(data, "train"), "squad2", {1: 1.0}, dice))
    rows = [*dice.sample(easy, 450), *hard, *long_answers(data, dice, held_out=False)]
    return dice.sample(rows, len(rows))


def dev(data: Path, dice: random.Random) -> list[Row]:
    easy = list(of_articles(squad_parts(data, "dev"), "squad", {1: 0.7, 3: 0.3}, dice))
    return [*dice.sample(easy, 14), *list(of_articles(trap_parts(data, "dev"), "squad2", {1: 1.0}, dice))[:8]]


def test(data: Path, dice: random.Random) -> list[Row]:
    """SQuAD's dev articles."""
    return dice.sample(list(of_articles(squad_parts(data, "test"), "squad", {1: 0.7, 3: 0.3}, dice)), 40)


def hard(data: Path, dice: random.Random) -> list[Row]:
    """Harvard University, with the traps that people wrote."""
    return list(of_articles(trap_parts(data, "test"), "squad2", {1: 1.0}, dice))


def written(data: Path, dice: random.Random) -> list[Row]:
    """Sentences of ClapNQ's held-out answers."""
    return list(long_answers(data, dice, held_out=True))


PARTS = {"train": train, "dev": dev, "test": test, "hard": hard, "clapnq": written}
