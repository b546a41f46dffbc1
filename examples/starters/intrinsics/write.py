"""How well the jobs ``ask`` and ``rewrite`` are done, asked as steep asks them: by ``Model.chat``, in batches.

    python -m rows ask ../shared/data test.jsonl --part test
    python write.py test.jsonl --adapter run/adapter-00060 --limit 120

``ask``: the quoting reader answers each question from the passage; ``agreement`` is the token F1 of what it says with
the answer that was asked for, beside the same for the questions that people wrote; ``finds`` is how high that passage
stands among those of all rows by MiniLM, and ``nats`` how unlikely the model finds what people wrote. ``rewrite``:
how like the question is to what it was before it became a follow-up, and how high the paragraph that answers it stands
by MiniLM, searched for with the follow-up as it is, as the rules (`english`) make it, as the model makes it, and as it
was before.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from base import BASES

from steep.kinds import AdapterRef, Ask, Asked, EmbedRequest, Piece, RewriteRequest, Scored
from steep.language import language
from steep.measuring.scoring import token_f1
from steep.testing.hands import draft_of
from steep.testing.reranker import hits_of
from steep.testing.rewriter import turns_of
from steep_plugins import intrinsics
from steep_plugins.models.language import LanguageModel, Placement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import Intrinsic

Row = dict[str, Any]


def written(
    rows: list[Row], job: str, model: LanguageModel, ref: AdapterRef | None, together: int
) -> tuple[list[tuple[Row, list[str], str]], float]:
    """Every branch with its passages and what the model writes for it, and how many it wrote a second."""
    asked = intrinsics.find(job)
    every = [(branch, row.get("passages", [])) for row in rows for branch in row["branches"]]
    asks = [
        Ask(
            messages=asked.messages(passages, **of(asked, branch)),
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


def nats(found: list[tuple[Row, list[str], str]], model: LanguageModel, ref: AdapterRef | None) -> float:
    """How unlikely the questions are that people wrote, the end of each counted, on average."""
    job = intrinsics.find("ask")
    scored = [
        Scored(messages=job.messages(passages, **of(job, branch)), reply=branch["reply"], adapter=ref)
        for branch, passages, _ in found
    ]
    return mean([-score for score in model.score(scored)])


def of(job: Intrinsic, branch: Row) -> dict[str, str]:
    """What the job is asked with."""
    return {name: branch[name] for name in job.fields}


def finds(found: list[tuple[Row, list[str], str]], shelf: list[str]) -> dict[str, Any]:
    """How high the passage that was asked about stands among all, by what was written and by what people wrote."""
    ways = {"written": [text for *_, text in found], "people": [branch["reply"] for branch, *_ in found]}
    own = [shelf.index(passages[0]) for _, passages, _ in found]
    return {"passages": len(shelf), **{way: ranked(texts, shelf, own) for way, texts in ways.items()}}


class Said:
    """A model that says what was written before, so that it can be put through the rewriter."""

    digest, context = "", 8192

    def __init__(self, text: str) -> None:
        self._text = text

    def chat(self, asks: Sequence[Ask]) -> Iterator[Piece]:
        yield Piece(text=self._text)

    def score(self, asks: Sequence[Scored]) -> Sequence[float]:
        return [0.0 for _ in asks]


def ruled(branch: Row, text: str | None = None) -> str:
    """The question as the rules make it stand alone, or as the rewriter `model` does where it takes ``text``."""
    from steep_plugins.languages.en.follow_ups import FollowUps
    from steep_plugins.rewriters.model import ModelRewriter

    turns = [line.partition(": ")[2] for line in branch["conversation"].split("\n")]
    request = RewriteRequest(question=branch["question"], history=turns_of(*turns), language=language("en"))
    made = None if text is None else ModelRewriter(Said(text), turns=3).rewrite(request)
    return made or FollowUps().rewrite(request) or branch["question"]


def recall(found: list[tuple[Row, list[str], str]], paragraphs: list[str]) -> dict[str, Any]:
    """How high the paragraph that answers stands among all of them, for each way to write the question."""
    # what asks about another name, or something else, has no paragraph that is known to answer it
    rows = [(branch, text) for branch, _, text in found if branch.get("context") and branch["kind"] != "alone"]
    ways = {
        "as it is": [branch["question"] for branch, _ in rows],
        "rules": [ruled(branch) for branch, _ in rows],
        "model": [text for _, text in rows],
        "model, else rules": [ruled(branch, text) for branch, text in rows],
        "before": [branch["reply"] for branch, _ in rows],
    }
    made: dict[str, Any] = {"paragraphs": len(paragraphs), "leaning_questions": len(rows)}
    own = [paragraphs.index(branch["context"]) for branch, _ in rows]
    return made | {way: ranked(texts, paragraphs, own) for way, texts in ways.items()}


def ranked(texts: list[str], shelf: list[str], own: list[int]) -> dict[str, float]:
    """How high each text's own passage stands on the shelf, by MiniLM as it was before it was taught here."""
    import numpy as np

    from steep_plugins.embedders.encoder import EncoderEmbedder
    from steep_plugins.encoders import MINILM

    embedder = EncoderEmbedder(MINILM)
    held = np.asarray(embedder.embed(EmbedRequest(texts=tuple(shelf), role="passage")))
    near = np.asarray(embedder.embed(EmbedRequest(texts=tuple(t or "?" for t in texts), role="query"))) @ held.T
    ranks = [int((near[n] > near[n, place]).sum()) + 1 for n, place in enumerate(own)]
    return {f"recall@{k}": mean([rank <= k for rank in ranks]) for k in (1, 3)} | {"mrr": mean([1 / r for r in ranks])}


def exact(found: list[tuple[Row, list[str], str]]) -> dict[str, dict[str, float]]:
    """How often the very question came back, by kind, and how like it what came back is: by the model, by the rules."""
    made = {}
    for kind in sorted({branch["kind"] for branch, *_ in found}):
        rows = [(branch, text) for branch, _, text in found if branch["kind"] == kind]
        both = {"model": [text for _, text in rows], "rules": [ruled(branch) for branch, _ in rows]}
        both["model, else rules"] = [ruled(branch, text) for branch, text in rows]
        made[kind] = {"rows": float(len(rows))}
        for who, texts in both.items():
            pairs = [(text, branch["reply"]) for text, (branch, _) in zip(texts, rows, strict=True)]
            made[kind][f"{who} exact"] = mean([text.lower() == wanted.lower() for text, wanted in pairs])
            made[kind][f"{who} f1"] = mean([token_f1(text, wanted) for text, wanted in pairs])
    return made


def mean(values: list[Any]) -> float:
    return round(sum(map(float, values)) / max(1, len(values)), 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--base", choices=tuple(BASES), default="smollm2")
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--limit", type=int, default=10_000, help="rows that are read")
    parser.add_argument("--together", type=int, default=16)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    every = [json.loads(line) for line in given.rows.read_text("utf-8").splitlines()]
    rows, job = every[: given.limit], every[0]["job"]
    paragraphs = sorted({branch["context"] for row in every for branch in row["branches"] if branch.get("context")})
    model = LanguageModel(BASES[given.base].find(), Placement(device="cpu"), adapters=1)
    ref = AdapterRef(version=str(given.adapter), folder=given.adapter) if given.adapter else None
    found, rate = written(rows, job, model, ref, given.together)
    made = {"job": job, "rows": len(found), "a_second": round(rate, 2)}
    if job == "ask":
        shelf = sorted({row["passages"][0] for row in every})
        made |= {**round_trip(found), "finds": finds(found, shelf), "nats": nats(found, model, ref)}
    else:
        made |= {"by_kind": exact(found), **recall(found, paragraphs)}
    print(json.dumps(made, indent=2))
    if given.out:
        lines = [json.dumps(branch | {"written": text}) for branch, _, text in found]
        given.out.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
