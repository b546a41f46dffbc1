"""Reads pairs out of what a model wrote, however it wrapped them: what cannot be read is counted, never fatal."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_QUESTION = ("question", "q", "Question", "query")
_ANSWER = ("answer", "a", "Answer", "response")
# a model that stopped in the middle of an object leaves both fields readable more often than not
_FIELDS = re.compile(
    r'"(?:question|q)"\s*:\s*(?P<question>"(?:[^"\\]|\\.)*")\s*,\s*"(?:answer|a)"\s*:\s*(?P<answer>"(?:[^"\\]|\\.)*")',
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Questions with their answers, and how many objects could not be read."""

    pairs: tuple[tuple[str, str], ...]
    unreadable: int


def read_reply(text: str) -> Reply:
    """Every pair in a reply, whether it stands in JSON lines, in a list, in a fenced block or among prose."""
    found: list[tuple[str, str]] = []
    unreadable = 0
    decoder = json.JSONDecoder(strict=False)
    position = text.find("{")
    while position >= 0:
        try:
            item, end = decoder.raw_decode(text, position)
        except (json.JSONDecodeError, RecursionError):
            unreadable, end = _salvaged(text, position, found, unreadable)
        else:
            pairs = list(_pairs(item))
            found += pairs
            unreadable += not pairs
        position = text.find("{", end)
    return Reply(pairs=tuple(dict.fromkeys(found)), unreadable=unreadable)


def _salvaged(text: str, start: int, found: list[tuple[str, str]], unreadable: int) -> tuple[int, int]:
    """Take the two fields of an object that is broken elsewhere; returns the count and where to go on."""
    stop = text.find("{", start + 1)
    match = _FIELDS.search(text, start, stop if stop >= 0 else len(text))
    if match is None:
        return unreadable + 1, start + 1
    found.append((_string(match["question"]), _string(match["answer"])))
    return unreadable, match.end()


def _string(literal: str) -> str:
    try:
        return str(json.loads(literal, strict=False))
    except json.JSONDecodeError:
        return literal.strip('"')


def _pairs(item: Any) -> Iterator[tuple[str, str]]:
    """The pairs in a decoded object; a model may nest them under a name of its own."""
    if isinstance(item, list):
        for each in item:
            yield from _pairs(each)
    elif isinstance(item, dict):
        question, answer = _first(item, _QUESTION), _first(item, _ANSWER)
        if question and answer:
            yield question, answer
        else:
            for each in item.values():
                yield from _pairs(each) if isinstance(each, (list, dict)) else ()


def _first(item: dict[str, Any], names: tuple[str, ...]) -> str:
    values = (item[name] for name in names if name in item)
    return next((str(value).strip() for value in values if isinstance(value, (str, int, float))), "")
