"""Pairs, passages and small parts for the filters."""

from dataclasses import replace

import pytest

from steep.kinds import Draft
from steep.values import Document, Hit, Pair, Passage, Span

TEXTS = {
    "berths.md": "The berth M3 is 110 m long. Boats over 100 m need a plan signed by the pilot.",
    "keys.md": "Keys are kept in the yellow locker. The watch hands them out before nine.",
    "fees.md": "The mooring fee is EUR 35 a night. Funeral boats moor free of charge.",
}


def passage_of(path):
    document = Document(path=path, text=TEXTS[path], title=path)
    return Passage(
        document=document.id,
        version=document.version,
        path=path,
        title="",
        start=0,
        end=len(document.text),
        text=document.text,
    )


class Shelf:
    """Documents and passages by id, and a retriever that counts common words."""

    def __init__(self):
        self.by_path = {path: passage_of(path) for path in TEXTS}
        self._passages = {passage.id: passage for passage in self.by_path.values()}

    def passages(self, ids):
        return tuple(self._passages[each] for each in ids)

    def document(self, identity):
        path = next(each.path for each in self._passages.values() if each.document == identity)
        return Document(path=path, text=TEXTS[path], title=path)

    def retrieve(self, request):
        asked = set(request.question.lower().strip("?").split())
        common = {
            each: len(asked & set(each.text.lower().replace(".", "").split())) for each in self._passages.values()
        }
        ranked = sorted(common, key=lambda each: (-common[each], each.path))[: request.k]
        return tuple(
            Hit(passage=passage, score=float(common[passage]), rank=rank) for rank, passage in enumerate(ranked, 1)
        )


class Quoting:
    """Answers with words that it knows, if a passage it is shown holds them."""

    def __init__(self, *known):
        self.known = known

    def __call__(self, request):
        found = [words for words in self.known if any(words in hit.passage.text for hit in request.hits)]
        return Draft(text=found[0], confidence=0.9) if found else Draft(text="", abstained=True)


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def quoting():
    return Quoting


@pytest.fixture
def make(shelf):
    """Makes a pair: its question, the words that answer it ("" for none) and the path where they stand."""

    def made(question, answer="", path="berths.md", **changes):
        passage = shelf.by_path[path]
        start = TEXTS[path].find(answer)
        span = Span(
            document=passage.document, version=passage.version, start=start, end=start + len(answer), text=answer
        )
        pair = Pair(
            question=question,
            answer=answer,
            passages=(passage.id,),
            spans=(span,) if answer else (),
            synthesizer="hand",
            kind="number" if answer else "unanswerable",
            rule="hand",
            seed=0,
        )
        return replace(pair, **changes)

    return made
