"""The desk where a lesson is made of an answer: what should be said, and the words that support it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from steep.answering.citing import cite
from steep.answering.policy import check_stage
from steep.answering.seats import Seats
from steep.errors import ConfigError, PluginError
from steep.kinds import Feedback, FormatRequest, GuardRequest, RetrievalRequest, quickly
from steep.measuring.folding import Folded
from steep.prompts import ABSTENTION, MARKER, closed_book_messages
from steep.values import OPERATOR, Hit, Pair, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from steep.answering.policy import Guard
    from steep.kinds import Formatter, Retriever
    from steep.tuning.verdicts import Settled
    from steep.values import Answer, Citation, Passage
    from steep.workspace.library import Library
    from steep.workspace.project import Project

__all__ = ["Desk", "Draft", "NothingLearned", "bare"]

_SYNTHESIZER = "feedback"
_MARKS = re.compile(r"[ \t]*" + MARKER.pattern)
_NEAREST = 5  # passages looked at for a better answer, beside those that were shown
_CHANGED = "what it rests on no longer stands in the documents; index and ask again"


class NothingLearned(Exception):
    """Why nothing is learned from an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A lesson in the making. ``accepted`` is what should be answered, ``rejected`` what should not be, "" for none.

    ``missing`` says why there is no pair.
    """

    answer: Answer
    settled: Settled
    accepted: str
    rejected: str
    pair: Pair | None
    shown: tuple[Passage, ...]
    missing: str = ""


class Desk:
    """Looks answers up in one generation, and lays lessons out as the project's formatter does."""

    def __init__(self, project: Project, library: Library) -> None:
        self._project, self._library = project, library
        self._seats = Seats(project)
        self._known = frozenset(library.ids)
        self._built: tuple[Formatter, Retriever] | None = None

    def draft(self, answer: Answer, settled: Settled) -> Draft:
        """Raises NothingLearned with the reason where nothing may be learned."""
        given = _given(answer, settled)
        accepted = given if settled.right else settled.better.strip()
        guards = self._guards(answer)
        for text in (answer.standalone or answer.question, accepted, given):
            _passes(guards, text, answer)
        shown = tuple(hit.passage for hit in answer.hits if hit.passage.id in self._known)
        if answer.hits and not shown:
            raise NothingLearned(_CHANGED)
        draft = Draft(
            answer=answer,
            settled=settled,
            accepted=accepted,
            rejected="" if settled.right else given,
            pair=None,
            shown=shown,
            missing="it was judged wrong, and nobody wrote what would have been right",
        )
        return self._paired(draft, guards) if accepted or settled.right else draft

    def feedback(self, draft: Draft) -> Feedback:
        """Laid out as the formatter lays pairs out, with the passages that were shown."""
        question = draft.answer.standalone or draft.answer.question
        pair = draft.pair or _pair(question, draft.accepted, (), ())
        golden = self._library.passages([each for each in pair.passages if each not in {p.id for p in draft.shown}])
        shown = (*draft.shown, *golden)
        if shown:
            laid_out = self._parts()[0].format(FormatRequest(pair=pair, passages=shown)).messages
            messages, chosen = laid_out[:-1], laid_out[-1].content if draft.pair else draft.accepted
        else:
            messages, chosen = closed_book_messages(question), draft.accepted
        rejected = _remarked(draft.rejected, draft.answer, shown)
        if not MARKER.search(chosen) or not MARKER.search(rejected):
            rejected = bare(rejected)  # or it would be learned that markers are wrong
            chosen = chosen if draft.pair else bare(chosen)
        return Feedback(
            messages=messages,
            reply=chosen if draft.settled.right else rejected,
            right=draft.settled.right,
            better="" if draft.settled.right else chosen,
            pair=draft.pair,
            answer=draft.answer.id,
        )

    def _paired(self, draft: Draft, guards: Sequence[Guard]) -> Draft:
        answer, settled = draft.answer, draft.settled
        question = answer.standalone or answer.question
        if settled.right and answer.abstained and not draft.accepted:
            ids = tuple(each.id for each in draft.shown)
            if _stopped(answer) or not ids:
                raise NothingLearned("it was refused by a guardrail, or without passages, which teaches nothing")
            return replace(draft, pair=_pair(question, "", ids, (), rule="no answer is right"))
        cites = settled.right and answer.citations
        spans = self._spans(answer.citations) if cites else self._supporting(question, draft)
        if not spans:
            return replace(draft, missing="no passage supports what should be answered")
        for span in spans:
            _passes(guards, span.text, answer, place="citation")
        text = bare(draft.accepted)
        tight = tuple(dict.fromkeys(_narrowed(span, text) for span in spans))
        passages = tuple(dict.fromkeys(each for span in tight for each in self._homes(span)))
        if not passages:
            return replace(draft, missing="the words that it rests on stand in no single passage")
        rule = "reviewed" if settled.reviewed else "judged right" if settled.right else "better answer"
        return replace(draft, pair=_pair(question, text, passages, tight, rule=rule))

    def _spans(self, citations: Iterable[Citation]) -> tuple[Span, ...]:
        """Where citations stand now; raises NothingLearned for one that does not."""
        return tuple(self._span(each) for each in citations)

    def _span(self, citation: Citation) -> Span:
        try:
            document = self._library.document(citation.document)
        except KeyError:
            raise NothingLearned(_CHANGED) from None
        start, end = citation.start, citation.end
        if document.version != citation.version:
            places = Folded.of(document.text).find(citation.text)
            if len(places) != 1:
                raise NothingLearned(_CHANGED)
            ((start, end),) = places
        elif document.text[start:end] != citation.text:
            raise NothingLearned("a guardrail took something out of what it cites")
        text = document.text[start:end]
        return Span(document=document.id, version=document.version, start=start, end=end, text=text)

    def _supporting(self, question: str, draft: Draft) -> tuple[Span, ...]:
        """The words that support a better answer, in the passages that were shown or that it is found with."""
        asked = RetrievalRequest(question=f"{question} {draft.accepted}", k=_NEAREST, caller=OPERATOR)
        nearest = (hit.passage.id for hit in self._parts()[1].retrieve(asked))
        ids = tuple(dict.fromkeys((*(passage.id for passage in draft.shown), *nearest)))
        hits = [Hit(passage=each, score=0.0, rank=rank) for rank, each in enumerate(self._library.passages(ids), 1)]
        found = cite(bare(draft.accepted), question=question, hits=hits)
        return tuple(
            Span(document=each.document, version=each.version, start=each.start, end=each.end, text=each.text)
            for each in found.citations
        )

    def _homes(self, span: Span) -> tuple[str, ...]:
        """The passage that holds a span."""
        holding = [
            each.id
            for each in self._library.passages_of(span.document)
            if each.start <= span.start and span.end <= each.end
        ]
        return tuple(holding[:1])

    def _guards(self, answer: Answer) -> Sequence[Guard]:
        try:
            return self._seats.seat(answer.profile).guards.output
        except (ConfigError, PluginError):  # a profile that is gone: the project's own guards stand
            return self._seats.seat("rag").guards.output

    def _parts(self) -> tuple[Formatter, Retriever]:
        if self._built is None:
            formatter: Formatter = self._project.build("formatter", self._project.config.formatter)
            self._built = formatter, quickly(self._project.retriever(self._library))
        return self._built


def _given(answer: Answer, settled: Settled) -> str:
    """What was answered; of an answer that was withheld its draft, and the abstention of one that found nothing."""
    if answer.text or settled.draft:
        return answer.text or settled.draft
    return "" if settled.right or _stopped(answer) else ABSTENTION


def _stopped(answer: Answer) -> bool:
    return any(each.action in ("refuse", "escalate") for each in answer.verdicts)


def _passes(guards: Sequence[Guard], text: str, answer: Answer, *, place: str = "answer") -> None:
    """Raise NothingLearned where a guardrail would change or stop the text."""
    for guard in guards if text else ():
        request = GuardRequest(
            stage="output",
            text=text,
            question=answer.question,
            hits=answer.hits,
            place="citation" if place == "citation" else "answer",
        )
        result = check_stage((guard,), request)
        if result.stopped or result.text != text:
            raise NothingLearned(f"the guardrail `{guard.name}` would take something out of it")


def _pair(question: str, answer: str, passages: tuple[str, ...], spans: tuple[Span, ...], *, rule: str = "") -> Pair:
    kind = "judged" if spans else "unanswerable"
    return Pair(
        question=question,
        answer=answer,
        passages=passages,
        spans=spans,
        synthesizer=_SYNTHESIZER,
        kind=kind,
        rule=rule,
        seed=0,
    )


def _narrowed(span: Span, answer: str) -> Span:
    """The span of the answer's own words, where they stand once in what was cited."""
    places = Folded.of(span.text).find(answer)
    if len(places) != 1:
        return span
    ((start, end),) = places
    return replace(span, start=span.start + start, end=span.start + end, text=span.text[start:end])


def bare(text: str) -> str:
    """The text without its markers."""
    return _MARKS.sub("", text).strip()


def _remarked(text: str, answer: Answer, shown: Sequence[Passage]) -> str:
    """Markers that count citations become those that count the passages shown; one of no passage shown goes."""
    places = {passage.id: number for number, passage in enumerate(shown, start=1)}
    numbers = [places.get(citation.passage) for citation in answer.citations]

    def marked(listed: str) -> str:
        wanted = (int(number) for number in listed.split(","))
        found = [numbers[each - 1] for each in wanted if 1 <= each <= len(numbers)]
        return "".join(f"[{number}]" for number in found if number)

    return MARKER.sub(lambda found: marked(found[1]), text).strip()
