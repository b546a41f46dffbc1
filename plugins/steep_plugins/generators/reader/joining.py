"""A list or table that the edge of a passage cuts, put together again out of the passages beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from steep.kinds import Quote
from steep_plugins.generators.reader.composing import compose
from steep_plugins.generators.reader.reading import Text
from steep_plugins.languages.en.questions import wants_several, wants_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from steep.values import Block, Hit, Passage
    from steep_plugins.generators.reader.composing import Composed
    from steep_plugins.generators.reader.windows import Candidate

MOST = 12
"""Passages that are joined on each side; what goes on for longer is no answer to read."""

_BLANKED = re.compile(r"(?<=\S) {3,}")  # within a line: how words come that may not be quoted


@dataclass(frozen=True, slots=True)
class Joined:
    """``text`` is that of passages which follow each other; ``begins`` says where each one's own text begins in it."""

    text: Text
    passages: tuple[Passage, ...]
    begins: tuple[int, ...]

    def begin_of(self, passage: Passage) -> int:
        return next(at for at, each in zip(self.begins, self.passages, strict=True) if each.id == passage.id)

    def quotes(self, start: int, end: int) -> Iterator[Quote]:
        """A range of the text as stretches of the passages that hold it."""
        for begin, passage in zip(self.begins, self.passages, strict=True):
            first, last = max(start, begin), min(end, begin + len(passage.text))
            if first < last:
                yield Quote(passage=passage.id, start=first - begin, end=last - begin)
                start = last


def whole_answer(
    question: str,
    passages: Sequence[Passage],
    texts: Sequence[Text],
    found: Sequence[Candidate],
    read: Callable[[str], Sequence[Hit]],
    *,
    sentences: bool = True,
) -> tuple[Composed, tuple[Quote, ...]]:
    """The answer and its quotes. ``read`` brings a document's passages, where a list that is asked for is cut."""
    best = found[0]
    number, composed = compose(question, texts, found, sentences=sentences)
    at = number if composed.cut else best.passage
    if composed.cut or _stands_in_cut(question, texts[at], best):
        whole = joined(passages[at], texts[at], [hit.passage for hit in read(passages[at].path)])
        if whole is not None:
            by = whole.begin_of(passages[at]) if best.passage == at else 0
            moved = replace(best, start=best.start + by, end=best.end + by)
            number, composed = compose(
                question, [*texts[:at], whole.text, *texts[at + 1 :]], [moved], sentences=sentences
            )
            if number == at:
                return composed, tuple(quote for span in composed.spans for quote in whole.quotes(*span))
    return composed, tuple(Quote(passage=passages[number].id, start=left, end=right) for left, right in composed.spans)


def _stands_in_cut(question: str, text: Text, span: Candidate) -> bool:
    """Whether all of a list or a table may be asked for that the text's edge cuts, and that a span stands in."""
    if not (text.resumes or text.continues) or not (wants_several(question) or wants_steps(question)):
        return False
    return any(block.kind in ("item", "row") and block.start <= span.start < block.end for block in text.laid)


def joined(passage: Passage, text: Text, document: Sequence[Passage]) -> Joined | None:
    """The passage with those that go on with its list or table; None where they are not at hand."""
    ordered = sorted((each for each in document if each.version == passage.version), key=lambda each: each.start)
    at = next((number for number, each in enumerate(ordered) if each.id == passage.id), None)
    if at is None:
        return None
    first = last = at
    while first > 0 and at - first < MOST and _follows(ordered[first - 1], ordered[first]):
        first -= 1
    while last + 1 < len(ordered) and last - at < MOST and _follows(ordered[last], ordered[last + 1]):
        last += 1
    parts = (*ordered[first:at], passage, *ordered[at + 1 : last + 1])
    return _joined(parts, at - first, text) if len(parts) > 1 else None


def _follows(one: Passage, other: Passage) -> bool:
    return one.continues and other.resumes and one.heading == other.heading


def _joined(parts: tuple[Passage, ...], own: int, text: Text) -> Joined:
    words, begins = "", []
    barred: list[tuple[int, int]] = []
    for number, part in enumerate(parts):
        begin = part.start - parts[0].start
        gap = begin - len(words)
        words += "\n" + " " * (gap - 1) if gap > 0 else ""
        words += part.text[len(words) - begin :]
        begins.append(begin)
        kept_back = text.barred if number == own else [found.span() for found in _BLANKED.finditer(part.text)]
        barred += [(begin + left, begin + right) for left, right in kept_back]
    whole = replace(
        parts[0], end=parts[0].start + len(words), text=words, blocks=_blocks(parts), continues=parts[-1].continues
    )
    return Joined(Text.of(whole, rank=text.rank, barred=tuple(barred)), parts, tuple(begins))


def _blocks(parts: Sequence[Passage]) -> tuple[Block, ...]:
    found = {(block.start, block.end): block for part in parts for block in part.blocks}
    return tuple(found[place] for place in sorted(found))
