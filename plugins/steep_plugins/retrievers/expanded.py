"""The retriever `expanded`: the question is searched, and so is what a language model thinks the documents would say.

People ask how to get rid of "the line under my text"; the manual has "borders". A model that knows both words writes
the heading under which the answer may stand (as query2doc does: Wang, Yang, Wei 2023, arXiv 2303.07678), and what is
found with it is fused with what the question found, by rank (Cormack, Clarke, Büttcher 2009).
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

_FLAT = 10  # ranks count for 1 / (_FLAT + rank): the first few of each search stay ahead of what both found late
_DEEPER = 3  # times as many hits of each search are fused as are wanted
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
        if request.k <= 0 or not request.question.strip():
            return self._retriever.retrieve(request)
        deeper = replace(request, k=_DEEPER * request.k)
        found = self._retriever.retrieve(deeper)
        expansion = self._expansion(request.question)
        if not expansion:
            return found[: request.k]
        return fused([found, self._retriever.retrieve(replace(deeper, question=expansion))], request.k)

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


def fused(searches: Sequence[Sequence[Hit]], k: int) -> tuple[Hit, ...]:
    """At most k hits of several searches by reciprocal rank; a hit of the earlier search stands for its like.

    Scores fall from that of the best hit of all, in proportion to what the ranks add up to.
    """
    places: dict[str, int] = {}
    hits: list[Hit] = []
    sums: list[float] = []
    for search in searches:
        for rank, hit in enumerate(search):
            ids = [hit.passage.id, *(passage.id for passage in hit.also)]
            place = next((places[each] for each in ids if each in places), len(hits))
            if place == len(hits):
                hits.append(hit)
                sums.append(0.0)
            places.update(dict.fromkeys(ids, place))
            sums[place] += 1 / (_FLAT + rank)
    order = sorted(range(len(hits)), key=lambda place: (-sums[place], place))[:k]
    best = max(0.0, *(search[0].score for search in searches if search)) if hits else 0.0
    return tuple(
        replace(hits[place], score=best * sums[place] / sums[order[0]], rank=rank)
        for rank, place in enumerate(order, start=1)
    )
