"""Lessons: what can be learned from what people said of answers.

An answer that was judged right becomes a pair, with its citations as spans; a better answer becomes a pair where the
documents support it, and is preferred to the answer that was given. Only what still stands in the current generation
is used: a citation of an earlier version of a document counts where its words still stand there, once. What a
guardrail of the output would take out of a question, an answer or a span takes the whole lesson out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from steep.answering.citing import cite
from steep.answering.policy import check_stage
from steep.answering.seats import Seats
from steep.errors import ConfigError, PluginError
from steep.kinds import Feedback, FormatRequest, GuardRequest, RetrievalRequest
from steep.measuring.folding import Folded
from steep.measuring.scoring import normalized
from steep.prompts import ABSTENTION, MARKER, closed_book_messages
from steep.tuning.verdicts import conflicting, settle
from steep.values import OPERATOR, Hit, Pair, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from steep.answering.policy import Guard
    from steep.kinds import Formatter, Retriever
    from steep.tuning.verdicts import Settled
    from steep.values import Answer, Citation, Passage
    from steep.workspace.library import Library
    from steep.workspace.project import Project

__all__ = ["LeftOut", "Lessons", "lessons"]

_SYNTHESIZER = "feedback"
_MARKS = re.compile(r"[ \t]*" + MARKER.pattern)
_NEAREST = 5  # passages looked at for a better answer, beside those that were shown
_CHANGED = "what it rests on no longer stands in the documents; index and ask again"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An answer that was judged and from which nothing is learned; never a word of it, for that may be the reason."""

    answer: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """``said`` counts the rows of feedback that were looked at."""

    said: int = 0
    feedback: tuple[Feedback, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def pairs(self) -> tuple[Pair, ...]:
        return tuple(each.pair for each in self.feedback if each.pair is not None)

    @property
    def preferences(self) -> tuple[Feedback, ...]:
        return tuple(each for each in self.feedback if each.prefers)

    def counted(self) -> dict[str, int]:
        """As the lineage of an adapter has it."""
        return {
            "said": self.said,
            "pairs": len(self.pairs),
            "preferences": len(self.preferences),
            "left_out": len(self.left_out),
        }


def lessons(project: Project, library: Library) -> Lessons:
    """All that was said, as far as something is to be learned from it."""
    said = project.answers.feedback()
    desk = _Desk(project, library)
    drafts: list[_Draft] = []
    left_out: list[LeftOut] = []
    for answer, settled in settle(said).items():
        try:
            if settled.against:
                raise _Nothing(settled.against)
            drafts.append(desk.draft(project.answers.find(answer).answer, settled))
        except _Nothing as nothing:
            left_out.append(LeftOut(answer=answer, reason=str(nothing)))
    kept, contradicting = _agreeing(drafts)
    found: list[Feedback] = []
    for draft in _with_right_answers(kept):
        feedback = desk.feedback(draft)
        if feedback.pair is None and not feedback.prefers:
            contradicting.append(LeftOut(answer=draft.answer.id, reason=draft.missing))
        else:
            found.append(feedback)
    return Lessons(said=len(said), feedback=_each_once(found), left_out=(*left_out, *contradicting))


class _Nothing(Exception):
    """Why nothing is learned from an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
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


class _Desk:
    """Looks answers up in one generation, and lays lessons out as the project's formatter does."""

    def __init__(self, project: Project, library: Library) -> None:
        self._project, self._library = project, library
        self._seats = Seats(project)
        self._known = frozenset(library.ids)
        self._built: tuple[Formatter, Retriever] | None = None

    def draft(self, answer: Answer, settled: Settled) -> _Draft:
        """Raises _Nothing with the reason where nothing may be learned."""
        given = _given(answer, settled)
        accepted = given if settled.right else settled.better.strip()
        guards = self._guards(answer)
        for text in (answer.standalone or answer.question, accepted, given):
            _passes(guards, text, answer)
        shown = tuple(hit.passage for hit in answer.hits if hit.passage.id in self._known)
        if answer.hits and not shown:
            raise _Nothing(_CHANGED)
        draft = _Draft(
            answer=answer,
            settled=settled,
            accepted=accepted,
            rejected="" if settled.right else given,
            pair=None,
            shown=shown,
            missing="it was judged wrong, and nobody wrote what would have been right",
        )
        return self._paired(draft, guards) if accepted or settled.right else draft

    def feedback(self, draft: _Draft) -> Feedback:
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
            rejected = _bare(rejected)  # or it would be learned that markers are wrong
            chosen = chosen if draft.pair else _bare(chosen)
        return Feedback(
            messages=messages,
            reply=chosen if draft.settled.right else rejected,
            right=draft.settled.right,
            better="" if draft.settled.right else chosen,
            pair=draft.pair,
            answer=draft.answer.id,
        )

    def _paired(self, draft: _Draft, guards: Sequence[Guard]) -> _Draft:
        answer, settled = draft.answer, draft.settled
        question = answer.standalone or answer.question
        if settled.right and answer.abstained and not draft.accepted:
            ids = tuple(each.id for each in draft.shown)
            if _stopped(answer) or not ids:
                raise _Nothing("it was refused by a guardrail, or without passages, which teaches nothing")
            return replace(draft, pair=_pair(question, "", ids, (), rule="no answer is right"))
        cites = settled.right and answer.citations
        spans = self._spans(answer.citations) if cites else self._supporting(question, draft)
        if not spans:
            return replace(draft, missing="no passage supports what should be answered")
        for span in spans:
            _passes(guards, span.text, answer, place="citation")
        text = _bare(draft.accepted)
        tight = tuple(dict.fromkeys(_narrowed(span, text) for span in spans))
        passages = tuple(dict.fromkeys(each for span in tight for each in self._homes(span)))
        if not passages:
            return replace(draft, missing="the words that it rests on stand in no single passage")
        rule = "reviewed" if settled.reviewed else "judged right" if settled.right else "better answer"
        return replace(draft, pair=_pair(question, text, passages, tight, rule=rule))

    def _spans(self, citations: Iterable[Citation]) -> tuple[Span, ...]:
        """Where citations stand now; raises _Nothing for one that does not."""
        return tuple(self._span(each) for each in citations)

    def _span(self, citation: Citation) -> Span:
        try:
            document = self._library.document(citation.document)
        except KeyError:
            raise _Nothing(_CHANGED) from None
        start, end = citation.start, citation.end
        if document.version != citation.version:
            places = Folded.of(document.text).find(citation.text)
            if len(places) != 1:
                raise _Nothing(_CHANGED)
            ((start, end),) = places
        elif document.text[start:end] != citation.text:
            raise _Nothing("a guardrail took something out of what it cites")
        text = document.text[start:end]
        return Span(document=document.id, version=document.version, start=start, end=end, text=text)

    def _supporting(self, question: str, draft: _Draft) -> tuple[Span, ...]:
        """The words that support a better answer, in the passages that were shown or that it is found with."""
        asked = RetrievalRequest(question=f"{question} {draft.accepted}", k=_NEAREST, caller=OPERATOR)
        nearest = (hit.passage.id for hit in self._parts()[1].retrieve(asked))
        ids = tuple(dict.fromkeys((*(passage.id for passage in draft.shown), *nearest)))
        hits = [Hit(passage=each, score=0.0, rank=rank) for rank, each in enumerate(self._library.passages(ids), 1)]
        found = cite(_bare(draft.accepted), question=question, hits=hits)
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
            self._built = formatter, self._project.retriever(self._library)
        return self._built


def _given(answer: Answer, settled: Settled) -> str:
    """What was answered; of an answer that was withheld its draft, and the abstention of one that found nothing."""
    if answer.text or settled.draft:
        return answer.text or settled.draft
    return "" if settled.right or _stopped(answer) else ABSTENTION


def _stopped(answer: Answer) -> bool:
    return any(each.action in ("refuse", "escalate") for each in answer.verdicts)


def _passes(guards: Sequence[Guard], text: str, answer: Answer, *, place: str = "answer") -> None:
    """Raise _Nothing where a guardrail would change or stop the text."""
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
            raise _Nothing(f"the guardrail `{guard.name}` would take something out of it")


def _agreeing(drafts: Sequence[_Draft]) -> tuple[list[_Draft], list[LeftOut]]:
    """The drafts whose questions were not answered in ways that contradict each other, and the others."""
    by_question: dict[str, list[_Draft]] = defaultdict(list)
    for draft in drafts:
        by_question[normalized(draft.answer.standalone or draft.answer.question)].append(draft)
    kept: list[_Draft] = []
    left_out: list[LeftOut] = []
    for group in by_question.values():
        accepted = [each.accepted for each in group if each.accepted or each.settled.right]
        rejected = {normalized(_bare(each.rejected)) for each in group if each.rejected}
        both = any(normalized(_bare(each)) in rejected for each in accepted)
        if both or any(conflicting(_bare(accepted[0]), _bare(each)) for each in accepted[1:]):
            others = ", ".join(each.answer.id for each in group)
            reason = f"what was said of answers to the same question contradicts each other ({others})"
            left_out += [LeftOut(answer=each.answer.id, reason=reason) for each in group]
        else:
            kept += group
    return kept, left_out


def _with_right_answers(drafts: Sequence[_Draft]) -> list[_Draft]:
    """A wrong answer without a better one has one where the same question was answered rightly elsewhere."""
    right = {
        normalized(each.answer.standalone or each.answer.question): each
        for each in drafts
        if each.accepted and each.pair is not None
    }
    found = []
    for draft in drafts:
        other = right.get(normalized(draft.answer.standalone or draft.answer.question))
        lacks = not draft.accepted and not draft.settled.right
        found.append(replace(draft, accepted=other.accepted, pair=other.pair) if lacks and other else draft)
    return found


def _each_once(found: Sequence[Feedback]) -> tuple[Feedback, ...]:
    """The same pair is learned once, however many answers taught it."""
    taught: set[str] = set()
    kept = []
    for each in found:
        if each.pair is not None and each.pair.id in taught:
            each = replace(each, pair=None)
        elif each.pair is not None:
            taught.add(each.pair.id)
        if each.pair is not None or each.prefers:
            kept.append(each)
    return tuple(kept)


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


def _bare(text: str) -> str:
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
