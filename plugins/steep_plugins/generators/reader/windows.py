"""From a question and a passage to windows of word pieces, and from logits back to spans of characters.

The search for spans is in numpy: at this size a tensor library spends longer on waking its threads than on the search.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from steep.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Ids of an encoder's own marks: before all, between and behind, for what is hidden, for what is not there.

    A question with no answer points at ``first``.
    """

    first: int
    between: int
    hidden: int
    nothing: int


_MARKS = ("<s>", "</s>", "<mask>", "<pad>"), ("[CLS]", "[SEP]", "[MASK]", "[PAD]")
"""As MPNet and as BERT call them; MPNet's vocabulary has those of BERT too, and never uses them."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Pieces:
    """Word pieces of a text; ``spans[i]`` is where piece ``i`` stands, in characters of the text."""

    ids: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    def covering(self, start: int, end: int) -> tuple[int, int] | None:
        """The first and last piece that touch the characters ``start`` to ``end``; None where none does."""
        touched = [index for index, (left, right) in enumerate(self.spans) if left < end and right > start]
        return (touched[0], touched[-1]) if touched else None


@dataclass(frozen=True, slots=True)
class Window:
    """One input: ``first question between lead passage-part between`` (see `Marks`).

    Piece ``body + k`` of ``ids`` is piece ``first + k`` of the passage, for ``k < count``.
    """

    ids: tuple[int, ...]
    body: int
    first: int
    count: int


class Encoder:
    """Cuts long passages into overlapping windows of at most ``max_length`` pieces.

    Word pieces of a text are cached, so asking several questions of a passage splits it once. Thread-safe.
    """

    def __init__(
        self,
        tokenizer: Path,
        *,
        max_length: int = 320,
        stride: int = 96,
        max_question: int = 64,
        max_lead: int = 24,
        cached_texts: int = 4096,
    ) -> None:
        self.max_length = max_length
        self.stride = stride
        self.max_question = max_question
        self.max_lead = max_lead
        self._tokenizer = _load(tokenizer)
        self.marks = _marks(self._tokenizer)
        self.pieces = lru_cache(maxsize=cached_texts)(self._pieces)

    def _pieces(self, text: str) -> Pieces:
        # Half a surrogate pair cannot be encoded; one character stands in for it, so that offsets stay true.
        encoding = self._tokenizer.encode(_LONE_SURROGATE.sub("\ufffd", text), add_special_tokens=False)
        return Pieces(tuple(encoding.ids), tuple(encoding.offsets))

    def count(self, *texts: str) -> int:
        """How many word pieces the texts have together."""
        return sum(len(self.pieces(text).ids) for text in texts if text)

    def head(self, question: str, lead: str = "") -> tuple[tuple[int, ...], int]:
        """The pieces before the passage's own, and how many of them are the question with the marks round it.

        The lead is kept from its end: the innermost heading says most about the passage.
        """
        asked = self.pieces(question).ids[: self.max_question]
        above = self.pieces(lead).ids[-self.max_lead :] if lead else ()
        return (self.marks.first, *asked, self.marks.between, *above), len(asked) + 2

    def windows(self, question: str, passage: str, lead: str = "") -> Iterator[Window]:
        """All windows of the passage; the last one ends where the passage ends. None for an empty passage."""
        head, _ = self.head(question, lead)
        ids = self.pieces(passage).ids
        room = self.max_length - len(head) - 1
        first = 0
        while first < len(ids):
            part = ids[first : first + room]
            yield Window((*head, *part, self.marks.between), len(head), first, len(part))
            if first + room >= len(ids):
                return
            first += max(1, room - self.stride)


def _marks(tokenizer: Tokenizer) -> Marks:
    known = tokenizer.get_vocab()
    for names in _MARKS:
        if all(name in known for name in names):
            first, between, hidden, nothing = (known[name] for name in names)
            return Marks(first=first, between=between, hidden=hidden, nothing=nothing)
    lacking = " nor ".join(" ".join(names) for names in _MARKS)
    raise ModelError(f"the tokenizer has the marks of no encoder that can read: neither {lacking}")


@lru_cache(maxsize=4)
def _load(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of a passage's characters.

    ``margin`` is its logit less the logit of "no answer" in the same window, which makes windows and passages
    comparable, with the bonus of the clues once they were weighed; ``share`` is the log of its probability among all
    spans of its window, "no answer" included.
    """

    passage: int
    start: int
    end: int
    margin: float
    share: float


def candidates(
    start_logits: Logits,
    end_logits: Logits,
    window: Window,
    pieces: Pieces,
    *,
    passage: int,
    barred: Sequence[tuple[int, int]] = (),
    breaks: Sequence[int] = (),
    longest: int = 48,
    most: int = 20,
) -> list[Candidate]:
    """The ``most`` best spans of at most ``longest`` pieces, best first; none touches a barred character range.

    None crosses a character of ``breaks`` (in order), where a list item, a table row or a paragraph ends.

    The logits are one window's, in float32, of at least the window's length.
    """
    body = slice(window.body, window.body + window.count)
    nothing = float(start_logits[0] + end_logits[0])
    spans = np.asarray(pieces.spans[window.first : window.first + window.count])
    width = min(longest, window.count)
    scores = start_logits[body, None] + _ahead(end_logits[body], width, -np.inf)
    scores[~_allowed(spans, barred, breaks, width)] = -np.inf
    everything = np.logaddexp(_log_sum(scores), nothing)
    found = []
    for index in _highest(scores.ravel(), most):
        first, further = divmod(int(index), width)
        value = float(scores[first, further])
        found.append(
            Candidate(
                passage=passage,
                start=int(spans[first, 0]),
                end=int(spans[first + further, 1]),
                margin=value - nothing,
                share=value - float(everything),
            )
        )
    return found


def _ahead(row: NDArray[Any], width: int, beyond: float) -> NDArray[Any]:
    """``[i, k]`` is the row's value at ``i + k``, or ``beyond`` behind its end."""
    padded = np.full(len(row) + width - 1, beyond, dtype=row.dtype)
    padded[: len(row)] = row
    return np.lib.stride_tricks.sliding_window_view(padded, width)


def _allowed(
    spans: NDArray[Any], barred: Sequence[tuple[int, int]], breaks: Sequence[int], width: int
) -> NDArray[np.bool_]:
    """``[i, k]`` is True where a span may begin at piece ``i`` and end with piece ``i + k``."""
    lefts, rights = spans[:, 0], spans[:, 1]
    part = np.searchsorted(np.asarray(breaks, dtype=lefts.dtype), lefts)
    allowed: NDArray[np.bool_] = part[:, None] == _ahead(part, width, -1)
    for start, end in barred:
        # Characters count, not pieces: a span over a gap between pieces would quote what stands in it.
        allowed &= (lefts >= end)[:, None] | _ahead(rights <= start, width, False)
    return allowed


def _highest(values: NDArray[Any], most: int) -> NDArray[Any]:
    """Where the ``most`` highest finite values stand, highest first; of equal ones the earlier first."""
    chosen = np.flatnonzero(values > -np.inf)
    if len(chosen) > most:
        chosen = chosen[np.argpartition(-values[chosen], most - 1)[:most]]
    return chosen[np.lexsort((chosen, -values[chosen]))]


def _log_sum(scores: NDArray[Any]) -> float:
    highest = float(scores.max())
    if highest == -np.inf:
        return highest
    return highest + float(np.log(np.exp(scores.astype(np.float64) - highest).sum()))


def distinct(found: Sequence[Candidate], most: int) -> list[Candidate]:
    """The best spans that do not overlap a better one, best first; ties go to the earlier passage and place."""
    kept: list[Candidate] = []
    for candidate in sorted(found, key=lambda one: (-one.margin, one.passage, one.start, one.end)):
        if all(
            other.passage != candidate.passage or other.end <= candidate.start or other.start >= candidate.end
            for other in kept
        ):
            kept.append(candidate)
            if len(kept) == most:
                break
    return kept
