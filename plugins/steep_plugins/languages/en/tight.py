"""Where an answer ends: behind what was asked for and its condition, before the next thing that the sentence says."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from steep.language import sentence_spans

if TYPE_CHECKING:
    from steep_plugins.synthesizers.structure.plain import Candidate, Line

# without it the answer says more than the document
_CONDITION = re.compile(
    r",? (?:but )?(?:if|unless|when|whenever|until|except|provided|as long as|only|once|in case|without|within)\b"
    r"(?:(?!, (?:and|but|so|which|because|as|for)\b)[^;:()–—])*"
)
# what joins a statement to the one before, or says of what page it is; "often" and "in most cases" are part of it
_JOINS = re.compile(
    r"(?:(?:as such|furthermore|moreover|however|therefore|thus|hence|in addition|additionally|also|so|and|but|then|"
    r"(?:please )?note that|remember that|in fact|in other words|currently|[A-Z][\w ,/&'’-]{1,45}:),?\s+)*",
    re.IGNORECASE,
)
# "but" without a subject of its own takes back a part of what was said before it
_TAKEN_BACK = re.compile(r",? but (?!(?:it|you|we|they|this|that|the|an?|there|these|those|if|only)\b)")
# a reason, an example or a remark behind an answer
_REMARK = re.compile(
    r";\s|\s[–—]\s|: see\b|, (?:because|since|as|for (?:example|instance)|e\.g\.|i\.e\.|not only|which|so that|see|"
    r"even though|although|though|whereas)\b(?! (?:well|soon|long|far) as)"
)
_MARK_OF_A_ROW = re.compile(r"(?:Optional|Required|Mandatory|Deprecated|Experimental|New|Note)\b[.:]?", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*\((?:introduced|since|added|deprecated|available)\b[^()]*\)[.]?$", re.IGNORECASE)
_WITH_REMARKS = frozenset(("condition", "procedure", "cause"))
_SHORTEST = 12  # a stretch of fewer letters before a remark is no answer


def start_of_statement(text: str, subject: str, end: int) -> int | None:
    """Where the statement with this subject, which stands before ``end``, begins; None where it is not in the text.

    An opening phrase stays, where it says when the rest is so.
    """
    place = text.rfind(subject, 0, end)
    joined = _JOINS.match(text)
    return None if place < 0 else min(place, joined.end() if joined else 0)


def end_of_statement(text: str, end: int) -> int | None:
    """Where the statement whose own words end at ``end`` is over: its condition, and a full stop, belong to it.

    None where the next words take a part of it back: half of it would mislead.
    """
    if _TAKEN_BACK.match(text, end):
        return None
    match = _CONDITION.match(text, end)
    end = len(text[: match.end()].rstrip(" ,")) if match else end
    return len(text) if text[end:].strip(" .!") == "" else end


def tightened(candidate: Candidate) -> Candidate:
    """The candidate with nothing behind its answer that the question did not ask for."""
    answer = candidate.answer
    if candidate.rule == "tables:meaning":
        answer = _first_sentence(answer)
    elif candidate.kind in _WITH_REMARKS:
        remark = _REMARK.search(answer.text, _SHORTEST)
        answer = answer.cut(0, remark.start()) if remark else answer
    return replace(candidate, answer=answer)


def _first_sentence(cell: Line) -> Line:
    """What a cell says first of its row: no "Optional." before it, no second sentence and no brackets behind it."""
    spans = [
        span
        for span in sentence_spans(cell.text)
        if not _MARK_OF_A_ROW.fullmatch(cell.text[slice(*span)].strip()) and len(cell.text[slice(*span)].split()) > 1
    ]
    if not spans:
        return cell
    first = cell.cut(*spans[0])
    brackets = _IN_BRACKETS.search(first.text)
    return first.cut(0, brackets.start()) if brackets and brackets.start() >= _SHORTEST else first
