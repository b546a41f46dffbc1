"""Tables: a cell is asked for by its row and column, a row by what a cell says of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.languages.en.rules.headers import cell_question, row_question, tells_meaning
from steep_plugins.languages.en.verbs import PAST, THIRD
from steep_plugins.synthesizers.structure.plain import Candidate
from steep_plugins.synthesizers.structure.unworded import is_grid, single_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.languages.en.statements import Statement
    from steep_plugins.languages.en.voice import Voice
    from steep_plugins.synthesizers.structure.outline import Section, Table
    from steep_plugins.synthesizers.structure.plain import Line

_EMPTY = re.compile(r"^(?:|[-–—]+|n/?a|none|yes|no|x|✓|✔|✗|✘|tbd|\?|see .*|same as .*)$", re.IGNORECASE)
_CODE = re.compile(r"^[A-Z]{0,3}-?\d[\w.-]*$|^[A-Z]$")
_RANGE = re.compile(r"^[\d\s.,:;/()[\]<>=~%–-]+$")
_WEEKDAY = re.compile(r"^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:[a-z]*days?)?\b", re.IGNORECASE)
_STATES = frozenset(
    ("recommended", "experimental", "default", "optional", "required", "deprecated", "stable", "supported")
)
_COUNTING = re.compile(r"^\d[\d.,]* [a-z]+$")
_PER_TABLE = 40
_SEVERAL = 3


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for table in section.tables:
        if is_grid(table):
            continue
        given = 0
        for name, row in _named_rows(table):
            for made in _of_row(table, name, row, voice):
                if given < _PER_TABLE:
                    given += 1
                    yield made


def _named_rows(table: Table) -> Iterator[tuple[str, tuple[Line, ...]]]:
    for row in single_rows(table):
        name = _name(table.header[0], row[0].text)
        if name:
            yield name, row


def _of_row(table: Table, name: str, row: tuple[Line, ...], voice: Voice) -> Iterator[Candidate]:
    shouted = all(column == column.upper() for column in table.header)
    for number, (column, cell) in enumerate(zip(table.header[1:], row[1:], strict=True), start=1):
        said = cell.text
        column = column.lower() if shouted else column
        if said.lower() in (row[0].text.lower(), column.lower()) or _EMPTY.match(said) or len(said) > 160:
            continue
        others = [each[number].text for each in table.rows if len(each) > number]
        if _are_codes(others):
            continue
        question = cell_question(column, name, said, voice)
        if question:
            yield Candidate(question=question, answer=cell, kind="table", rule=f"tables:{_asks(column)}", entity=name)
        question = row_question(table.header[0], column, said, voice) if others.count(said) == 1 else ""
        if question and not _RANGE.match(row[0].text):
            yield Candidate(question=question, answer=row[0], kind="table", rule="tables:row", entity=said)


def _are_codes(cells: list[str]) -> bool:
    """Whether a column's numbers count nothing: several, all of four digits or all of five …, and no years."""
    numbers = [cell for cell in cells if re.fullmatch(r"\d{4,}", cell)]
    years = all(re.fullmatch(r"(?:19|20)\d\d", number) for number in numbers)
    return len(numbers) >= _SEVERAL and len({len(number) for number in numbers}) == 1 and not years


def _asks(column: str) -> str:
    return "meaning" if tells_meaning(column) else "cell"


def _name(header: str, value: str) -> str:
    """How a person names the row: "berth M3" for a bare code, else the words themselves."""
    if re.search(r"\b(?:total|sum|average)\b", value, re.IGNORECASE):
        return ""
    if not 1 <= len(value) <= 45 or len(value.split()) > 5 or _EMPTY.match(value) or _RANGE.match(value):
        return ""
    if (
        value.lower() in _STATES
        or _COUNTING.match(value)
        or re.match(r"[\d.+-]+ - ", value)
        or value.split()[-1] in ("in", "on", "at", "by", "for", "of", "to", "with")
    ):
        return ""
    if any(word.lower() in THIRD or word.lower() in PAST for word in value.split()[1:]) or ":" in value:
        return ""
    if _WEEKDAY.match(value):
        return f"on {value}"
    if _CODE.match(value):
        return f"{header.lower()} {value}" if header.replace(" ", "").isalpha() and len(header.split()) <= 2 else ""
    return value
