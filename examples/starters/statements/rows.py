"""Write the rows that teach which words and sentences answer a question: one JSON object a line.

``{"source", "held_out", "question", "windows": [{"lead", "text", "answers": [[start, end], …], "span"}, …]}``: the
offsets are of words that answer, and each sentence that they touch is a right one; ``span`` is of the short answer,
where there is one; the question was asked of the window that is its ``own``. Others are of the same article, or sound
alike; a row without any right window has no answer there.

    python rows.py ../../../../shared/data rows.jsonl [--manuals PASSAGES.jsonl]
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

Row = dict[str, Any]
OTHERS = 5  # windows that sound alike, of which the training draws some
KEPT_ASIDE = "Harvard_University"  # the article of squad2_hard that only evaluation sees
_WORD = re.compile(r"[a-z0-9]+")


def read(path: Path) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.lower()) if len(word) > 2}


def window(
    text: str, lead: str = "", answers: list[list[int]] | None = None, span: list[int] | None = None, own: bool = False
) -> Row:
    return {"lead": lead, "text": text, "answers": answers or [], "span": span, "own": own}


def places(text: str, said: list[str]) -> list[list[int]]:
    """Where any of these stands in the text, at the bounds of words."""
    found = [re.search(rf"(?<!\w){re.escape(each.strip())}(?!\w)", text) for each in said if each.strip()]
    return [[match.start(), match.end()] for match in found if match]


class Pool:
    """Texts of one sort, and which of them are most like a question."""

    def __init__(self, texts: list[tuple[str, str]]) -> None:
        self.texts = texts
        self.bags = [words(text) for _, text in texts]
        seen = Counter(word for bag in self.bags for word in bag)
        self.weight = {word: log(len(texts) / count + 1) for word, count in seen.items()}

    def like(self, question: str, *, without: str, count: int, dice: random.Random) -> list[Row]:
        asked = words(question)
        order = sorted(
            range(len(self.texts)), key=lambda i: -sum(self.weight[w] for w in asked & self.bags[i]) - dice.random()
        )
        chosen = [i for i in order[: count + 6] if self.texts[i][1] != without]
        return [
            window(text, lead) for lead, text in (self.texts[i] for i in dice.sample(chosen, min(count, len(chosen))))
        ]


def squad(rows: list[Row], most: int, dice: random.Random) -> list[Row]:
    """Questions with their paragraph and others of its article."""
    articles: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for title, text in sorted({(row["title"], row["context"]) for row in rows}):
        articles[title].append((title.replace("_", " "), text))
    pools = {title: Pool(texts) for title, texts in articles.items()}
    made = []
    for row in dice.sample(rows, min(most, len(rows))):
        others = pools[row["title"]].like(row["question"], without=row["context"], count=OTHERS, dice=dice)
        spans = [[start, start + len(text)] for text, start in zip(row["answers"], row["answer_starts"], strict=True)]
        own = window(row["context"], row["title"].replace("_", " "), spans[:1], next(iter(spans), None), own=True)
        made.append({"question": row["question"], "windows": [own, *others]})
    return made


def natural(data: Path, dice: random.Random) -> list[Row]:
    """Questions typed by people, with their passage and some that sound alike."""
    rows = [row for row in read(data / "nq_oracle/train.jsonl.gz") if len(row["context"]) < 1600]
    pool = Pool([(row["title"], row["context"]) for row in rows])
    made = []
    for row in rows:
        spans = places(row["context"], row["answers"])
        if spans:
            others = pool.like(row["question"], without=row["context"], count=OTHERS, dice=dice)
            own = window(row["context"], row["title"], spans, spans[0], own=True)
            made.append({"question": row["question"], "windows": [own, *others]})
    return made


def sentences_given(data: Path) -> list[Row]:
    """SelQA's and ClapNQ's questions, whose answers are whole sentences of their passage."""
    made = []
    for row in read(data / "selqa/dev.jsonl.gz"):
        text = " ".join(row["candidates"])
        made.append(
            {
                "question": row["question"],
                "windows": [window(text, row["title"], places(text, row["answers"]), own=True)],
            }
        )
    for row in read(data / "clapnq_half/train.jsonl.gz"):
        text = " ".join(row["sentences"])
        right = [] if row["is_impossible"] else places(text, chosen(row["selected_sentences"]))
        if right or row["is_impossible"]:
            made.append({"question": row["question"], "windows": [window(text, row["title"], right, own=True)]})
    return made


def chosen(selected: list[Any]) -> list[str]:
    """The sentences that annotators took an answer from: each gave a list of them, or all one."""
    return [each for one in selected for each in ([one] if isinstance(one, str) else one)]


def medical(data: Path, dice: random.Random) -> list[Row]:
    """MedQuAD: a question asks for a section, whose first sentence tells it; another section beside it."""
    sections: dict[str, list[Row]] = defaultdict(list)
    for row in read(data / "medquad_niddk/qa_small.jsonl.gz"):
        sections[row["doc_id"]].append(row)
    made = []
    for of_document in sections.values():
        for row in dice.sample(of_document, min(6, len(of_document))):
            text = row["answer"][:500]
            first = re.match(r".{30,400}?[a-z)][.:](?= [A-Z-]|$)", text, re.DOTALL)
            others = [each for each in of_document if each["answer"] != row["answer"]]
            if first is not None:
                chosen = dice.sample(others, min(1, len(others)))
                made.append(
                    {
                        "question": row["question"].replace(" (are)", "").replace(" ?", "?"),
                        "windows": [
                            window(text, row["title"], [[0, first.end()]], own=True),
                            *(window(each["answer"][:500], row["title"]) for each in chosen),
                        ],
                    }
                )
    return made


def instructions(data: Path) -> list[Row]:
    """Questions that people wrote about a text, with the sentences that their answer was made of."""
    made = []
    for row in read(data / "dolly_2k/train.jsonl.gz"):
        text = row["input"]
        if row.get("category") not in (None, "closed_qa", "information_extraction") or not 200 < len(text) < 2500:
            continue
        asked, said = row["instruction"], words(row["output"])
        parts = [match.span() for match in re.finditer(r"\S.*?(?:[.!?](?=\s)|$)", text, re.DOTALL)]
        scored = [(len(words(text[a:b]) & said) / (len(said) + 1), a, b) for a, b in parts]
        best = max(scored, default=(0.0, 0, 0))
        if asked.rstrip().endswith("?") and best[0] > 0.45 and len(row["output"]) < 400:
            made.append({"question": asked, "windows": [window(text, "", [list(best[1:])], own=True)]})
    return made


_POLAR = re.compile(
    r"(?P<subject>[A-Z][\w’'-]*(?: [\w’'-]+){0,5}) (?P<be>is|are|was|were|can|may|must|should|will|could|has|have|had) "
    r"(?P<rest>[a-z][^.;:?()\"]{20,140})\."
)
_SMALL = {"The", "A", "An", "This", "These", "Those", "It", "They", "There", "Some", "Many", "Most", "All", "Each"}
_PLAIN = re.compile(r"\b(?:which|who|that|when|where|because|although|while|and|but|or|is|are|was|were|has|had)\b")


def polar(text: str) -> tuple[str, list[int]] | None:
    """A sentence of a text turned into a question for yes or no, up to its first comma; and where it stands."""
    for match in _POLAR.finditer(text):
        if (match.start() and text[match.start() - 2 : match.start()] not in (". ", "? ")) or _PLAIN.search(
            match["subject"]
        ):
            continue
        first, _, others = match["subject"].partition(" ")
        subject = f"{first.lower() if first in _SMALL else first} {others}".strip()
        rest = match["rest"].split(",")[0]
        if len(rest.split()) > 3:
            return f"{match['be'].capitalize()} {subject} {rest}?", list(match.span())
    return None


def turned(rows: list[Row], most: int, dice: random.Random) -> list[Row]:
    """Questions for yes or no, made of a sentence, with its paragraph and another one of the article."""
    articles: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for title, text in sorted({(row["title"], row["context"]) for row in rows}):
        articles[title].append((title.replace("_", " "), text))
    made = []
    for title, texts in articles.items():
        pool = Pool(texts)
        for _, text in texts:
            if (found := polar(text)) is not None:
                others = pool.like(found[0], without=text, count=OTHERS, dice=dice)
                own = window(text, title.replace("_", " "), [found[1]], own=True)
                made.append({"question": found[0], "windows": [own, *others]})
    return dice.sample(made, min(most, len(made)))


def everything(data: Path, seed: int) -> list[Row]:
    dice = random.Random(seed)
    reading = data / "reading"
    dev = {row["context"] for row in read(reading / "squad1_dev_part/dev_disjoint.jsonl.gz")}
    easy = [row for row in read(reading / "squad1_train_part/train.jsonl.gz") if row["context"] not in dev]
    hard = [row for row in read(reading / "squad2_hard/train.jsonl.gz") if row["title"] != KEPT_ASIDE]
    made: list[Row] = []
    for source, rows in {
        "squad": squad(easy, len(easy), dice),
        "squad2": squad([row for row in hard if row["context"] not in dev], len(hard), dice),
        "polar": turned(easy, 900, dice),
        "nq": natural(reading, dice),
        "sentences": sentences_given(reading),
        "medquad": medical(reading, dice),
        "dolly": instructions(data / "instructions"),
    }.items():
        made += [{"source": source, "held_out": dice.random() < 0.12, **row} for row in rows]
    beside(made, dice)
    dice.shuffle(made)
    return made


def beside(rows: list[Row], dice: random.Random) -> None:
    """Give rows that have too few windows others of their source that sound alike."""
    for source in sorted({row["source"] for row in rows}):
        own = [row for row in rows if row["source"] == source]
        pool = Pool(sorted({(w["lead"], w["text"]) for row in own for w in row["windows"]}))
        for row in own:
            shown = {each["text"] for each in row["windows"]}
            if (lacking := OTHERS + 1 - len(shown)) > 1:
                more = pool.like(row["question"], without="", count=lacking + len(shown), dice=dice)
                row["windows"] += [each for each in more if each["text"] not in shown][:lacking]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--manuals", type=Path, help="rows of ../manuals, which are put behind")
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    rows = everything(asked.data, asked.seed) + (read(asked.manuals) if asked.manuals else [])
    asked.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    print(Counter((row["source"], row["held_out"]) for row in rows))


if __name__ == "__main__":
    main()
