"""From what a generator said to what may be said of it: cited, checked, and read against the documents.

The same is done with a draft that is still being written, up to a sentence that is whole: what passes then may be shown
before the rest is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from steep.answering.citing import Cited, cite, settled, verify
from steep.answering.leaving import answer_leaves
from steep.answering.policy import StageResult, check_stage
from steep.answering.structured import values
from steep.answering.watching import rests_on, told
from steep.kinds import Aside, GuardRequest, Said, drafted
from steep.prompts import ABSTENTION
from steep.values import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from steep.answering.policy import Guard
    from steep.answering.searching import Search
    from steep.kinds import Draft, Saying
    from steep.values import Citation, Document, Hit

__all__ = ["Delta", "Finishing", "Outcome", "released", "says_nothing", "unanswered"]

# what a sentence may end with, and how much of the next one must be there before it is looked at
_ENDS = ".!?:;\n。！？…"
_BEGUN = 14
_OBJECT = re.compile(r'\s*\{\s*"')  # how an object in JSON begins, and a template of a page does not

UNSURE = "The documents do not seem to answer this"
NOT_SUPPORTED = "What was written does not stand in the passages that were found, so it is not given."


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """A stretch of an answer's text, which goes on where the one before ended. It has passed the guardrails."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``refusal`` says why there is no text; ``checked`` is what the guardrails of the output said."""

    text: str = ""
    citations: tuple[Citation, ...] = ()
    refusal: str = ""
    checked: StageResult | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finishing:
    """``search`` is None where an answer needs no passages; ``marked`` is False for a text that takes no marker.

    ``chosen`` are the words that its schema lists for a value to be one of.
    """

    question: str
    guards: Sequence[Guard]
    search: Search | None
    document: Callable[[str], Document] | None = None
    marked: bool = True
    chosen: frozenset[str] = frozenset()

    def cited(self, draft: Draft, text: str = "") -> Cited:
        """The draft with its citations, each found in its document word for word."""
        if self.search is None or draft.aside:
            return Cited(text=text or draft.text, citations=(), quotes=())
        found = cite(
            text or draft.text,
            question=self.question,
            hits=_numbered(self.search.hits, draft.numbered),
            quotes=draft.quotes,
            barred=self.search.barred,
            marked=self._takes_markers(text or draft.text),
            chosen=self.chosen,
        )
        return replace(found, citations=verify(found.citations, self.document)) if self.document else found

    def outcome(self, draft: Draft, cited: Cited) -> Outcome:
        """What the guardrails leave of a cited draft.

        One that no passage supports is not given, but for JSON in which no value has words that one could support.
        """
        held = told(draft.calls)
        rests = rests_on(draft.text, self.question, held) if held and not draft.aside else ()
        claims = None if self._takes_markers(draft.text) else values(draft.text, self.chosen)
        silent = claims is not None and not any(each.words for each in claims)
        if self.search is not None and not (cited.citations or rests or draft.aside or silent):
            return Outcome(refusal=NOT_SUPPORTED)
        shown = () if self.search is None or draft.aside else _numbered(self.search.shown, draft.numbered)
        said = check_stage(
            self.guards,
            GuardRequest(
                stage="output",
                text=draft.text,
                question=self.question,
                hits=(*shown, *held) if rests else shown,
                quotes=(*cited.quotes, *rests),
                claims=None if claims is None else tuple((each.start, each.end) for each in claims if each.words),
            ),
        )
        if said.stopped:
            return Outcome(checked=said)
        if said.text == draft.text:
            return Outcome(text=cited.text, citations=cited.citations, checked=said)
        again = self.cited(draft, said.text)
        return Outcome(text=again.text, citations=again.citations or cited.citations, checked=said)

    def _takes_markers(self, text: str) -> bool:
        """JSON takes none, whether a schema asked for it or the question did."""
        return self.marked and not _OBJECT.match(text)

    def beginning(self, draft: Draft) -> str:
        """What may be shown of a draft that is not whole, or "" for nothing yet."""
        if says_nothing(draft):
            return ""
        outcome = self.outcome(draft, self.cited(draft))
        if outcome.refusal or outcome.checked is None or outcome.checked.stopped:
            return ""
        hits = self.search.hits if self.search else ()
        answer = Answer(
            question=self.question,
            text=outcome.text,
            citations=outcome.citations,
            confidence=None,
            abstained=False,
            hits=hits,
        )
        return answer_leaves(answer, self.guards).text


def released(
    sayings: Iterable[Saying], finishing: Finishing, *, stream: bool
) -> Generator[Delta, None, tuple[Draft, str]]:
    """Collect a draft; as its sentences become whole, pass on what may be shown of them. Returns both at the end."""
    said: list[Saying] = []
    text, ended, tried, sent = "", 0, 0, ""
    for each in sayings:
        said.append(each)
        if not stream or not isinstance(each, Said | Aside):
            continue
        text += each.text
        ended = max([ended, *(text.rfind(mark) for mark in _ENDS)])
        if ended < tried or len(text) - ended < _BEGUN or (whole := settled(text)) <= tried:
            continue
        tried = whole
        shown = finishing.beginning(replace(drafted(said), text=text[:whole].rstrip()))
        if shown.startswith(sent) and len(shown) > len(sent):
            yield Delta(text=shown[len(sent) :])
            sent = shown
    return drafted(said), sent


def says_nothing(draft: Draft) -> bool:
    text = draft.text.strip()
    return draft.abstained or not text or text.startswith(ABSTENTION)


def unanswered(draft: Draft) -> str:
    """For whoever asked: that there is no answer, and then what the generator says of why."""
    return f"{UNSURE}: {draft.reason.rstrip('.')}." if draft.reason else ABSTENTION


def _numbered(hits: tuple[Hit, ...], passages: tuple[str, ...]) -> tuple[Hit, ...]:
    """The hits in the order that the markers of a draft count them, the others behind."""
    if not passages:
        return hits
    by_id = {hit.passage.id: hit for hit in hits}
    first = [by_id[each] for each in passages if each in by_id]
    return (*first, *(hit for hit in hits if hit.passage.id not in passages))
