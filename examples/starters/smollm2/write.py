"""How well the jobs ``ask`` and ``rewrite`` are done, asked as steep asks them: by ``Model.chat``, in batches.

    python -m rows ask ../shared/data test.jsonl --part test
    python write.py test.jsonl --adapter run/adapter-00060 --limit 120

``ask``: the quoting reader answers each question from the passage; ``agreement`` is the token F1 of what it says with
the answer that was asked for, beside the same for the questions that people wrote. ``rewrite``: how often the paragraph
that answers is among the first five by MiniLM, searched for with the follow-up as it is, as the rules (`english`) make
it, as the model makes it, and as it was before it became a follow-up.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from steep.kinds import AdapterRef, Ask, Asked, EmbedRequest, RewriteRequest
from steep.language import language
from steep.measuring.scoring import token_f1
from steep.testing.hands import draft_of
from steep.testing.reranker import hits_of
from steep.testing.rewriter import turns_of
from steep_plugins import intrinsics
from steep_plugins.models.language import LanguageModel, Placement
from steep_plugins.models.smollm2 import find_smollm2

Row = dict[str, Any]


def written(
    rows: list[Row], job: str, adapter: Path | None, together: int
) -> tuple[list[tuple[Row, list[str], str]], float]:
    """Every branch with its passages and what the model writes for it, and how many it wrote a second."""
    asked = intrinsics.find(job)
    model = LanguageModel(find_smollm2(), Placement(device="cpu"), adapters=1)
    ref = AdapterRef(version=str(adapter), folder=adapter) if adapter else None
    every = [(branch, row.get("passages", [])) for row in rows for branch in row["branches"]]
    asks = [
        Ask(
            messages=asked.messages(passages, **{name: branch[name] for name in asked.fields}),
            adapter=ref,
            max_tokens=asked.max_tokens,
            stop=("\n",),
        )
        for branch, passages in every
    ]
    list(model.chat(asks[:1]))  # loads the weights
    began, texts = time.monotonic(), [""] * len(asks)
    for at in range(0, len(asks), together):
        for piece in model.chat(asks[at : at + together]):
            texts[at + piece.ask] += piece.text
    rate = len(asks) / (time.monotonic() - began)
    return [(branch, passages, text.strip()) for (branch, passages), text in zip(every, texts, strict=True)], rate


def round_trip(found: list[tuple[Row, list[str], str]]) -> dict[str, Any]:
    """Whether the reader, asked what was written, says the answer that it was written for."""
    from steep_plugins.generators.reader.generator import ReaderGenerator

    reader = ReaderGenerator(sentences=False)

    def agreement(question: str, passages: list[str], answer: str) -> float:
        draft = draft_of(reader, Asked(question=question or "?", hits=hits_of(*passages), insist=True))
        return token_f1(draft.text, answer)

    own = [agreement(text, passages, branch["answer"]) for branch, passages, text in found]
    people = [agreement(branch["reply"], passages, branch["answer"]) for branch, passages, _ in found]
    return {
        "agreement": mean(own),
        "agree_at_half": mean([each >= 0.5 for each in own]),
        "people": mean(people),
        "people_at_half": mean([each >= 0.5 for each in people]),
        "asks": mean([text.endswith("?") for *_, text in found]),
    }


def recall(found: list[tuple[Row, list[str], str]], k: int = 5) -> dict[str, Any]:
    """How often the paragraph that answers is found, for each way to write the question."""
    import numpy as np

    from steep_plugins.embedders.minilm import MiniLM
    from steep_plugins.languages.en.follow_ups import FollowUps

    def ruled(branch: Row) -> str:
        turns = [line.partition(": ")[2] for line in branch["conversation"].split("\n")]
        request = RewriteRequest(question=branch["question"], history=turns_of(*turns), language=language("en"))
        return FollowUps().rewrite(request) or branch["question"]

    # what asks about another name, or something else, has no paragraph that is known to answer it
    rows = [(branch, text) for branch, _, text in found if branch.get("context")]
    paragraphs = sorted({branch["context"] for branch, _ in rows})
    embedder = MiniLM()
    held = embedder.embed(EmbedRequest(texts=tuple(paragraphs), role="passage"))
    ways = {
        "as it is": [branch["question"] for branch, _ in rows],
        "rules": [ruled(branch) for branch, _ in rows],
        "model": [text for _, text in rows],
        "before": [branch["reply"] for branch, _ in rows],
    }
    made: dict[str, Any] = {"paragraphs": len(paragraphs), "questions": len(rows)}
    leaning = [n for n, (branch, _) in enumerate(rows) if branch["kind"] != "alone"]
    for way, texts in ways.items():
        near = (
            np.asarray(embedder.embed(EmbedRequest(texts=tuple(t or "?" for t in texts), role="query")))
            @ np.asarray(held).T
        )
        first = np.argsort(-near, axis=1)[:, :k]
        hits = [paragraphs.index(branch["context"]) in first[n] for n, (branch, _) in enumerate(rows)]
        made[way] = {f"recall@{k}": mean(hits), "of the leaning": mean([hits[n] for n in leaning])}
    return made


def exact(found: list[tuple[Row, list[str], str]]) -> dict[str, float]:
    """How often the very question came back, by kind."""
    kinds = sorted({branch["kind"] for branch, *_ in found})
    same = {kind: [text == branch["reply"] for branch, _, text in found if branch["kind"] == kind] for kind in kinds}
    return {kind: mean(hits) for kind, hits in same.items()}


def mean(values: list[Any]) -> float:
    return round(sum(map(float, values)) / max(1, len(values)), 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--limit", type=int, default=10_000, help="rows that are read")
    parser.add_argument("--together", type=int, default=16)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    rows = [json.loads(line) for line in given.rows.read_text("utf-8").splitlines()][: given.limit]
    job = rows[0]["job"]
    found, rate = written(rows, job, given.adapter, given.together)
    made = {"job": job, "rows": len(found), "a_second": round(rate, 2)}
    made |= round_trip(found) if job == "ask" else {"exact": exact(found), **recall(found)}
    print(json.dumps(made, indent=2))
    if given.out:
        lines = [json.dumps(branch | {"written": text}) for branch, _, text in found]
        given.out.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
