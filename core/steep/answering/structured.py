"""Answers in JSON: whether one fits the schema that was asked for, and what of it speaks of the documents.

Whoever wrote it, a model that was held to the schema or one elsewhere that was only asked, it is checked here before it
leaves. Names of fields, and values that the schema lists (`enum`, `const`), are words of whoever asked: they stand in
no document, and neither do true, false and null.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from steep.errors import Misfit, Unable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Form", "Value", "listed", "values"]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"(?P<names>\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b')
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|[_\W]+")
_PLACES = (0, 1, 2)  # decimals that documents write an amount with
_LONGEST = 1.0  # seconds for one pattern and one text: some patterns would never come to an end


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value of a JSON text, and where it stands there; ``field`` is its field's name as words.

    ``words`` are what can be looked for in documents, in several spellings where it is a number; none where the value
    was only chosen: true, false, or one that the schema lists. One that is ``empty`` says nothing at all.
    """

    field: str
    words: tuple[str, ...]
    start: int
    end: int
    empty: bool = False


class Form:
    """A JSON schema that answers must fit; raises Unable for one that is none, or that refers to other places."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        from jsonschema import SchemaError
        from jsonschema.validators import validator_for
        from jsonschema_specifications import REGISTRY

        kind = validator_for(schema, default=_default())
        try:
            kind.check_schema(schema)
        except (SchemaError, RecursionError) as error:
            why = error.message if isinstance(error, SchemaError) else "it refers to itself without end"
            raise _unfit(schema, why) from error
        # nothing is fetched: a schema is a stranger's, and so are the addresses in it
        self._validator = _patient(kind, schema)(schema, registry=REGISTRY)
        self._schema = schema

    def check(self, text: str) -> None:
        """Raises Misfit, without the words of a text that nobody may see yet."""
        import regex
        from referencing.exceptions import Unresolvable

        try:
            said = json.loads(text, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise Misfit(
                "a JSON schema was asked for, and the model wrote something that is no JSON: its server does not seem "
                "to know schemas. Use one that does, or a model that runs here."
            ) from error
        try:
            fault = next(iter(self._validator.iter_errors(said)), None)
        except Unresolvable as error:
            raise _unfit(self._schema, "it refers to what does not stand in it") from error
        except (RecursionError, TimeoutError, regex.error) as error:
            raise _unfit(self._schema, "it cannot be checked in the time there is") from error
        if fault is not None:
            raise Misfit(
                f"a JSON schema was asked for, and what the model wrote does not fit it: {fault.json_path[:200]} is "
                f"not as its `{fault.validator}` says. Ask again, or use a model that is held to schemas."
            )


def listed(schema: Mapping[str, Any] | None) -> frozenset[str]:
    """The words and numbers that a schema lists for a value to be chosen from."""
    found: set[str] = set()
    open_: list[Any] = [schema]
    while open_:
        each = open_.pop()
        if isinstance(each, dict):
            choices = each.get("enum")
            found |= {str(one) for one in (*(choices if isinstance(choices, list) else ()), each.get("const"))}
            open_ += each.values()
        elif isinstance(each, list):
            open_ += each
    return frozenset(found)


def values(text: str, chosen: frozenset[str] = frozenset()) -> tuple[Value, ...] | None:
    """The values of a JSON text in order; None where it is none, or not yet."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return tuple(_values(text, chosen)) if isinstance(whole, dict | list) else None


def _values(text: str, chosen: frozenset[str]) -> Iterator[Value]:
    field = ""
    for found in _TOKEN.finditer(text):
        token = found[0]
        if found["names"]:
            field = " ".join(_WORDS.sub(" ", json.loads(token[: -len(found["names"])])).split())
            continue
        said = json.loads(token) if token.startswith('"') else token
        words = () if said in chosen or token in ("true", "false", "null") else _spelled(token, said)
        empty = token == "null" or not said.strip()
        yield Value(field=field, words=words, start=found.start(), end=found.end(), empty=empty)


def _spelled(token: str, said: str) -> tuple[str, ...]:
    """A text as it is; a number as documents may write it: 12.5 is 12.50 in most of them."""
    if token.startswith('"'):
        return (said,) if said.strip() else ()
    try:
        number = Decimal(token)
        spelled = [f"{number:.{places}f}" for places in _PLACES if round(number, places) == number]
    except (InvalidOperation, ValueError):
        return (token,)
    return tuple(dict.fromkeys((token, *spelled)))


def _default() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator


def _patient(kind: Any, schema: Mapping[str, Any]) -> Any:
    """The validator, which gives up where a stranger's pattern would take for ever."""
    from jsonschema.validators import extend

    changed: dict[str, Any] = {"pattern": _pattern}
    if "patternProperties" in json.dumps(schema):  # names of fields by patterns: left to the model
        changed |= dict.fromkeys(("patternProperties", "additionalProperties", "unevaluatedProperties"), _anything)
    return extend(kind, changed)


def _pattern(validator: Any, pattern: str, said: Any, schema: Any) -> Iterator[Any]:
    import regex
    from jsonschema import ValidationError

    if isinstance(said, str) and not regex.search(pattern, said, timeout=_LONGEST, concurrent=True):
        yield ValidationError("a pattern")


def _anything(validator: Any, wanted: Any, said: Any, schema: Any) -> tuple[Any, ...]:
    return ()


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _unfit(schema: Mapping[str, Any], why: str) -> Unable:
    shown = json.dumps(schema)[:120]
    return Unable(f"the JSON schema {shown!r} cannot be followed: {why[:300]}.", setting="schema")
