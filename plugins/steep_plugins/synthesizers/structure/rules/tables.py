"""Tables: a cell is asked for by the head of its row and of its column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.synthesizers.structure.candidate import Candidate
from steep_plugins.synthesizers.structure.verbs import PAST, THIRD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.statements import Statement
    from steep_plugins.synthesizers.structure.voice import Voice

_EMPTY = re.compile(r"^(?:|[-–—]|n/?a|none|yes|no|x|✓|✔|✗|✘|tbd|see .*)$", re.IGNORECASE)
_CODE = re.compile(r"^[A-Z]{0,3}-?\d[\w.-]*$|^[A-Z]$")
_MONEY = re.compile(r"^(?:[$€£]|EUR|USD|GBP)|\b(?:cost|price|fee|rate|charge|tariff)\b", re.IGNORECASE)
_POOR_HEAD = re.compile(
    r"^(?:notes?|remarks?|comments?|description|example|link|details?|#|no\.?|id|source|section|location|change|references?)$",
    re.I,
)
_TIME = re.compile(
    r"^(?:departure|departs|arrival|arrives|due|deadline|date|day|time|when|opens|closes)\b", re.IGNORECASE
)
_PERSON = re.compile(
    r"\b(?:owner|contact|lead|responsible|author|manager|supervisor|master|head|person|who)\b", re.IGNORECASE
)
_PER_TABLE = 24


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for table in section.tables:
        given = 0
        heads = [row[0].text for row in table.rows if row]
        for row in table.rows:
            if len(row) != len(table.header) or given >= _PER_TABLE:
                continue
            name = _name(table.header[0], row[0].text)
            if not name or heads.count(row[0].text) > 1:
                continue
            for column, cell in zip(table.header[1:], row[1:], strict=True):
                if (
                    cell.text.lower() in (row[0].text.lower(), column.lower())
                    or _EMPTY.match(cell.text)
                    or not _is_head(column)
                    or len(cell.text) > 120
                ):
                    continue
                given += 1
                yield Candidate(
                    question=_question(column, name, cell.text, voice),
                    answer=cell,
                    kind="table",
                    rule="tables:cell",
                    entity=name,
                )


def _name(header: str, value: str) -> str:
    """How a person names the row: "berth M3" for a bare code, else the words themselves."""
    if (
        not 1 <= len(value) <= 45
        or len(value.split()) > 5
        or _EMPTY.match(value)
        or not any(letter.isalpha() for letter in value + header)
    ):
        return ""
    if any(word.lower() in THIRD or word.lower() in PAST for word in value.split()[1:]) or ":" in value:
        return ""
    if _CODE.match(value):
        return f"{header.lower()} {value}" if header.replace(" ", "").isalpha() and len(header.split()) <= 2 else ""
    return value


def _is_head(column: str) -> bool:
    return bool(column) and len(column.split()) <= 5 and not _POOR_HEAD.match(column) and column[0].isalpha()


def _question(column: str, name: str, value: str, voice: Voice) -> str:
    head = column.lower() if column.istitle() or column[1:].islower() or len(column) > 3 else column
    plural = head.endswith("s") and not head.endswith(("ss", "us", "is"))
    verb = "are" if plural else "is"
    name = voice.lowered(name)
    if _PERSON.search(column):
        return voice.styled(voice.pick(f"who {verb} the {head} for {name}", f"who {verb} the {head} of {name}"))
    if _MONEY.search(value) or _MONEY.search(column):
        return voice.styled(
            voice.pick(f"how much is the {head} for {name}", f"what {verb} the {head} for {name}", f"{head} {name}")
        )
    if _TIME.match(column):
        return voice.styled(voice.pick(f"what {verb} the {head} for {name}", f"{head} for {name}"))
    return voice.styled(
        voice.pick(
            f"what {verb} the {head} for {name}",
            f"what {verb} the {head} of {name}",
            f"what {head} does {name} have",
            f"{head} of {name}",
            f"which {head} {'go' if plural else 'goes'} with {name}",
        )
    )
