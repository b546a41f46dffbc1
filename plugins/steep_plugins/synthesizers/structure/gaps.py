"""What is left of a predicate when the answer is taken out of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import word_set

if TYPE_CHECKING:
    from steep_plugins.synthesizers.structure.clause import Clause

_CUT = re.compile(r"[,;:()–—\[]|\s-\s|\.\s|\b(?:and|or|but|which|so that|because|whereas|as well as|including|e\.g)\b")
_HEAD = re.compile(
    r"[,;:()–—\[\]]|\s-\s|\b(?:that|which|who|and (?:can|is|are|will|may|must|should|be|has|have)|if"
    r"|because|when|whether|unless|while|it|this|these|there)\b"
)
_TAIL_WORDS = word_set(
    """
    of in on at to for from by with per before after if when unless until during each every once between via
    into under over within without as while where through using across about against than
    """
)
_ODD = re.compile(r"\b(?:it|this|these|those|they|them|he|she|that|which|who|following|above|below|here|there)\b", re.I)


def around(clause: Clause, start: int, end: int, *, longest: int = 11) -> tuple[str, str] | None:
    """What stands before and after ``text[start:end]`` in the clause, or None where a question would be broken."""
    if not clause.start <= start < end <= clause.end:
        return None
    head = clause.text[clause.start : start].strip()
    after = clause.text[end : clause.end]
    cut = _CUT.search(after)
    tail = (after[: cut.start()] if cut else after).strip()
    if cut and cut.group() in ("and", "or") and not tail:
        return None
    if _HEAD.search(head) or len(head.split()) > longest or len(tail.split()) > longest:
        return None
    first = tail.split(None, 1)[0].lower() if tail else ""
    if first and first not in _TAIL_WORDS:
        return None
    if _ODD.search(head) or _ODD.search(tail):
        return None
    return re.sub(r"\b(?:only|also) ?", "", head), tail
