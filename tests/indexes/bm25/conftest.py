"""Indexes of a few texts, built and opened, and the scores that the plain formula gives them."""

import math

from steep.kinds import IndexBuild, IndexQuery
from steep.language import language, terms
from steep_indexes.bm25 import Bm25Index

CODES = ["The pump shows ERR1042 when cold.", "ERR-1042 means: no water", "err 1042 in the log", "ERR_1042, again"]


def opened(folder, texts, **options):
    index = Bm25Index(**options)
    index.build(IndexBuild(folder=folder, ids=tuple(f"p{row}" for row in range(len(texts))), texts=tuple(texts)))
    return index.open(folder)


def generation(folder, texts, *, previous=None):
    """The folder of an index of these texts, carried on from another one."""
    folder.mkdir()
    ids = tuple(f"p{row}" for row in range(len(texts)))
    Bm25Index().build(IndexBuild(folder=folder, ids=ids, texts=tuple(texts), previous=previous))
    return folder


def found(search, question, k=100, allowed=None) -> dict[str, float]:
    ranked = search.search(IndexQuery(text=question, k=k, allowed=allowed))
    return dict(zip(ranked.ids, ranked.scores, strict=True))


def plain_bm25(texts, question, k1, b) -> dict[str, float]:
    """The formula of the module's docstring, term by term."""
    english = language("english")
    passages = [terms(text, english) for text in texts]
    mean = sum(map(len, passages)) / len(passages)
    scores = {}
    for row, passage in enumerate(passages):
        score = 0.0
        for term in terms(question, english):
            count = passage.count(term)
            containing = sum(term in each for each in passages)
            idf = math.log(1 + (len(passages) - containing + 0.5) / (containing + 0.5))
            score += idf * count / (count + k1 * (1 - b + b * len(passage) / mean)) if count else 0.0
        if score > 0:
            scores[f"p{row}"] = score
    return scores
