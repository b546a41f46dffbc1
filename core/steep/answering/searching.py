"""What a request may see: searches, documents by name, and the words in them that may not be quoted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from steep.answering.policy import check_stage, masked
from steep.errors import PartFailed
from steep.kinds import GuardRequest, RerankRequest, RetrievalRequest
from steep.values import Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from steep.answering.policy import Guard, StageResult
    from steep.kinds import Reranker, Retriever
    from steep.values import Caller
    from steep.workspace.library import Library

__all__ = ["Search"]

_FAULT = "the retriever in steep.toml, or an index that it searches,"
_AT_FAULT = (
    ", so nothing that it found is shown. Report it to the author of the one that does not come with steep, or name "
    "another in steep.toml."
)


@dataclass(slots=True, kw_only=True)
class Search:
    """The searches of one request, in one generation, for one caller.

    ``hits`` are all that was found so far, ``shown`` the same with the barred words blanked out, ``barred`` where those
    stand, by passage. ``candidates`` passages are found for the reranker to choose from.
    """

    library: Library
    retriever: Retriever
    caller: Caller
    within: frozenset[str] | None
    guards: Sequence[Guard]
    passages: int
    note: Callable[[StageResult], StageResult]
    reranker: Reranker | None = None
    candidates: int = 0
    hits: tuple[Hit, ...] = ()
    shown: tuple[Hit, ...] = ()
    barred: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    def retrieved(self, question: str, k: int) -> tuple[Hit, ...]:
        """The hits as the retriever finds them: as many as are wanted, or as the reranker chooses from."""
        most = max(k, self.candidates) if self.reranker else k
        wanted = RetrievalRequest(question=question, k=most, caller=self.caller, within=self.within)
        found = self.retriever.retrieve(wanted)
        for hit in found:
            self._check_own(hit)
        return found

    def ranked(self, question: str, hits: tuple[Hit, ...], k: int) -> tuple[Hit, ...]:
        """The hits in the reranker's order; what it makes up is left out."""
        if self.reranker is None:
            return hits
        found = {hit.passage.id for hit in hits}
        ordered = self.reranker.rerank(RerankRequest(question=question, hits=hits, k=k))
        return tuple(hit for hit in ordered if hit.passage.id in found)[:k]

    def checked(self, question: str, hits: tuple[Hit, ...]) -> StageResult:
        """What the guardrails say of passages, which are known to the request from here on."""
        seen = self.note(
            check_stage(self.guards, GuardRequest(stage="passages", text="", question=question, hits=hits))
        )
        known = {hit.passage.id for hit in self.hits}
        new = tuple(hit for hit in hits if hit.passage.id not in known)
        self.hits += new
        self.barred.update(seen.barred)
        self.shown += masked(new, seen.barred)
        return seen

    def find(self, question: str, k: int | None = None) -> tuple[Hit, ...]:
        """Retrieve, rerank and check in one; nothing where a guardrail stops it."""
        wanted = k or self.passages
        hits = self.ranked(question, self.retrieved(question, wanted), wanted)
        return self._allowed(question, hits)

    def titles(self) -> Mapping[str, str]:
        visible = (each for each in self.library.documents() if self._sees(each.id))
        return {each.path: each.title for each in visible}

    def read(self, path: str) -> tuple[Hit, ...]:
        document = next((each for each in self.library.documents() if each.path == path and self._sees(each.id)), None)
        passages = self.library.passages_of(document.id) if document else ()
        hits = tuple(Hit(passage=each, score=1.0 / rank, rank=rank) for rank, each in enumerate(passages, start=1))
        return self._allowed(path, hits)

    def _allowed(self, question: str, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        if not hits or self.checked(question, hits).stopped:
            return ()
        shown = {hit.passage.id: hit for hit in self.shown}
        return tuple(replace(shown[hit.passage.id], score=hit.score, rank=hit.rank) for hit in hits)

    def _check_own(self, hit: Hit) -> None:
        """A retriever or an index that is a stranger's may have forgotten whom it finds for: nothing of it is shown."""
        if not all(self._sees(passage.document) for passage in (hit.passage, *hit.also)):
            raise PartFailed(f"{_FAULT} found a passage of a document that the caller may not see{_AT_FAULT}")
        passage = hit.passage
        try:
            document = self.library.document(passage.document)
        except KeyError:
            document = None
        if document is None or document.text[passage.start : passage.end] != passage.text:
            raise PartFailed(f"{_FAULT} found a passage that stands in no document of the index{_AT_FAULT}")

    def _sees(self, document: str) -> bool:
        return self.caller.allows(document) and (self.within is None or document in self.within)
