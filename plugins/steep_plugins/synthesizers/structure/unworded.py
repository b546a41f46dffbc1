"""What a document is asked in any language: its cells, keys, lists and headings that ask, in its own words."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from steep.language import words
from steep_plugins.synthesizers.structure.outline import outline
from steep_plugins.synthesizers.structure.plain import Candidate, joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from steep.values import Document, Pair, Passage
    from steep_plugins.synthesizers.structure.outline import Section, Table
    from steep_plugins.synthesizers.structure.plain import Line, Subject

_NUMBERS = re.compile(r"^[\d\s.,:;/()[\]<>=~%–-]+$")
_NOTHING = re.compile(r"^[\W_]*$")
_KEY_VALUE = re.compile(r"^(?P<key>[^\W\d_][^:.!?|]{1,32}?):\s+(?P<value>\S.{0,110}?)[.;]?$")
_PER_TABLE = 40
_LONGEST_LIST = 260
_LONGEST_CELL = 160
_SHORT = 3  # a section of so many sentences at most answers a heading that asks


def candidates(document: Document, rng: Random) -> Iterator[Candidate]:
    """No sentence is turned round and no word is added, so that nothing is said wrongly in a language nobody knows."""
    for section in outline(document).sections:
        for table in section.tables:
            yield from _cells(table)
        yield from _keys(section)
        yield from _lists(section)
        yield from _asked(section)


def telling(question: str) -> frozenset[str]:
    return frozenset(word.text.lower() for word in words(question))


def unanswerable_pairs(
    written: Sequence[Subject], passages: Sequence[Passage], *, limits: tuple[int, int], seed: int
) -> Iterator[Pair]:
    """None: whether nothing answers a question cannot be told in a language that nobody knows."""
    return iter(())


def is_grid(table: Table) -> bool:
    """A table whose cells are all options, or whose first column counts: its rows are about nothing."""
    cells = [cell.text for row in table.rows for cell in row if cell.text]
    options = sum(cell.startswith(("-", "/", "%")) for cell in cells)
    first = [row[0].text for row in table.rows if row and row[0].text]
    return not first or options > 0.6 * len(cells) or all(_NUMBERS.match(each) for each in first)


def single_rows(table: Table) -> Iterator[tuple[Line, ...]]:
    """The rows as wide as the header whose first cell no other row has."""
    heads = Counter(row[0].text for row in table.rows if row)
    yield from (row for row in table.rows if len(row) == len(table.header) and heads[row[0].text] == 1)


def _cells(table: Table) -> Iterator[Candidate]:
    given = 0
    for row in single_rows(table) if not is_grid(table) else ():
        name = row[0].text
        for column, cell in zip(table.header[1:], row[1:], strict=True):
            told = not _NOTHING.match(cell.text) and cell.text.lower() not in (name.lower(), column.lower())
            if told and len(cell.text) <= _LONGEST_CELL and column and not _NOTHING.match(name) and given < _PER_TABLE:
                given += 1
                yield _candidate(f"{name}: {column}?", cell, "table", "unworded:cell", name)


def _keys(section: Section) -> Iterator[Candidate]:
    """Lines such as "Key: value", where a section has two or more and no key twice."""
    lines = [each.sentences[0] for each in section.paragraphs if len(each.sentences) == 1]
    found = [(line, match) for line in lines if (match := _KEY_VALUE.match(line.text))]
    keys = Counter(match["key"] for _, match in found)
    for line, match in found if len(found) > 1 else ():
        if keys[match["key"]] == 1:
            asked = f"{section.topic}: {match['key']}?"
            yield _candidate(asked, line.cut(*match.span("value")), "key-value", "unworded:line", match["key"])


def _lists(section: Section) -> Iterator[Candidate]:
    for each in section.lists:
        whole = joined(each.items, "\n")
        if each.lead is not None and 2 <= len(each.items) <= 8 and len(whole.text) <= _LONGEST_LIST:
            asked = f"{section.topic}: {each.lead.text.rstrip(' :')}?"
            yield _candidate(asked, whole, "list", "unworded:list", section.topic)


def _asked(section: Section) -> Iterator[Candidate]:
    """A heading that asks, answered by the one short paragraph below it."""
    if not section.topic.endswith(("?", "？", "؟")) or len(section.paragraphs) != 1 or section.tables:
        return
    sentences = section.paragraphs[0].sentences
    if len(sentences) <= _SHORT and not section.paragraphs[0].item:
        yield _candidate(section.topic, joined(sentences, " "), "asked", "unworded:heading", section.topic)


def _candidate(question: str, answer: Line, kind: str, rule: str, entity: str) -> Candidate:
    return Candidate(question=question, answer=answer, kind=kind, rule=rule, entity=entity)
