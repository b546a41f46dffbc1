"""Questions that the synthesizer's rules write from manuals and leaflets: how documents of one's own are asked about.

None of the documents that steep is measured on is among them.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

from reader_starter.sources import ReadingExample, rows
from steep.hooks import Context, Plugins
from steep.kinds import Source, SynthesisRequest
from steep_plugins.generators.reader.rows import lead_of, place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from steep.values import Document, Pair, Passage

FILES = (
    ("nist", "corpora/nist_800_63/corpus.jsonl.gz"),
    ("google_eng", "corpora/google_eng/corpus.jsonl"),
    ("medquad", "reading/medquad_niddk/documents_small.jsonl.gz"),
)
_MOST = 150
"""Examples of one rule: definitions are half of all that the rules write, and would be half of what is learned."""


def from_manuals(data: Path, *, seed: int) -> list[ReadingExample]:
    """Answerable questions with the passage that answers them; ``group`` is the set of documents they come from."""
    plugins, context = Plugins.discover(), Context(seed=seed)
    splitter = plugins.build("splitter", "sentences", {}, context, where="training")
    synthesizer = plugins.build("synthesizer", "structure", {}, context, where="training")
    made: list[ReadingExample] = []
    for name, file in FILES:
        documents = tuple(_documents(data / file, plugins, context))
        passages = tuple(passage for document in documents for passage in splitter.split(document))
        request = SynthesisRequest(documents=documents, passages=passages, count=len(passages), seed=seed)
        known = {passage.id: passage for passage in passages}
        made += [one for pair in synthesizer.synthesize(request) for one in _example(pair, known, name)]
    random.Random(seed).shuffle(made)
    taken: Counter[str] = Counter()
    kept = []
    for example in made:
        taken[example.source] += 1
        if taken[example.source] <= _MOST:
            kept.append(example)
    return kept


def _documents(path: Path, plugins: Plugins, context: Context) -> Iterator[Document]:
    reader = plugins.build("reader", "markdown", {}, context, where="training")
    for row in rows(path):
        yield reader.read(Source(path=f"{row['id']}.md", data=row["text"].encode("utf-8")))


def _example(pair: Pair, passages: dict[str, Passage], group: str) -> Iterator[ReadingExample]:
    """The first passage that holds the answer whole; none for a question without an answer."""
    for passage in (passages[each] for each in pair.passages if pair.answerable):
        span = place(pair.spans, passage)
        if span is not None:
            yield ReadingExample(
                question=pair.question,
                context=passage.text,
                span=span,
                lead=lead_of(passage),
                group=group,
                source=pair.rule,
            )
            return
