"""Rows for the job ``ask``: a sentence of a passage and the answer in it; the question is the reply.

Questions that lean on the passage ("this event", "he", "according to the text") are left out, so that what is learned
can be understood alone. Questions typed into a search engine get their capitals and their mark.
"""

from __future__ import annotations

import re
from collections import defaultdict
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from rows.sources import Article, Row, plain, read, squad_parts, words

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

_MANUALS = Path(__file__).parents[2] / "manuals"
_LEANS = re.compile(
    r"(?i)\b(?:this|these|those|that year|such|he|she|him|her|his|hers|they|them|their|it|its|"
    r"the (?:text|passage|article|paragraph|author|book|film|movie|show|song|album|game|city|country|state|war|company|"
    r"same)|mentioned|listed|above|below|following|as well|also|other|another|else)\b"
)
_END = re.compile(r"(?<=[a-z0-9)\"”’%][.!?])\s+(?=[A-Z\"“\[(])|\n+")
_ASKING = re.compile(
    r"(?i)\b(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|has|have|will)\b"
)


def sentence_of(text: str, start: int, end: int) -> str:
    """The sentence that a stretch of text stands in; several where it goes over an end."""
    ends = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    first = max(at for at in ends if at <= start)
    last = min(at for at in ends if at >= end)
    return text[first:last].strip()


def stands_alone(question: str) -> bool:
    """Whether a question can be understood by whoever has not read the passage, as far as rules can tell."""
    names = re.findall(r"(?<!^)(?<![.?!] )\b[A-Z][\w-]+", question)
    return not _LEANS.search(question) and (bool(names) or len(words(question)) >= 6) and 20 < len(question) < 140


def of_sentence(question: str, sentence: str) -> bool:
    """Whether a question is asked of a sentence: words of it are, beside those of the answer."""
    asked = words(question)
    return len(asked & words(sentence)) >= max(2, 0.3 * len(asked))


def branch(text: str, answer: str, start: int, question: str) -> Row:
    asked = " ".join(question.split())
    return {"sentence": sentence_of(text, start, start + len(answer)), "answer": answer, "reply": asked}


def of_article(article: Article, dice: random.Random, most: int) -> Iterator[Row]:
    for paragraph, asked in article.questions.items():
        branches = []
        for q in dice.sample(asked, len(asked)):
            answer, start = q["answers"][0], q["answer_starts"][0]
            question = q["question"].strip()
            fits = question.endswith("?") and _ASKING.search(question) and stands_alone(question)
            if not fits or paragraph[start : start + len(answer)] != answer or len(branches) == most:
                continue
            made = branch(paragraph, answer, start, f"{question[0].upper()}{question[1:]}")
            if of_sentence(question, made["sentence"]) and not any(made["answer"] == b["answer"] for b in branches):
                branches.append(made)
        if branches:
            text = f"{article.title}\n{paragraph}"
            yield {"job": "ask", "source": "squad", "phase": 1, "passages": [text], "branches": branches}


def capitalised(question: str, text: str) -> str:
    """A question typed in lower case, with the capitals that its words have in the text."""
    said = {word.lower(): word for word in re.findall(r"(?<![.!?] )(?<!^)\b[A-Z][\w’'-]*", text)}
    said = {lower: word for lower, word in said.items() if not re.search(rf"\b{re.escape(lower)}\b", text)}
    made = " ".join(said.get(word, word) for word in question.split())
    return f"{made[0].upper()}{made[1:]}?"


def natural(data: Path) -> Iterator[Row]:
    for row in read(data / "reading/nq_oracle/train.jsonl.gz"):
        text, question = row["context"], row["question"].strip()
        start = text.find(row["answers"][0])
        if start >= 0 and len(text) < 900 and _ASKING.match(question) and 25 < len(question) < 90:
            made = branch(text, row["answers"][0], start, capitalised(question, f"{row['title']} {text}"))
            texts = [f"{row['title']}\n{text}"]
            yield {"job": "ask", "source": "nq", "phase": 1, "passages": texts, "branches": [made]}


def sentences(data: Path) -> Iterator[Row]:
    """Answers that are whole sentences: ClapNQ's and SelQA's."""
    for row in read(data / "reading/selqa/dev.jsonl.gz"):
        text, right = row["context"], row["answers"][0]
        question = row["question"].strip()
        if (
            right in text
            and len(text) < 1200
            and len(right) < 250
            and stands_alone(question)
            and question.endswith("?")
        ):
            made = branch(text, right, text.find(right), question)
            texts = [f"{row['title']}\n{text}"]
            yield {"job": "ask", "source": "selqa", "phase": 1, "passages": texts, "branches": [made]}


def health(data: Path) -> Iterator[Row]:
    """Questions of NIH's pages with the first sentence of their answers."""
    for row in read(data / "reading/medquad_niddk/qa_small.jsonl.gz"):
        text = plain(row["answer"])
        right = _END.split(text)[0]
        question = row["question"].replace(" (are)", "").replace(" ?", "?").strip()
        if len(text) < 1200 and 40 < len(right) < 250 and words(row["title"]) & words(right):
            made = branch(text, right, 0, question)
            texts = [f"{row['title']}\n{text}"]
            yield {"job": "ask", "source": "medquad", "phase": 1, "passages": texts, "branches": [made]}


def squad(data: Path, part: str, dice: random.Random, most: int) -> list[Row]:
    return [row for article in squad_parts(data, part).values() for row in of_article(article, dice, most)]


def train(data: Path, dice: random.Random) -> list[Row]:
    rows = [row for row in squad(data, "train", dice, 5) if len(row["branches"]) > 1]
    rows = dice.sample(rows, min(len(rows), 700))
    rows += dice.sample(list(natural(data)), 150)
    rows += dice.sample(list(sentences(data)), 50) + dice.sample(list(health(data)), 40)
    return dice.sample(rows, len(rows))


def dev(data: Path, dice: random.Random) -> list[Row]:
    return dice.sample(squad(data, "dev", dice, 4), 30)


def test(data: Path, dice: random.Random) -> list[Row]:
    """SQuAD's dev articles."""
    return dice.sample(squad(data, "test", dice, 3), 100)


def own(dice: random.Random, part: str) -> list[Row]:
    """The sections of this project's own manuals with what was asked of them; a tenth each for `dev` and for `test`."""
    by_section: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in read(_MANUALS / "own.jsonl"):
        by_section[row["document"], row["section"]].append(row)
    parts = {0: "dev", 1: "test"}
    return [
        made
        for (document, section), asked in by_section.items()
        if parts.get(int(sha256(f"{document} {section}".encode()).hexdigest(), 16) % 10, "train") == part
        and (made := of_section(document, section, dice.sample(asked, len(asked))))
    ]


def of_section(document: str, section: str, asked: list[Row]) -> Row | None:
    text = (_MANUALS / "documents" / document).read_text("utf-8")
    title, body = text.split("\n", 1)[0].removeprefix("# "), text.split(f"## {section}\n", 1)[1].split("\n## ", 1)[0]
    branches = []
    for row in asked:
        if row["sentences"] and row["question"].endswith("?"):
            said = " ".join(text[row["sentences"][0][0] : row["sentences"][-1][1]].split())
            branches.append({"sentence": said, "answer": row["answer"] or said, "reply": row["question"]})
    passages = [f"{title} > {section}\n{body.strip()}"]
    return {"job": "ask", "source": "own", "phase": 1, "passages": passages, "branches": branches} if branches else None


def brief(data: Path, part: str, dice: random.Random, most: int) -> list[Row]:
    """Half our own manuals, half SQuAD's: short passages with many questions, since every token costs."""
    found = squad(data, part, dice, 5)
    short = [row for row in found if len(row["passages"][0]) < 800 and len(row["branches"]) > 3]
    both = dice.sample(own(dice, part), most) + dice.sample(short, min(len(short), most))
    return dice.sample(both, len(both))


PARTS = {
    "train": train,
    "dev": dev,
    "test": test,
    "brief": lambda data, dice: brief(data, "train", dice, 300),
    "brief-dev": lambda data, dice: brief(data, "dev", dice, 8),
    "own-test": lambda data, dice: own(dice, "test"),
}
