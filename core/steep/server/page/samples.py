"""Questions to begin with: some that the documents answer, from the pairs that were written of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.errors import SteepError
from steep.values import Document

if TYPE_CHECKING:
    from steep.flows.answer import Answerer
    from steep.values import Caller
    from steep.workspace.project import Project

__all__ = ["samples"]

_MANY = 4
_SHORT = 90


def samples(project: Project, answerer: Answerer, caller: Caller) -> tuple[str, ...]:
    """A few questions on documents that the caller may see, each on another one; none where no pairs were written."""
    try:
        _, pairs = project.datasets.load()
    except SteepError:
        return ()
    found: dict[str, str] = {}
    for pair in pairs:
        fits = pair.answerable and len(pair.question) <= _SHORT and pair.question.endswith("?")
        if fits and all(caller.allows(span.document) for span in pair.spans):
            found.setdefault(pair.spans[0].document, pair.question)
    step = max(1, len(found) // _MANY)
    return tuple(each for each in list(found.values())[::step][:_MANY] if _may_leave(answerer, each))


def _may_leave(answerer: Answerer, question: str) -> bool:
    document, _ = answerer.document_leaves(Document(path="", text=question, title=""), ())
    return document.text == question
