"""The steep.toml that `steep init` writes: made from the config model, so that it cannot fall behind it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from steep.workspace.config import Config, ProfileSpec
from steep.workspace.sections import NamedSpec, PartSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic.fields import FieldInfo

HEAD = """\
# What steep makes of the documents beside this file. Every key is listed with its default; those behind a # are
# only there to be seen. What a part named by `use` takes beside them, such as `threshold` of `extract`, is listed by
# `steep plugins list KIND`. `steep config check` checks the file, `steep config schema` prints its JSON schema.
"""

BEFORE_A_MODEL = "cascade"
_QUOTED_FIRST: Mapping[str, Any] = {
    "generator.use": BEFORE_A_MODEL,
    "generator.chat.use": "chat",
    "generator.chat.answerable": 0.6,  # what comes to it is what the reader doubts
    "tune.default.generator": "extract",  # in minutes; a language model takes hours
}
"""How a language model answers: on four sets of documents more was right so than by it, or by the reader, alone."""


def template(
    *,
    name: str,
    questions: str | None,
    readers: Sequence[str] = (),
    model: str | None = None,
    beside: Mapping[str, str] | None = None,
    quoting: Mapping[str, str | float] | None = None,
    trusting: Mapping[str, str | float] | None = None,
) -> str:
    """A steep.toml for a project of this name; only what has no good default is not commented out.

    ``readers`` are those that shall take part beside the ones that always do; ``model``, a part that needs no options,
    is the language model that answers where the quoting reader does not, and ``beside`` what is set together with it.
    ``quoting`` are options of that reader, the generator that answers by default, and ``trusting`` those of the one
    that lets the model answer, ``BEFORE_A_MODEL``.
    """
    chosen: dict[str, Any] = {"project.name": name, "measure.questions": questions}
    if model:
        chosen |= {f"model.{model}.use": model, **_QUOTED_FIRST, "generator.chat.model": model, **(beside or {})}
        chosen |= {f"generator.{key}": value for key, value in (trusting or {}).items()}
    if quoting:
        reader = Config().generator.use
        table = f"generator.{reader}" if model else "generator"
        chosen |= {f"{table}.use": reader, **{f"{table}.{key}": value for key, value in quoting.items()}}
    lines = [HEAD]
    for key, info in Config.model_fields.items():
        if key not in ("reader", "profile"):
            lines += [*_table(key, info, chosen), ""]
    lines += [
        "# Text, Markdown, HTML, PDF and DOCX are always read; other formats where their reader is named, with options",
        "# or without: [reader.NAME]. `steep plugins` lists readers, also installed ones.",
        *(f"[reader.{each if each.isidentifier() else json.dumps(each)}]" for each in readers),
        "",
        "# Profiles stand beside the four arms (base, rag, tuned, both), which always exist:",
        "# [profile.support]",
        *(_line(key, info) for key, info in ProfileSpec.model_fields.items()),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _table(key: str, info: FieldInfo, chosen: dict[str, Any]) -> Iterator[str]:
    default = info.get_default(call_default_factory=True)
    words = f"   # {info.description}" if info.description else ""
    if isinstance(default, PartSpec):
        yield f"[{key}]{words}"
        yield f"use = {_toml(chosen.get(f'{key}.use') or default.use)}"
        yield from _lines(key, default, chosen)
        yield from _further(key, chosen)
    elif any(each.startswith(f"{key}.") for each in chosen if each.endswith(".use")):
        yield from _named(key, words, chosen)
    elif not default:  # what there is none of: how it would be named
        table = {"[]": f"[[{key}]]", "{}": f"[{key}.NAME]"}.get(repr(default), f"[{key}]")
        yield f"# {table}{words}"
    elif isinstance(default, dict):
        for name, part in default.items():
            yield f"[{key}.{name}]{words}"
            if isinstance(part, PartSpec):
                yield f"use = {_toml(part.use)}"
            else:
                yield from _lines(f"{key}.{name}", part, chosen)
    elif isinstance(default, list):
        for part in default:
            yield f"[[{key}]]{words}"
            yield f"use = {_toml(part.use)}"
            yield from (_line(name, field) for name, field in type(part).model_fields.items() if name != "use")
    elif isinstance(default, BaseModel):
        yield f"[{key}]{words}"
        yield from _lines(key, default, chosen)


def _named(key: str, words: str, chosen: dict[str, Any]) -> Iterator[str]:
    """Each table of a kind of which there may be several, under its name."""
    for dotted, use in chosen.items():
        table, _, rest = dotted.partition(".")
        if table == key and rest.endswith(".use"):
            yield f"[{key}.{rest.removesuffix('.use')}]{words}"
            yield f"use = {_toml(use)}"


def _further(key: str, chosen: dict[str, Any]) -> Iterator[str]:
    """The parts of a name of their own below a part's table."""
    for dotted, use in chosen.items():
        table, _, rest = dotted.rpartition(".")
        if table.startswith(f"{key}.") and rest == "use":
            options = {each: value for each, value in chosen.items() if each.startswith(f"{table}.") and each != dotted}
            yield f"[{table}]"
            yield f"use = {_toml(use)}"
            yield from (f"{each.removeprefix(f'{table}.')} = {_toml(value)}" for each, value in options.items())


def _lines(key: str, default: BaseModel, chosen: dict[str, Any]) -> Iterator[str]:
    """The keys of a table, and then the options that the part named by ``use`` is given beside them."""
    fields = type(default).model_fields
    for name, field in fields.items():
        value = chosen.get(f"{key}.{name}")
        if name != "use":
            yield f"{name} = {_toml(value)}" if value is not None else _line(name, field)
    for dotted, value in chosen.items():
        table, _, name = dotted.rpartition(".")
        if table == key and name not in fields:
            yield f"{name} = {_toml(value)}"


def _line(name: str, info: FieldInfo) -> str:
    """A key with its default and its meaning, behind a #; TOML has no word for a key that is not set."""
    default = info.get_default(call_default_factory=True)
    shown = f"{name}: not set" if default is None else f"{name} = {_toml(default)}"
    return f"# {shown}   # {info.description}"


def _toml(value: Any) -> str:
    if isinstance(value, NamedSpec) and not value.model_fields_set - {"use"} and not value.options:
        return json.dumps(value.use)
    if isinstance(value, PartSpec):
        inner = {"use": value.use, **value.options}
        return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in inner.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    return json.dumps(value)
