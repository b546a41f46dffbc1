"""A language model's reply as sayings: as it comes, but held back while it may still become "there is no answer"."""

from __future__ import annotations

import math
from collections.abc import Generator as Generated
from contextlib import closing
from typing import TYPE_CHECKING

from steep.kinds import Abstain, Said, Weighed
from steep.prompts import ABSTENTION, MARKER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from steep.kinds import Ask, Model, Piece, Saying

__all__ = ["NOT_HELD", "or_else", "written"]

NOT_HELD = "the passages do not hold the answer"


def written(ask: Ask, model: Model, *, confidence: float | None) -> Generated[Saying, None, None]:
    """The model's reply as it comes; ``confidence`` is a judge's, the model's own where it is None."""
    pieces = model.chat([ask])
    waiting, begun = "", False
    last: Piece | None = None
    try:
        for piece in pieces:
            last = piece
            waiting += piece.text
            if begun or not any(each.startswith(_plain(waiting)) for each in _NO_ANSWER):
                if waiting:
                    yield Said(text=waiting)
                waiting, begun = "", True
    finally:
        if isinstance(pieces, Generated):
            pieces.close()
    if last is not None:
        yield _weighed(last, confidence, model.digest)
    if begun:
        return
    said = _plain(waiting)
    if said and said not in _NO_ANSWER:
        yield Said(text=waiting)
    elif said:
        yield Abstain(reason=NOT_HELD)
    else:
        yield Abstain(
            reason="the model named passages and wrote no word" if waiting.strip() else "the model wrote nothing"
        )


def or_else(first: Generated[Saying, None, None], second: Callable[[], Iterator[Saying]]) -> Iterator[Saying]:
    """What the first says; where it writes that there is no answer, what the second says. Both are counted."""
    begun = False
    with closing(first):
        for each in first:
            if not begun and isinstance(each, Abstain) and each.reason == NOT_HELD:
                break
            begun = begun or isinstance(each, Said)
            yield each
        else:
            return
    yield from second()


def _weighed(last: Piece, confidence: float | None, digest: str) -> Weighed:
    if confidence is None and last.log_probability is not None and last.tokens:
        confidence = min(1.0, math.exp(last.log_probability / last.tokens))
    cut = f"cut after {last.tokens} tokens" if last.end == "length" else ""
    return Weighed(
        confidence=confidence,
        prompt_tokens=last.prompt_tokens,
        tokens=last.tokens,
        note="; ".join(part for part in (last.note, cut) if part),
        model=digest,
        cut=last.end == "length",
        chances=last.chances,
    )


def _plain(text: str) -> str:
    """A sentence without citation markers, quotation marks, case and the stop at its end."""
    return " ".join(MARKER.sub(" ", text).split()).strip(" .\"'“”*").casefold()


# the agreed sentence, and as small models write it where a yes or no is asked for
_NO_ANSWER = (_plain(ABSTENTION), _plain(f"No, {ABSTENTION}"))
