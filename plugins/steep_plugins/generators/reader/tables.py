"""Tables in a passage, and the cell, or the column, that a question names.

A question names a cell when it names one row and one column without a doubt: by the whole label, or by words that no
other row's, or column's, label holds. Where it could mean two, it names none. All readers write tables with bars, with
a rule below the head (Markdown) or without (PDF).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from steep.language import content_stems, word_set, words
from steep_plugins.generators.reader.lists import MOST, singled_out
from steep_plugins.languages.en.questions import sort_asked, wants_several
from steep_plugins.languages.en.spans import PRICES, UNIT_IN_HEAD, holds

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROW = re.compile(r"(?m)^[ \t]*\|.*$")
_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"[ \t]*\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*$")

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Table:
    """``head`` are the headings' ranges, ``rows`` those of the cells below; all rows are as wide as the head."""

    head: tuple[Range, ...]
    rows: tuple[tuple[Range, ...], ...]

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Row and column of the cell that holds a span."""
        for number, row in enumerate(self.rows):
            for column, (left, right) in enumerate(row):
                if left <= start and end <= right:
                    return number, column
        return None


@lru_cache(maxsize=256)
def tables(text: str) -> tuple[Table, ...]:
    """The tables with a head and a row; a row of another width, or a line between, ends one."""
    runs: list[list[tuple[Range, ...]]] = []
    last = -2
    for line in _ROW.finditer(text):
        adjoining = last + 1 == line.start()
        last = line.end()
        if _RULE.match(line.group()):
            last = last if adjoining else -2
            continue
        cells = _cells(text, line.start(), line.end())
        if not adjoining or len(runs[-1][0]) != len(cells):
            runs.append([])
        runs[-1].append(cells)
    return tuple(Table(run[0], tuple(run[1:])) for run in runs if len(run) > 1 and len(run[0]) > 1)


def _cells(text: str, start: int, end: int) -> tuple[Range, ...]:
    bars = [match.start() for match in _BAR.finditer(text, start, end)]
    edges = [*bars] if len(bars) > 1 and not text[bars[-1] + 1 : end].strip() else [*bars, end]
    return tuple(_trimmed(text, left + 1, right) for left, right in pairwise(edges))


def _trimmed(text: str, start: int, end: int) -> Range:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


_LITTLE = word_set("of the to for per and or in on at by with from is are was be do does an up")
_BARE = re.compile(r"[+-]?\d[\d.,]*")
_UNITS = re.compile(r"(?i)\s*(?:unit|per|for|unit\s+of\s+\w+)\s*")


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a table. ``explained`` says that the question asks for nothing that the passage does not speak of."""

    table: Table
    row: int
    column: int
    explained: bool = False

    @property
    def cell(self) -> Range:
        return self.table.rows[self.row][self.column]


def cell_asked(question: str, text: str, lead: str = "") -> Place | None:
    """The one cell of the text's tables that the question names by row and by column."""
    asked = label_stems(question)
    found = [place for table in tables(text) if (place := _place(question, asked, text, table))]
    if len(found) != 1 or found[0].cell[0] == found[0].cell[1]:
        return None
    foreign = content_stems(question) - content_stems(lead) - content_stems(text)
    explained = len(foreign) <= 1 and not any(character.isdigit() for word in foreign for character in word)
    return Place(found[0].table, found[0].row, found[0].column, explained)


def _place(question: str, asked: frozenset[str], text: str, table: Table) -> Place | None:
    heads = [label_stems(text[slice(*cell)]) for cell in table.head]
    labels = [label_stems(text[slice(*row[0])]) for row in table.rows]
    row = named(labels, asked, apart=frozenset().union(*heads))
    if row is None:
        return _looked_up(asked, text, table, heads)
    column = _column_named(question, asked - labels[row], heads, text, table.rows[row])
    return None if column is None else Place(table, row, column)


def _column_named(
    question: str, asked: frozenset[str], heads: Sequence[frozenset[str]], text: str, row: Sequence[Range]
) -> int | None:
    """The column by its heading; of several headings that share a word, the one with the sort of quantity asked for."""
    column = named([frozenset(), *heads[1:]], asked)
    if column is not None:
        return column
    likely = [number for number, head in enumerate(heads) if number and head & asked]
    sort = sort_asked(question)
    if sort == "money":
        likely = [number for number, head in enumerate(heads) if number and head & PRICES]
    elif sort is not None:
        likely = [number for number in likely if holds(sort, text, *row[number])]
    return likely[0] if sort is not None and len(likely) == 1 else None


def _looked_up(asked: frozenset[str], text: str, table: Table, heads: Sequence[frozenset[str]]) -> Place | None:
    """A label, where the question names its column and a value that one row alone has ("Which ship has 240 …")."""
    if not heads[0] or not heads[0] <= asked:
        return None
    rows = {
        number
        for column in range(1, len(heads))
        for number, row in enumerate(table.rows)
        if heads[column] & asked and (stems := label_stems(text[slice(*row[column])])) and stems <= asked
    }
    return Place(table, rows.pop(), 0) if len(rows) == 1 else None


def named(
    labels: Sequence[frozenset[str]], asked: frozenset[str], *, apart: frozenset[str] = frozenset()
) -> int | None:
    """The one label that the words name, or None: all of its words, or at least half of them and one no other has.

    Words ``apart`` count only towards the whole of a label: in "which room", "room" is not yet the "Bait room".
    """
    whole = [label for label in labels if label and label <= asked]
    if whole:
        longest = max(whole, key=len)
        sure = labels.count(longest) == 1 and all(label <= longest for label in whole)
        return labels.index(longest) if sure else None
    shared = Counter(word for label in labels for word in label)
    said = {word for word in asked - apart if shared[word] == 1}
    own = [number for number, label in enumerate(labels) if label & said]
    if len(own) == 1 and 2 * len(labels[own[0]] & asked) >= len(labels[own[0]]):
        return own[0]
    return None


def column_asked(question: str, text: str, lead: str, span: Range) -> tuple[Range, ...]:
    """All cells of the column that a span stands in, where the question asks for several by its heading and no row."""
    if not wants_several(question):
        return ()
    for table in tables(text):
        place = table.place(*span)
        if place is None or not 1 < len(table.rows) <= MOST:
            continue
        head = label_stems(text[slice(*table.head[place[1]])])
        rows = [label_stems(" ".join(text[slice(*cell)] for cell in row)) for row in table.rows]
        if head & label_stems(question) and not singled_out(label_stems(question) - label_stems(lead) - head, rows):
            return tuple(dict.fromkeys(cell for row in table.rows if (cell := row[place[1]])[0] < cell[1]))
    return ()


def unit_of(text: str, place: Place) -> tuple[Range | None, Range | None]:
    """What a bare number of a cell is counted in, as its heading says, and per what, as a column of units says."""
    if not _BARE.fullmatch(text, *place.cell):
        return None, None
    left, right = place.table.head[place.column]
    unit = UNIT_IN_HEAD.search(text, left, right)
    per = next(
        (
            place.table.rows[place.row][at]
            for at, head in enumerate(place.table.head)
            if at != place.column and _UNITS.fullmatch(text, *head) and label_stems(text[left:right]) & PRICES
        ),
        None,
    )
    return (unit.span("unit") if unit else None), (per if per and per[0] < per[1] else None)


def label_stems(text: str) -> frozenset[str]:
    """Stems of the words that tell labels apart: more than content words, for "Hall A" and "IT" are labels too."""
    return frozenset(
        word.stem for word in words(text) if word.text.lower() not in _LITTLE and (word.text != "a" or len(text) == 1)
    )
