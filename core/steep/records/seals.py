"""What tells a row that is not what was written: a checksum in each row of a file of records.

SQLite notices damage to how a file is laid out, and none to what is in it. The checksum also says which bit of a row
was flipped, where it was one, and so what was written. A server's database looks after itself: its rows have none.
"""

from __future__ import annotations

import struct
import zlib
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Float, Integer

from steep.records.bits import put_right

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Table

    Row = dict[str, Any]

SEAL = "seal"
_WIDTHS = (8, 16, 24, 32, 48, 64)  # bits that SQLite keeps an integer in


def seal_of(table: Table, row: Mapping[str, Any]) -> int:
    """The checksum of a row; columns that it lacks are those that the database fills in."""
    return zlib.crc32(b"".join([_bytes(kind, row.get(name, default)) for name, kind, default in _layout(table)]))


def is_whole(table: Table, row: Mapping[str, Any]) -> bool:
    """Whether a row is what was written; of one that was written without a checksum nobody knows."""
    try:
        return row[SEAL] is None or row[SEAL] == seal_of(table, row)
    except (TypeError, ValueError, OverflowError):  # a text for a number, or the like
        return False


def mended(table: Table, row: Mapping[str, Any]) -> Row | None:
    """A row as it was written, with one bit put right where that is wrong; None where more is. Texts may be bytes."""
    try:
        return _mended(table, row)
    except (TypeError, ValueError, OverflowError):  # a text for a number, or the like
        return None


def _mended(table: Table, row: Mapping[str, Any]) -> Row | None:
    seal = row[SEAL]
    if is_whole(table, row):
        return _text(dict(row))
    if (seal_of(table, row) ^ seal) in {1 << bit for bit in range(64)}:
        return _text({**row, SEAL: seal_of(table, row)})  # the checksum itself
    for name, kind, _ in _layout(table):
        for value in _near(name, kind, table, row):
            candidate = {**row, name: value}
            if seal_of(table, candidate) == seal:
                return _text(candidate)
    return None


@cache
def _layout(table: Table) -> tuple[tuple[str, str, str | None], ...]:
    """The name, sort and default of each column that is sealed: all but the seal, and a number that is given later."""
    found = []
    for column in table.c:
        if column.name == SEAL or (column.primary_key and column.autoincrement is not False):
            continue
        kind = "i" if isinstance(column.type, Integer) else "f" if isinstance(column.type, Float) else "t"
        default: Any = column.server_default
        found.append((column.name, kind, None if default is None else str(default.arg)))
    return tuple(found)


def _bytes(kind: str, value: Any) -> bytes:
    """A value so that none can be taken for another, nor for the end of one and the beginning of the next."""
    if value is None or value != value:  # what is no number is kept as nothing
        return b"-"
    if kind == "t":
        text = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        return b"t%d:%b" % (len(text), text)
    return b"i%d;" % int(value) if kind == "i" else b"f%b" % struct.pack(">d", float(value))


def _near(name: str, kind: str, table: Table, row: Mapping[str, Any]) -> Iterator[Any]:
    """The values that are a bit away from a row's, as far as they may be right."""
    value = row[name]
    if value is None:
        return
    if kind == "i":
        yield from {_signed(value ^ (1 << bit), width) for width in _WIDTHS for bit in range(width)} - {value}
    elif kind == "f":
        bits = int.from_bytes(struct.pack(">d", float(value)), "big")
        yield from (struct.unpack(">d", (bits ^ (1 << bit)).to_bytes(8, "big"))[0] for bit in range(64))
        if float(value).is_integer():  # it is kept as one
            yield from {_signed(int(value) ^ (1 << bit), width) for width in _WIDTHS for bit in range(width)}
    else:
        text = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        right = put_right(text, seal_of(table, row) ^ row[SEAL], behind=_behind(name, table, row))
        if right is not None:
            yield right


def _behind(name: str, table: Table, row: Mapping[str, Any]) -> int:
    """How many bytes the checksum counts behind a column."""
    layout = _layout(table)
    at = next(at for at, column in enumerate(layout) if column[0] == name)
    return sum(len(_bytes(kind, row[other])) for other, kind, _ in layout[at + 1 :])


def _signed(value: int, width: int) -> int:
    value &= (1 << width) - 1
    return value - (1 << width) if value >> (width - 1) else value


def _text(row: Row) -> Row | None:
    """The row with texts for bytes; None where they are none."""
    try:
        return {name: value.decode("utf-8") if isinstance(value, bytes) else value for name, value in row.items()}
    except UnicodeDecodeError:
        return None
