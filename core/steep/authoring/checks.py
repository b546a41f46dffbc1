"""What every plugin must keep, checked without building anything: `steep plugins check`.

It loads; it has hooks; each offer says what it is; its options are strict, their defaults valid, their schema
exportable; no option takes a key that steep.toml needs itself; and importing it loads nothing heavy and prints nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from steep.authoring.lightness import measure_imports
from steep.errors import PluginNotFound
from steep.kinds import KINDS
from steep.validation import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.hooks import Offer, Origin, Plugins


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """``offer`` is the qualified name, or empty where the whole plugin is concerned."""

    plugin: str
    offer: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One plugin after its checks; ``required`` lists the options without a default, by offer."""

    plugin: str
    distribution: str
    version: str
    offers: tuple[str, ...]
    required: dict[str, tuple[str, ...]]
    milliseconds: float | None
    problems: tuple[Problem, ...]


def check_plugins(plugins: Plugins, name: str | None = None, *, files: Sequence[str] = ()) -> tuple[Checked, ...]:
    """Check every plugin, or the one with this plugin or distribution name; ``files`` are the local ones."""
    for kind in KINDS:
        plugins.offers(kind)  # a hook that raises is known as broken from here on
    broken = {each.origin: each.said for each in plugins.broken}
    known = list(dict.fromkeys([*plugins.origins, *broken]))
    chosen = [each for each in known if name is None or name in (each.plugin, each.distribution)]
    if not chosen:
        raise _unknown(plugins, name or "", known)
    imports = measure_imports([each for each in chosen if each not in broken], files=files)
    checked = []
    for origin in chosen:
        if origin in broken:
            found = [Problem(plugin=origin.plugin, offer="", message=f"cannot be loaded: {broken[origin]}")]
            checked.append(_checked(plugins, origin, None, found))
            continue
        found = [*_problems(plugins, origin)]
        found += [Problem(plugin=origin.plugin, offer="", message=each) for each in imports[origin].problems]
        checked.append(_checked(plugins, origin, imports[origin].milliseconds, found))
    return tuple(checked)


def offer_problems(offer: Offer[Any]) -> Iterator[str]:
    """What is wrong with an offer, in sentences; nothing where it is right."""
    if not offer.summary.strip() or "\n" in offer.summary.strip():
        yield "the summary must be one line that says what it is"
    yield from _handles_problems(offer.kind, offer.handles)
    if not (isinstance(offer.config, type) and issubclass(offer.config, BaseModel)):
        yield f"config must be a pydantic model, not {offer.config!r}"
        return
    if offer.config.model_config.get("extra") != "forbid":
        yield f'the config {offer.config.__name__} must be declared with extra="forbid", or misspelt options pass'
    for key in KINDS[offer.kind].reserved:
        if key in _keys(offer.config):
            yield f"the option `{key}` cannot be given: steep.toml uses that key itself; rename it"
    yield from _default_problems(offer.config)
    try:
        offer.config.model_json_schema()
    except Exception as error:
        yield f"the options have no JSON schema: {str(error).splitlines()[0]}"


def required_options(offer: Offer[Any]) -> tuple[str, ...]:
    """The keys without which the part cannot be built."""
    return tuple(field.alias or name for name, field in offer.config.model_fields.items() if field.is_required())


def _handles_problems(kind: str, handles: tuple[str, ...]) -> Iterator[str]:
    if kind == "reader" and not handles:
        yield 'a reader must say which suffixes it takes: handles=(".csv",)'
    if kind != "reader" and handles:
        yield f"only readers have `handles`, not a {kind}"
    for suffix in handles:
        if not re.fullmatch(r"(\.[a-z0-9_+-]+)+", suffix):
            yield f"a suffix in `handles` is a dot and lower-case letters, not {suffix!r}"


def _default_problems(config: type[BaseModel]) -> Iterator[str]:
    """Pydantic takes defaults on trust; a user who writes the default out must not get an error."""
    defaults = {
        field.alias or name: field.get_default(call_default_factory=True)
        for name, field in config.model_fields.items()
        if not field.is_required()
    }
    try:
        config.model_validate(defaults)
    except ValidationError as error:
        for item in error.errors(include_url=False):
            if item["type"] != "missing":
                yield f"the default of `{'.'.join(map(str, item['loc']))}` is not valid: {item['msg']}"


def _keys(config: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in config.model_fields.items()}


def _problems(plugins: Plugins, origin: Origin) -> Iterator[Problem]:
    if not plugins.hooks_of(origin):
        message = "has no hooks: is a `@hookimpl` missing, or does the entry point name another module?"
        yield Problem(plugin=origin.plugin, offer="", message=message)
    for kind in KINDS:
        for each in plugins.offers(kind):
            if each.origin == origin:
                for message in offer_problems(each.offer):
                    yield Problem(plugin=origin.plugin, offer=each.qualified, message=message)


def _checked(plugins: Plugins, origin: Origin, milliseconds: float | None, problems: list[Problem]) -> Checked:
    mine = [each for kind in KINDS for each in plugins.offers(kind) if each.origin == origin]
    required = {each.qualified: required_options(each.offer) for each in mine if isinstance(each.offer.config, type)}
    return Checked(
        plugin=origin.plugin,
        distribution=origin.distribution,
        version=origin.version,
        offers=tuple(each.qualified for each in mine),
        required={name: keys for name, keys in required.items() if keys},
        milliseconds=milliseconds,
        problems=tuple(problems),
    )


def _unknown(plugins: Plugins, name: str, known: list[Origin]) -> PluginNotFound:
    if any(name in (each.plugin, each.distribution) for each in plugins.skipped):
        return PluginNotFound(
            f"the plugin {name!r} is installed but not admitted; look at [plugins] in steep.toml and at STEEP_PLUGINS."
        )
    return PluginNotFound(f"no plugin named {name!r} is installed; {nearest(name, [each.plugin for each in known])}")
