"""Small real parts, as the plugin file of a project: each does what its kind does, in microseconds.

What reads and embeds says so in `.tiny.log` beside steep.toml, so that a test can count what was done.
"""

import hashlib
import re

import numpy as np

from steep import hookimpl, offer
from steep.kinds import Abstain, Quote, Said, Weighed
from steep.language import sentence_spans
from steep.testing.trainees import TinyTrainee
from steep.values import Document, Pair, Span

DIMENSION = 64
WORD = re.compile(r"\w+")


def words_of(text):
    return [word.casefold() for word in WORD.findall(text)]


class Plain:
    """Reads UTF-8 text as it stands."""

    def __init__(self, project):
        self._log = project / ".tiny.log"

    def read(self, source):
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"read {source.path}\n")
        text = source.data.decode("utf-8")
        if "unreadable" in text:
            raise ValueError("the file says so itself")
        return Document(path=source.path, text=text, title=source.path.rpartition("/")[2])


class Hashed:
    """A bag of words, each at the place its hash says; texts with the same words have the same vector."""

    digest = "hashed-64"
    dimension = DIMENSION

    def __init__(self, project):
        self._log = project / ".tiny.log"

    def embed(self, request):
        if request.role == "passage":
            with self._log.open("a", encoding="utf-8") as log:
                log.write("embed\n" * len(request.texts))
        vectors = np.zeros((len(request.texts), DIMENSION), dtype=np.float32)
        for row, text in enumerate(request.texts):
            for word in words_of(text) or ["nothing"]:
                vectors[row, hashlib.sha256(word.encode("utf-8", "replace")).digest()[0] % DIMENSION] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class Quoter:
    """Quotes the sentence that shares most words with the question; what tuning does to it is a file beside it."""

    digest = "quoter-1"
    closed_book = False
    others = ()

    def answer(self, request, at_hand):
        wanted = set(words_of(request.question))
        best, found = 0.0, None
        for hit in request.hits:
            for start, end in sentence_spans(hit.passage.text):
                words = set(words_of(hit.passage.text[start:end]))
                share = len(wanted & words) / max(1, len(words))
                if share > best:
                    best, found = share, (hit.passage, start, end)
        if found is None:
            yield Weighed(confidence=0.0)
            yield Abstain(reason="No sentence shares a word with it.")
            return
        passage, start, end = found
        yield Weighed(confidence=best)
        yield Quote(passage=passage.id, start=start, end=end)
        yield Said(text=passage.text[start:end])

    def trainee(self, shape, seed, start=None):
        return Learner(seed=seed)


class Learner(TinyTrainee):
    """Learns the length of an answer, modulo four, from its question."""

    def label(self, row):
        return len(row.answer) % 4


class Asker:
    """Asks for each sentence by some of its words, and what nobody can answer for every fourth."""

    def synthesize(self, request):
        number = 0
        for passage in request.passages:
            for start, end in sentence_spans(passage.text):
                sentence = passage.text[start:end]
                number += 1
                words = words_of(sentence)
                if len(words) < 4:
                    continue
                span = Span(
                    document=passage.document,
                    version=passage.version,
                    start=passage.start + start,
                    end=passage.start + end,
                    text=sentence,
                )
                yield Pair(
                    question=f"What is known about {' '.join(words[:3])}?",
                    answer=sentence,
                    passages=(passage.id,),
                    spans=(span,),
                    synthesizer="asker",
                    kind="fact",
                    rule="sentence",
                    seed=request.seed,
                )
                if number % 4 == 0:
                    yield Pair(
                        question=f"How heavy is the {words[1]} of number {number}?",
                        answer="",
                        passages=(passage.id,),
                        spans=(),
                        synthesizer="asker",
                        kind="unanswerable",
                        rule="weight",
                        seed=request.seed,
                    )


@hookimpl
def steep_offers():
    yield offer(
        kind="reader",
        name="plain",
        summary="UTF-8 text",
        build=lambda options, context: Plain(context.project),
        handles=(".txt", ".md"),
    )
    yield offer(
        kind="embedder", name="hashed", summary="Hashed words", build=lambda options, context: Hashed(context.project)
    )
    yield offer(kind="generator", name="quoter", summary="Quotes a sentence", build=lambda options, context: Quoter())
    yield offer(
        kind="synthesizer", name="asker", summary="Asks for each sentence", build=lambda options, context: Asker()
    )
