"""The questions of a project's own that are of the split `dev`, as pairs that are held out.

People ask otherwise than pairs made by rule, so where a user gave such questions they settle how sure to be, and
whether an adapter is better. No row of training is made of them; what is measured is another split.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.kinds import RetrievalRequest
from steep.values import OPERATOR, PERSON, Pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from steep.kinds import Retriever
    from steep.measuring.evidence import Located
    from steep.values import Question, Span
    from steep.workspace.library import Library

__all__ = ["DEV", "pairs_asked"]

DEV = "dev"
_NEAREST = 3  # passages beside a question that has no answer


def pairs_asked(
    questions: Iterable[Question],
    library: Library,
    retriever: Retriever,
    *,
    locate: Callable[[Question], Located],
) -> tuple[Pair, ...]:
    """A pair for each question whose answer stands whole in a passage, or which has none."""
    return tuple(_pairs(questions, library, retriever, locate))


def _pairs(
    questions: Iterable[Question], library: Library, retriever: Retriever, locate: Callable[[Question], Located]
) -> Iterator[Pair]:
    for question in questions:
        spans = locate(question).spans[:1] if question.answerable else ()
        if question.answerable:
            passages = tuple(identity for span in spans for identity in _holding(library, span))
        else:
            request = RetrievalRequest(question=question.question, k=_NEAREST, caller=OPERATOR)
            passages = tuple(hit.passage.id for hit in retriever.retrieve(request))
        if passages:
            yield Pair(
                question=question.question,
                answer=question.answers[0] if question.answerable else "",
                passages=passages,
                spans=spans,
                synthesizer=PERSON,
                kind=question.kind,
                rule="",
                seed=0,
            )


def _holding(library: Library, span: Span) -> list[str]:
    """The first passage that holds the whole span."""
    whole = (each for each in library.passages_of(span.document) if each.start <= span.start and span.end <= each.end)
    return [each.id for each in whole][:1]
