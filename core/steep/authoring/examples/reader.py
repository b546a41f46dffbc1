"""Reads comma-separated values into a table that the rules of the other parts understand."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.errors import SourceError
from steep.values import Block, Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from steep.kinds import Reader, Source


class Options(BaseModel, extra="forbid", frozen=True):
    """What a user may write beside `use = "my-reader"`."""

    delimiter: str = Field(default=",", min_length=1, max_length=1, description="what stands between two cells")


_UNSEEN = re.compile(r"[\x00-\x20\x7f\u2028\u2029]+")


class MyReader:
    """A file becomes a document of `row` blocks: the header has level 1, the other rows have level 2."""

    def __init__(self, *, delimiter: str) -> None:
        self._delimiter = delimiter

    def read(self, source: Source) -> Document:
        try:
            lines = io.StringIO(source.data.decode("utf-8-sig"), newline="")
            read = csv.reader(lines, delimiter=self._delimiter)
            rows = [[_UNSEEN.sub(" ", cell).strip() for cell in row] for row in read]
        except (UnicodeDecodeError, csv.Error) as error:
            raise SourceError(f"{source.path} is not a CSV file in UTF-8: {error}.", path=source.path) from error
        rows = [row for row in rows if any(row)]
        if not rows:
            raise SourceError(f"{source.path} has no row with a word in it.", path=source.path)
        text, blocks = _laid_out(rows)
        name = source.path.rpartition("/")[2]
        return Document(path=source.path, text=text, title=name.rpartition(".")[0] or name, blocks=blocks)


def _laid_out(rows: Iterable[list[str]]) -> tuple[str, tuple[Block, ...]]:
    """The rows as the lines of a Markdown table, with the block that each line is."""
    text, blocks = "", []
    for number, row in enumerate(rows):
        line = f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
        blocks.append(Block(kind="row", start=len(text), end=len(text) + len(line), level=1 if number == 0 else 2))
        text += f"{line}\n"
    return text, tuple(blocks)


def build(options: Options, context: Context) -> Reader:
    return MyReader(delimiter=options.delimiter)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="reader",
        name="my-reader",
        summary="Tables of comma-separated values, a row a block",
        config=Options,
        build=build,
        handles=(".csv",),
    )
