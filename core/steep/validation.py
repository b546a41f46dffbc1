"""Says what is wrong with a configuration in the words of the one who wrote it.

Pydantic finds the errors; this names the key, what stands there, and the nearest key that would be known.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from steep.errors import SteepError

M = TypeVar("M", bound=BaseModel)


def validated(
    model: type[M], data: Mapping[str, Any], *, where: str, error: type[SteepError], beside: Iterable[str] = ()
) -> M:
    """The model made of the data, or an error of the given type that names each wrong key below ``where``.

    ``beside`` are keys of the same table that belong to others, so that a misspelt one of them is recognized.
    """
    try:
        return model.model_validate(data)
    except ValidationError as problem:
        lines = [_line(model, dict(item), where, beside) for item in problem.errors(include_url=False)]
        raise error("\n".join(lines)) from None


_LISTED = 30
"""Known words that a message lists: more than there are kinds of parts, and far fewer than a folder has documents."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A clause that names the nearest known word, or lists the known ones; of very many the first."""
    names = sorted(known)
    within = [each for each in names if name and each.endswith(f"/{name}")]  # a file without its folder
    close = within if len(within) == 1 else difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    listed = ", ".join(f"`{each}`" for each in names[:_LISTED])
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"known are: {listed}{more}" if names else "there are none here"


def _line(model: type[BaseModel], item: dict[str, Any], where: str, beside: Iterable[str]) -> str:
    path = tuple(item["loc"])
    key = ".".join(str(part) for part in path)
    if item["type"] == "extra_forbidden":
        known = [*_keys(model, path[:-1]), *(beside if len(path) == 1 else ())]
        return f"{where}: unknown key `{key}`; {nearest(str(path[-1]), known)}"
    if item["type"] == "missing":
        return f"{where}: the key `{key}` is missing."
    found = repr(item.get("input"))
    shown = found if len(found) <= 120 else f"{found[:119]}…"
    return f"{where}: `{key or 'value'}` is {shown}: {_complaint(item['type'], item['msg'])}."


def _complaint(kind: str, message: str) -> str:
    """Pydantic's complaint; about what TOML has a word for, in that word."""
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        return "it should be a table of keys"
    if kind == "list_type":
        return "it should be a list, in square brackets"
    told = message.removeprefix("Value error, ")
    return f"{told[:1].lower()}{told[1:]}"


def _keys(model: type[BaseModel], path: tuple[Any, ...]) -> list[str]:
    """The keys known at a path below a model, followed through nested models, lists and mappings."""
    steps = iter(path)
    for part in steps:
        field = model.model_fields.get(str(part))
        if field is None:
            continue  # a place in a list, or a union's tag: the model stays
        inner = _model_in(field.annotation)
        if inner is None:
            return []
        model = inner
        if get_origin(field.annotation) is dict:
            next(steps, None)  # the user's own name in a mapping of models
    return [info.alias or name for name, info in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None
