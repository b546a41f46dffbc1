"""How many pairs the synthesizer `ask` writes a second, filters not counted, by the language models on board.

    python tests/bench/asking.py [--folder FOLDER] [--pairs 64] [--threads 2] [--together 16] [--json] [smollm2 qwen]

FOLDER is one of documents, by default the starters' own manuals. `wall` and `processor` count seconds from the first
stretch to the last question, without loading; of the processor's, `reading` is what the prompts took and `writing`
what the replies did. On a busy machine the processor's seconds are the ones to compare: on idle cores, wall seconds
are about them divided by the threads.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pairs import documents_of

from steep.hooks import Context, Plugins
from steep.kinds import Ask, SynthesisRequest
from steep.values import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import Model, Piece, Scored
    from steep.values import Document, Pair, Passage

MANUALS = Path(__file__).parents[2] / "examples/starters/manuals/documents"


@dataclass(slots=True)
class Watched:
    """A model that counts what it is asked for, and the processor's seconds until it begins to reply and after."""

    model: Model
    reading: float = 0.0
    writing: float = 0.0
    asked: int = 0
    tokens: int = 0
    prompts: list[int] = field(default_factory=list)

    @property
    def digest(self) -> str:
        return self.model.digest

    @property
    def context(self) -> int:
        return self.model.context

    def chat(self, asks: Sequence[Ask]) -> Iterator[Piece]:
        begun, first = time.process_time(), 0.0
        self.asked += len(asks)
        for piece in self.model.chat(asks):
            first = first or time.process_time()
            self.tokens += piece.tokens
            if piece.end:
                self.prompts.append(piece.prompt_tokens)
            yield piece
        self.reading += first - begun
        self.writing += time.process_time() - first

    def score(self, asks: Sequence[Scored]) -> Sequence[float]:
        return self.model.score(asks)


def measured(
    plugins: Plugins, name: str, documents: tuple[Document, ...], passages: tuple[Passage, ...], given: Any
) -> tuple[dict[str, Any], list[Pair]]:
    context = Context(seed=given.seed)
    watched = Watched(plugins.build("model", name, {}, context, where="bench"))
    list(watched.model.chat([Ask(messages=(Message(role="user", content="Hello."),), max_tokens=2)]))  # loads
    options = {"together": given.together, "surplus": 1.0}
    synthesizer = plugins.build("synthesizer", "ask", options, context, where="bench")
    notes: list[str] = []
    request = SynthesisRequest(
        documents=documents, passages=passages, count=given.pairs, seed=given.seed, model=watched, note=notes.append
    )
    begun, wall = time.process_time(), time.monotonic()
    pairs = list(synthesizer.synthesize(request))
    spent, waited = time.process_time() - begun, time.monotonic() - wall
    figures = {
        "model": name,
        "taught": not notes,
        "pairs": len(pairs),
        "asked": watched.asked,
        "a_second": len(pairs) / waited,
        "a_processor_second": len(pairs) / spent,
        "wall": waited,
        "processor": spent,
        "reading": watched.reading,
        "writing": watched.writing,
        "prompt_tokens": sum(watched.prompts) / max(1, len(watched.prompts)),
        "reply_tokens": watched.tokens / max(1, watched.asked),
    }
    return figures, pairs


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=["smollm2", "qwen"])
    parser.add_argument("--folder", type=Path, default=MANUALS)
    parser.add_argument("--documents", type=int, default=40, help="at most so many of them are read")
    parser.add_argument("--pairs", type=int, default=64)
    parser.add_argument("--together", type=int, default=16, help="questions of a batch")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", action="store_true", help="print the pairs")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    import torch

    torch.set_num_threads(given.threads)
    plugins = Plugins.discover()
    documents = tuple(documents_of(given.folder, plugins, Context(seed=given.seed)))[: given.documents]
    splitter = plugins.build("splitter", "sentences", {}, Context(seed=given.seed), where="bench")
    passages = tuple(passage for document in documents for passage in splitter.split(document))
    rows = []
    for name in given.models:
        figures, pairs = measured(plugins, name, documents, passages, given)
        rows.append(figures)
        if not given.json:
            shown = (
                f"{key} {value:.2f}" if isinstance(value, float) else f"{key} {value}" for key, value in figures.items()
            )
            print("  ".join(shown), flush=True)
        for pair in pairs if given.show else ():
            print(f"  {pair.question}\n      {pair.answer}", file=sys.stderr)
    if given.json:
        print(json.dumps(rows, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
