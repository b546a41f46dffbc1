"""The retriever `expanded`: the question is searched, and so is what a language model thinks the documents would say.

People ask how to get rid of "the line under my text"; the manual has "borders". A model that knows both words writes
the heading under which the answer may stand (as query2doc does: Wang, Yang, Wei 2023, arXiv 2303.07678). What is found
with it gets the last of the places, one in five: it brings what the question cannot find, and leaves what it found.
Fused by rank it found a little more, and whoever read the passages answered worse.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from steep.errors import ModelError
from steep.kinds import Ask
from steep_plugins import intrinsics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import Model, RetrievalRequest, Retriever
    from steep.values import Hit

_PLACES = 5  # of so many places one is for what the expansion found
_KEPT = 256  # expansions, so that the same question in four arms is expanded once
_LONGEST = 400  # characters of an expansion that are searched

_log = logging.getLogger(__name__)


class Expanded:
    """Searches with ``retriever`` twice; with the question alone where the model fails or has nothing to say."""

    def __init__(self, retriever: Retriever, model: Model) -> None:
        self._retriever = retriever
        self._model = model
        self._known: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    @property
    def quick(self) -> Retriever:
        return self._retriever

    def retrieve(self, request: RetrievalRequest) -> tuple[Hit, ...]:
        found = self._retriever.retrieve(request)
        if request.k < 2 or not request.question.strip() or not (expansion := self._expansion(request.question)):
            return found
        return seated(found, self._retriever.retrieve(replace(request, question=expansion)), request.k)

    def _expansion(self, question: str) -> str:
        asked = " ".join(question.split())
        with self._lock:
            if asked in self._known:
                self._known.move_to_end(asked)
                return self._known[asked]
        job = intrinsics.find("expand")
        rules, last = job.messages(question=asked)
        ask = Ask(messages=(rules, *job.examples(len(job.shown)), last), max_tokens=job.max_tokens)
        try:
            written = "".join(piece.text for piece in self._model.chat([ask])).strip()
        except ModelError as error:
            _log.warning("a question was searched as it is, since the model that expands it failed: %s", error)
            return ""
        expansion = written.partition("\n")[0][:_LONGEST]
        with self._lock:
            self._known[asked] = expansion
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return expansion


def seated(found: Sequence[Hit], further: Sequence[Hit], k: int) -> tuple[Hit, ...]:
    """At most k hits: what the question found, and in the last places the best of the others that are not among it.

    A score is never greater than the one before it.
    """
    kept = list(found[: k - max(1, k // _PLACES)])
    known = {each for hit in kept for each in _ids(hit)}
    for hit in (*further[:k], *found[len(kept) :]):
        if len(kept) == k:
            break
        if not known.intersection(_ids(hit)):
            kept.append(hit)
            known.update(_ids(hit))
    hits: list[Hit] = []
    for rank, hit in enumerate(kept, start=1):
        hits.append(replace(hit, rank=rank, score=min(hit.score, hits[-1].score) if hits else hit.score))
    return tuple(hits)


def _ids(hit: Hit) -> set[str]:
    return {hit.passage.id, *(passage.id for passage in hit.also)}
