"""Write the rows of the questions: each with its passage and those that a search finds beside it.

    python fetch.py projects/
    python rows.py projects/ manual_rows.jsonl

``{"source", "held_out", "set", "passage", "question", "reply", "short", "windows": [{"lead", "text", "answers":
[[start, end], …], "span", "own"}, …]}``, the rows that readers, the embedder and SmolLM2 are taught with.
A twelfth of the passages is held out, with all that was asked of them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steep.flows.answer import Answerer, SearchRequest
from steep.flows.index import index
from steep.language import sentence_spans
from steep.values import OPERATOR
from steep.workspace.project import Project
from steep_plugins.generators.reader.reading import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.values import Passage

HERE = Path(__file__).parent
CONFIG = """[project]
name = "manuals"
documents = ["documents/**/*"]
"""
FOUND = 8  # passages that a search gives
Row = dict[str, Any]


def asked_of(name: str) -> list[Row]:
    file = "own.jsonl" if name == "own" else "manuals.jsonl"
    rows = [json.loads(line) for line in (HERE / file).read_text("utf-8").splitlines()]
    return rows if name == "own" else [row for row in rows if row["set"] == name]


def squeezed(text: str) -> str:
    return " ".join(text.split())


def place(said: str, text: str) -> list[int] | None:
    """Where some words stand in a text, whatever breaks its lines."""
    match = re.search(r"\s+".join(map(re.escape, said.split())), text) if said.split() else None
    return list(match.span()) if match else None


def quoted(row: Row, passages: Sequence[Passage]) -> tuple[Passage, list[str]] | None:
    """The passage that a question was asked of, and the sentences of it that answer."""
    if "passage" in row:
        own = next((each for each in passages if each.id == row["passage"]), None)
        if own is None:
            return None
        spans = sentence_spans(own.text)
        return own, [squeezed(own.text[slice(*spans[number])]) for number in row["sentences"]]
    text = (HERE / "documents" / row["document"]).read_text("utf-8")
    said = [text[slice(*each)] for each in row["sentences"]]
    key = said or [sentence_after(text, f"## {row['section']}\n")]
    own = next((each for each in passages if all(place(one, each.text) for one in key)), None)
    return (own, said) if own else None


def sentence_after(text: str, heading: str) -> str:
    rest = text[text.index(heading) + len(heading) :].strip()
    return rest[slice(*sentence_spans(rest)[0])]


def window(text: Text, said: Sequence[str], short: str, *, own: bool = False) -> Row:
    answers = [found for each in said if (found := place(each, text.text))]
    span = None
    if short and answers:
        first, last = min(a for a, _ in answers), max(b for _, b in answers)
        if (within := place(short, text.text[first:last])) is not None:
            span = [first + within[0], first + within[1]]
    return {"lead": text.lead, "text": text.text, "answers": answers, "span": span, "own": own}


def rows(name: str, folder: Path) -> Iterator[Row]:
    if not (folder / "steep.toml").exists():
        (folder / "steep.toml").write_text(CONFIG, "utf-8")
    with Project.open(folder) as project:
        index(project, progress=lambda *_, **__: None)
        answerer, passages = Answerer(project), project.library().all_passages()
        for row in asked_of(name):
            if (found := quoted(row, passages)) is None:
                continue
            own, said = found
            request = SearchRequest(question=row["question"], k=FOUND, caller=OPERATOR)
            others = [Text.of(hit.passage) for hit in answerer.search(request).hits if hit.passage.text != own.text]
            first = window(Text.of(own), said, row["answer"], own=True)
            if said and not first["answers"]:
                continue
            yield {
                "source": "own" if name == "own" else "manual",
                "held_out": int(hashlib.sha256(own.text.encode()).hexdigest(), 16) % 12 == 0,
                "set": name,
                "passage": own.id,
                "question": row["question"],
                "reply": row["reply"],
                "short": row["answer"],
                "windows": [first, *(window(each, said, row["answer"]) for each in others[: FOUND - 1])],
            }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", type=Path)
    parser.add_argument("out", type=Path)
    asked = parser.parse_args()
    counted: Counter[str] = Counter()
    with asked.out.open("w", encoding="utf-8") as out:
        for folder in sorted(asked.projects.iterdir()):
            for row in rows(folder.name, folder):
                print(json.dumps(row, ensure_ascii=False), file=out)
                counted[folder.name] += 1
    print(json.dumps(counted))


if __name__ == "__main__":
    main()
