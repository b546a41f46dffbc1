"""Lessons: what can be learned from what people said of answers.

An answer that was judged right becomes a pair, with its citations as spans; a better answer becomes a pair where the
documents support it, and is preferred to the answer that was given. Only what still stands in the current generation
is used: a citation of an earlier version of a document counts where its words still stand there, once. What a
guardrail of the output would take out of a question, an answer or a span takes the whole lesson out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from steep.measuring.scoring import normalized
from steep.tuning.desk import Desk, Draft, NothingLearned, bare
from steep.tuning.verdicts import conflicting, settle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import Feedback
    from steep.values import Pair
    from steep.workspace.library import Library
    from steep.workspace.project import Project

__all__ = ["LeftOut", "Lessons", "lessons"]


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
    desk = Desk(project, library)
    drafts: list[Draft] = []
    left_out: list[LeftOut] = []
    for answer, settled in settle(said).items():
        try:
            if settled.against:
                raise NothingLearned(settled.against)
            drafts.append(desk.draft(project.answers.find(answer).answer, settled))
        except NothingLearned as nothing:
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


def _agreeing(drafts: Sequence[Draft]) -> tuple[list[Draft], list[LeftOut]]:
    """The drafts whose questions were not answered in ways that contradict each other, and the others."""
    by_question: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        by_question[normalized(draft.answer.standalone or draft.answer.question)].append(draft)
    kept: list[Draft] = []
    left_out: list[LeftOut] = []
    for group in by_question.values():
        accepted = [each.accepted for each in group if each.accepted or each.settled.right]
        rejected = {normalized(bare(each.rejected)) for each in group if each.rejected}
        both = any(normalized(bare(each)) in rejected for each in accepted)
        if both or any(conflicting(bare(accepted[0]), bare(each)) for each in accepted[1:]):
            others = ", ".join(each.answer.id for each in group)
            reason = f"what was said of answers to the same question contradicts each other ({others})"
            left_out += [LeftOut(answer=each.answer.id, reason=reason) for each in group]
        else:
            kept += group
    return kept, left_out


def _with_right_answers(drafts: Sequence[Draft]) -> list[Draft]:
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
