"""Files of JSON Lines, also gzipped, read with one clear error for the first line that is wrong."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from steep.errors import DatasetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

M = TypeVar("M", bound=BaseModel)


def read_lines(file: Path, model: Callable[[dict[str, Any]], M], *, asked_by: str, option: str = "file") -> Iterator[M]:
    """Each line as what ``model`` makes of it; ``option`` of the strategy ``asked_by`` names the file.

    Raises DatasetError where the file cannot be read, holds no line, or has one that ``model`` refuses (ValueError).
    """
    named, found = f"`{option}` of the strategy `{asked_by}`", False
    for number, line in enumerate(_text(file, named).split("\n"), start=1):  # JSON may hold other line breaks
        if not line.strip():
            continue
        found = True
        try:
            value = json.loads(line)
            if not isinstance(value, dict):
                raise ValueError(f"expected an object, found {type(value).__name__}")
            yield model(value)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the row"
            raise DatasetError(f"{file}, line {number}: {where}: {first['msg']}.") from None
        except ValueError as error:
            raise DatasetError(f"{file}, line {number}: {error}.") from None
    if not found:
        raise DatasetError(f"{named} names {file}, which holds no rows; write one JSON object a line.")


def _text(file: Path, named: str) -> str:
    try:
        data = file.read_bytes()
        return (gzip.decompress(data) if file.suffix == ".gz" else data).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise DatasetError(f"{named} names {file}, which cannot be read ({error}).") from None
