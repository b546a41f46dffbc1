"""Headers, footers and page numbers of a PDF: what repeats on its pages at one place, apart from what they say.

Text that merely looks so (a chapter's heading, a year, a price in the last line) is part of the document.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep_plugins.readers.pdf_page import RunLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep_plugins.readers.pdf_lines import Line
    from steep_plugins.readers.pdf_page import PageParts
    from steep_plugins.readers.pdf_tables import Table

_MARGIN = 0.16  # of the height of a page
_MOST = 4  # lines of a header or footer
_GAP = 0.7  # font sizes between it and the body, at least
_NEAR = 4.0  # points: the same place
_WORDS = r"page|p\.?|pg\.?|seite|s\.|page no\.?|página|pagina|pág\.?|side|sida|sivu|strona|str\.|страница|стр\.|sayfa"
_OF = r"(?:of|/|von|de|sur|di|van|av|af|из|z)"
_NUMBER = re.compile(
    rf"(?:(?P<word>{_WORDS})\s*)?[-–—|(\[]?\s*(?P<number>\d{{1,4}}|[ivxlc]{{1,7}})\s*[-–—|)\]]?(?:\s*{_OF}\s*\d{{1,4}})?",
    re.IGNORECASE,
)
_ENDS_IN_NUMBER = re.compile(
    rf"(?P<text>.*\S)(?:\s+(?:{_WORDS})|\s*[|·•–—-])\s*(?P<number>\d{{1,4}})(?:\s*{_OF}\s*\d{{1,4}})?", re.IGNORECASE
)
_BEGINS_WITH_NUMBER = re.compile(r"(?P<number>\d{1,4})\s*[|·•–—]\s*(?P<text>\S.*)")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Words in a margin; ``key`` is what repeats, ``number`` what counts the pages, less the page's own."""

    page: int
    line: Line
    key: str
    number: int | None


def without_margins(pages: Sequence[PageParts]) -> list[str]:
    """Take what belongs to the pages, not to the text, out of them; returns it."""
    found = [candidate for page in pages for candidate in _candidates(page)]
    numbers = _numbering(found)
    gone = numbers | _repeating(found, len(pages))
    # a running title beside a page number is of the page, whatever it says
    for page in pages:
        for run in page.lines:
            if any(id(chunk) in numbers for chunk in run.chunks):
                gone |= {id(chunk) for chunk in run.chunks}
    if not any(_stays(item, gone) for page in pages for item in page.items):
        return []  # a document of nothing but margins is kept as it is
    return [words for page in pages for words in _taken(page, gone)]


def _stays(item: RunLine | Table, gone: set[int]) -> bool:
    return not isinstance(item, RunLine) or any(id(chunk) not in gone for chunk in item.chunks)


def _taken(page: PageParts, gone: set[int]) -> Iterator[str]:
    for run in list(page.lines):
        out = [chunk for chunk in run.chunks if id(chunk) in gone]
        if not out:
            continue
        yield from (chunk.text for chunk in out)
        kept = tuple(chunk for chunk in run.chunks if id(chunk) not in gone)
        if kept:
            run.chunks = kept
            run.whole = kept[0].with_text(" ".join(chunk.text for chunk in kept))
        else:
            page.items.remove(run)


def _candidates(page: PageParts) -> Iterator[_Candidate]:
    for top in (True, False):
        for run in _margin(page, top=top):
            for chunk in run.chunks:
                key, number = _read(chunk.text)
                yield _Candidate(page.number, chunk, key, None if number is None else number - page.number)


def _margin(page: PageParts, *, top: bool) -> list[RunLine]:
    """The lines at one end of a page that a gap parts from the rest; none where there is no such gap."""
    spans = [
        (item.whole.top, min(item.whole.bottom, item.whole.base), item)
        if isinstance(item, RunLine)
        else (item.top, item.bottom, None)
        for item in page.items
    ]
    spans.sort(key=lambda span: -span[0] if top else span[1])
    inside: list[RunLine] = []
    for (high, low, item), following in itertools.pairwise([*spans, (0.0, 0.0, None)]):
        near = low > (1 - _MARGIN) * page.height if top else high < _MARGIN * page.height
        if item is None or not near or len(inside) >= 2 * _MOST:
            return []
        inside.append(item)
        last = len(inside) == len(spans)
        gap = min(each.whole.bottom for each in inside) - following[0] if top else following[1] - max(
            each.whole.top for each in inside
        )  # fmt: skip
        if last or gap > _GAP * item.whole.size:
            return [] if last and not top else inside
    return []


def _read(text: str) -> tuple[str, int | None]:
    """What of a text repeats, and the number in it that may be the page's."""
    words = " ".join(text.casefold().split())
    if found := _NUMBER.fullmatch(words):
        return f"#{found['word'] or ''}", _value(found["number"])
    for pattern in (_ENDS_IN_NUMBER, _BEGINS_WITH_NUMBER):
        if found := pattern.fullmatch(words):
            return f"{found['text']}#", _value(found["number"])
    return words, None


def _value(number: str) -> int:
    if number.isdigit():
        return int(number)
    values = [_ROMAN[letter] for letter in number.lower()]
    return sum(-one if one < other else one for one, other in itertools.pairwise([*values, 0]))


def _numbering(found: Sequence[_Candidate]) -> set[int]:
    """Those that count the pages: at one height, on two pages at least, going up as the pages do."""
    groups: dict[tuple[str, int], list[_Candidate]] = defaultdict(list)
    for each in found:
        if each.number is not None:
            groups[each.key, each.number].append(each)
    level = [group for one in groups.values() for group in _level(one)]
    return {id(each.line) for group in level if len({each.page for each in group}) > 1 for each in group}


def _repeating(found: Sequence[_Candidate], pages: int) -> set[int]:
    """Those that say the same at one place on three pages, or on half of them."""
    groups: dict[str, list[_Candidate]] = defaultdict(list)
    for each in found:
        if each.number is None:
            groups[each.key].append(each)
    gone: set[int] = set()
    for group in [group for one in groups.values() for group in _level(one)]:
        # pages that face each other have it at either side
        same = [each for parity in (0, 1) for each in _aligned([each for each in group if each.page % 2 == parity])]
        count = len({each.page for each in same})
        if count >= 3 or (count == 2 and pages <= 4):
            gone |= {id(each.line) for each in same}
    return gone


def _level(group: list[_Candidate]) -> Iterator[list[_Candidate]]:
    """Those at one height."""
    held: list[_Candidate] = []
    for each in sorted(group, key=lambda each: each.line.base):
        if held and each.line.base - held[-1].line.base > _NEAR:
            yield held
            held = []
        held.append(each)
    if held:
        yield held


def _aligned(group: Sequence[_Candidate]) -> list[_Candidate]:
    """Those that begin, end or are centred where most do."""
    ends = [(each.line.left, each.line.right, (each.line.left + each.line.right) / 2) for each in group]
    usual = [sorted(places)[len(places) // 2] for places in zip(*ends, strict=True)]
    return [
        each
        for each, places in zip(group, ends, strict=True)
        if min(abs(place - middle) for place, middle in zip(places, usual, strict=True)) < _NEAR
    ]
