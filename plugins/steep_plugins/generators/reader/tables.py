"""The cell, or the column, of a passage's tables that a question names.

A question names a cell when it names one row and one column without a doubt: by the whole label, or by words that no
other row's, or column's, label holds. Where it could mean two, it names none. The header may stand before the passage,
where a long table goes on in it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.language import content_stems, word_set, words
from steep_plugins.generators.reader.lists import MOST, singled_out
from steep_plugins.languages.en.questions import sort_asked, wants_several
from steep_plugins.languages.en.spans import PRICES, UNIT_IN_HEAD, holds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.values import Table
    from steep_plugins.generators.reader.reading import Text

Range = tuple[int, int]

_LITTLE = word_set("of the to for per and or in on at by with from is are was be do does an up what which how")
_CODE = re.compile(r"[A-Za-z][\w./-]*[\d_][\w./-]*")  # a name that stands for one thing: PQ-204, max_tries
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


def cell_asked(question: str, text: Text) -> Place | None:
    """The one cell of the text's tables that the question names by row and by column."""
    asked = label_stems(question)
    found = [place for table in _tables(text) if (place := _place(question, asked, text.text, table))]
    if len(found) != 1 or found[0].cell[0] == found[0].cell[1]:
        return None
    return Place(found[0].table, found[0].row, found[0].column, _explained(question, text))


def _explained(question: str, text: Text, *, but: int = 1) -> bool:
    """Whether the passage speaks of all that is asked, ``but`` for so many words that are no numbers."""
    asked = content_stems(question) & label_stems(question)
    foreign = asked - content_stems(text.lead) - content_stems(f"{text.before} {text.text}")
    return len(foreign) <= but and not any(character.isdigit() for word in foreign for character in word)


def row_asked(question: str, text: Text) -> tuple[Table, int] | None:
    """The one row that the question names by its code, where it asks for nothing that the passage does not speak of."""
    found = [
        (table, number)
        for table in _tables(text)
        for number, row in enumerate(table.rows)
        if (label := text.text[slice(*row[0])].strip("`*")) and _CODE.fullmatch(label) and _names(question, label)
    ]
    return found[0] if len(found) == 1 and _explained(question, text, but=0) else None


def _names(question: str, label: str) -> bool:
    return bool(re.search(rf"(?i)(?<![\w-]){re.escape(label)}(?![\w-])", question))


def row_told(text: Text, span: Range) -> str:
    """The row that a range is, each cell behind its heading; "" where it is none, or stands under no header."""
    for table in _tables(text):
        for row in table.rows:
            if span[0] <= row[0][0] and row[-1][1] <= span[1]:
                return row_said(text.text, table, row)
    return ""


def row_said(text: str, table: Table, row: Sequence[Range]) -> str:
    """A row for who does not see its table: what it is about, and the other cells behind their headings."""
    cells = [" ".join(text[slice(*cell)].split()) for cell in row]
    told = "; ".join(
        f"{head}: {cell}" if head else cell for head, cell in zip(table.heads[1:], cells[1:], strict=True) if cell
    )
    return f"{cells[0]} ({told})" if cells[0] and told else cells[0] or told


def _tables(text: Text) -> list[Table]:
    """The tables with a header and a row: without a header nobody knows what a column holds."""
    return [table for table in text.tables if len(table.heads) > 1 and table.rows]


def _place(question: str, asked: frozenset[str], text: str, table: Table) -> Place | None:
    heads = [label_stems(words) for words in table.heads]
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


def only_value(question: str, text: Text) -> Place | None:
    """The cell beside a label that the question names whole, where it is the only one, and nothing else is asked."""
    asked = label_stems(question)
    found = [
        Place(table, number, 1, explained=True)
        for table in _tables(text)
        if len(table.heads) == 2
        for number, row in enumerate(table.rows)
        if (label := label_stems(text.text[slice(*row[0])])) and label <= asked and row[1][0] < row[1][1]
    ]
    return found[0] if len(found) == 1 and _explained(question, text, but=0) else None


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


def column_asked(question: str, text: Text, span: Range) -> tuple[Range, ...]:
    """All cells of the column that a span stands in, where the question asks for several by its heading and no row."""
    if not wants_several(question):
        return ()
    said = text.text
    for table in _tables(text):
        place = table.place(*span)
        if place is None or not 1 < len(table.rows) <= MOST:
            continue
        head = label_stems(table.heads[place[1]])
        rows = [label_stems(" ".join(said[slice(*cell)] for cell in row)) for row in table.rows]
        topic = label_stems(question) - label_stems(text.lead) - head
        if head & label_stems(question) and not singled_out(topic, rows):
            return tuple(dict.fromkeys(cell for row in table.rows if (cell := row[place[1]])[0] < cell[1]))
    return ()


@dataclass(frozen=True, slots=True)
class Unit:
    """What belongs to a bare number; ``at`` is where it stands in the text, None where that is before the text."""

    words: str
    at: Range | None


def unit_of(text: str, place: Place) -> tuple[Unit | None, Unit | None]:
    """What a bare number of a cell is counted in, as its heading says, and per what, as a column of units says."""
    if not _BARE.fullmatch(text, *place.cell):
        return None, None
    table, row, head = place.table, place.table.rows[place.row], place.table.heads[place.column]
    prices = bool(label_stems(head) & PRICES)
    pers = [at for at, words in enumerate(table.heads) if at != place.column and prices and _UNITS.fullmatch(words)]
    per = Unit(text[slice(*row[pers[0]])], row[pers[0]]) if pers and row[pers[0]][0] < row[pers[0]][1] else None
    return _unit_in(head, table.header[place.column] if table.header else None), per


def _unit_in(head: str, at: Range | None) -> Unit | None:
    found = UNIT_IN_HEAD.search(head)
    if found is None:
        return None
    start, end = found.span("unit")
    return Unit(found["unit"], (at[0] + start, at[0] + end) if at else None)


def label_stems(text: str) -> frozenset[str]:
    """Stems of the words that tell labels apart: more than content words, for "Hall A" and "IT" are labels too."""
    return frozenset(
        word.stem for word in words(text) if word.text.lower() not in _LITTLE and (word.text != "a" or len(text) == 1)
    )
