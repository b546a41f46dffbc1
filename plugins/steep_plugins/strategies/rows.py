"""The strategy `rows`: rows that somebody has, of a file: conversations as trainers load them, and running text.

Of a conversation the last message is learned, and it is the assistant's. Rows that begin alike (one passage, several
questions) are packed as a tree, so that what they share is read once.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from steep.errors import DatasetError
from steep_plugins.strategies.lines import read_lines
from steep_plugins.strategies.showing import held_out
from steep_plugins.strategies.told import Talk, Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from steep.kinds import Objective, TuneSource
    from steep.values import Row

_NAME = "rows"


class Talked(Talk):
    """``group`` names rows that are held out together; by default those that ask the same."""

    group: str = ""


class Written(Text):
    group: str = ""


Line = Talked | Written


class Rows:
    """Held out are the rows of ``dev``, or where there is none a share of the groups of ``file``.

    As a share of a mixture all rows of ``file`` may be learned from: the phase's own rows judge it.
    """

    objectives: tuple[Objective, ...] = ("reply",)

    def __init__(self, file: Path, *, dev: Path | None, held_out: float) -> None:
        self._file = file
        self._dev = dev
        self._held_out = held_out

    @property
    def files(self) -> tuple[Path, ...]:
        return (self._file,) if self._dev is None else (self._file, self._dev)

    def rows(self, source: TuneSource) -> list[Row]:
        lines = list(read_lines(self._file, _line, asked_by=_NAME))
        if source.count is not None:
            found = [_row(line) for line in lines]
            return random.Random(source.seed).sample(found, min(source.count, len(found)))
        if self._dev is None:
            return [_row(line) for line in held_out(lines, self._held_out, source, question=_group)]
        learned = [_row(line) for line in lines]
        apart = [_row(line) for line in read_lines(self._dev, _line, asked_by=_NAME, option="dev")]
        self._check_apart(learned, apart)
        return apart if source.part == "dev" else learned

    def _check_apart(self, learned: Sequence[Row], apart: Sequence[Row]) -> None:
        known = {row.id for row in learned}
        both = [number for number, row in enumerate(apart, start=1) if row.id in known]
        if both:
            raise DatasetError(
                f"{self._dev} holds {len(both)} rows that {self._file} has as well, the first of them its row "
                f"{both[0]}: what was learned cannot tell what was gained. Take them out of one of the two."
            )


def _line(value: dict[str, Any]) -> Line:
    if "text" in value:
        return Written.model_validate(value)
    if not {"messages", "prompt", "instruction"} & value.keys():
        found = ", ".join(f"`{name}`" for name in value) or "nothing"
        raise ValueError(
            f"found {found}; a row has `messages`, or `prompt` with `completion`, or `instruction` with `output`, or "
            "`text`"
        )
    return Talked.model_validate(value)


def _row(line: Line) -> Row:
    return line.row if isinstance(line, Talked) else line.row_of(_NAME)


def _group(line: Line) -> str:
    return f"group {line.group}" if line.group else line.asked
