"""The reader `json`: data as its keys and values, one line each; lists of like objects as tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from steep.errors import SourceError
from steep.values import Document
from steep_plugins.readers.composing import Composer, one_line
from steep_plugins.readers.decoding import decoded, empty
from steep_plugins.readers.grids import Cell, grid_of
from steep_plugins.readers.titles import from_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Source

_DEEPEST = 60
_WIDEST = 30  # columns of a table: objects with more keys are said key by key


class JsonReader:
    """Of .jsonl each line is a value; where it has keys such as title and text, they are read like any other."""

    def read(self, source: Source) -> Document:
        text = decoded(source.data, source.path)
        try:
            value = _lines(text) if source.path.lower().endswith((".jsonl", ".ndjson")) else json.loads(text)
        except (ValueError, RecursionError) as error:
            raise SourceError(f"{source.path} is not JSON ({error}); mend it, or exclude it in steep.toml.",
                              path=source.path) from error  # fmt: skip
        composer = Composer()
        _write(composer, value, "", 1)
        if not composer.blocks:
            raise empty(source.path)
        title = value.get("title") if isinstance(value, dict) else None
        return Document(
            path=source.path,
            text=composer.text,
            title=one_line(title)[:200] if isinstance(title, str) and title.strip() else from_path(source.path),
            blocks=tuple(composer.blocks),
        )


def _lines(text: str) -> list[Any]:
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                found.append(json.loads(line))
            except ValueError as error:
                raise ValueError(f"line {number}: {error}") from error
    return found


def _write(composer: Composer, value: Any, name: str, depth: int) -> None:
    if depth > _DEEPEST:
        composer.paragraph(_said(name, json.dumps(value, ensure_ascii=False)))
    elif isinstance(value, dict):
        _object(composer, value, name, depth)
    elif isinstance(value, list):
        _list(composer, value, name, depth)
    else:
        composer.paragraph(_said(name, _scalar(value)))


def _object(composer: Composer, value: dict[str, Any], name: str, depth: int) -> None:
    if name:
        composer.heading(min(depth, 6), name)
    plain = [(key, each) for key, each in value.items() if not isinstance(each, (dict, list))]
    lines = [_said(str(key), _scalar(each)) for key, each in plain if _scalar(each)]
    long = [line for line in lines if len(line) > 300]
    composer.paragraph("\n".join(line for line in lines if line not in long))
    for line in long:
        composer.paragraph(line)
    for key, each in value.items():
        if isinstance(each, (dict, list)) and each:
            _write(composer, each, str(key), depth + bool(name))


def _list(composer: Composer, value: list[Any], name: str, depth: int) -> None:
    keys = list(dict.fromkeys(_keys(value)))
    if keys and len(keys) <= _WIDEST and len(value) > 1 and all(_is_flat(each) for each in value):
        if name:
            composer.heading(min(depth, 6), name)
        rows = [[Cell(words=key) for key in keys]]
        rows += [[Cell(words=_scalar(each.get(key))) for key in keys] for each in value]
        composer.end_table()
        composer.table(grid_of(rows, headers=1))
        composer.end_table()
    elif all(not isinstance(each, (dict, list)) for each in value):
        composer.paragraph(f"{name}:" if name else "")
        for each in value:
            composer.item(1, "-", _scalar(each))
    else:
        for number, each in enumerate(value, 1):
            _write(composer, each, f"{name} {number}".strip(), depth)


def _keys(value: list[Any]) -> Iterator[str]:
    for each in value:
        if isinstance(each, dict):
            yield from map(str, each)


def _is_flat(each: Any) -> bool:
    """An object of short values alone."""
    return isinstance(each, dict) and all(
        not isinstance(one, (dict, list)) and len(_scalar(one)) <= 200 for one in each.values()
    )


def _said(name: str, words: str) -> str:
    return f"{name}: {words}" if name else words


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).encode("utf-8", "replace").decode("utf-8").replace("\x00", " ")
