"""Finds plugins, keeps their offers, and builds parts by name.

Built-ins come first, from a list; then installed entry points of the group `steep`, sorted; then modules that
steep.toml names. A disabled plugin is never imported; a broken one is reported and the rest goes on.
Every offer is reachable as ``plugin:name``. A short name means the built-in if there is one, else the only other
offer; so installing a package never changes what an existing steep.toml means.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import logging
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pluggy

from steep.errors import (
    AmbiguousName,
    BadOptions,
    BrokenPlugin,
    MissingDependency,
    PluginNotFound,
    SteepError,
)
from steep.hooks.offers import Offer
from steep.hooks.specs import KINDS, Specs
from steep.validation import nearest, validated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from steep.hooks.offers import Context
    from steep.values import Stage, StageOutcome

GROUP = "steep"

# (plugin name, module); the order is the order in lists, and nothing else
BUILTINS: tuple[tuple[str, str], ...] = (
    ("readers", "steep_plugins.readers"),
    ("splitters", "steep_plugins.splitters"),
    ("embedders", "steep_plugins.embedders"),
    ("indexes", "steep_indexes"),
    ("retrievers", "steep_plugins.retrievers"),
    ("synthesizers", "steep_plugins.synthesizers"),
    ("formatters", "steep_plugins.formatters"),
    ("strategies", "steep_plugins.strategies"),
    ("generators", "steep_plugins.generators"),
    ("guardrails", "steep_plugins.guardrails"),
    ("metrics", "steep_plugins.metrics"),
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a plugin comes from: the distribution with its version, or a file named in steep.toml."""

    plugin: str
    distribution: str
    version: str
    builtin: bool = False

    def __str__(self) -> str:
        return f"`{self.plugin}` ({self.distribution} {self.version})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """An offer with its kind and origin."""

    kind: str
    offer: Offer[Any]
    origin: Origin

    @property
    def qualified(self) -> str:
        return f"{self.origin.plugin}:{self.offer.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A plugin that could not be adopted, and why."""

    origin: Origin
    error: BaseException


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which plugins may be imported. ``allow`` None means all; built-ins always load unless disabled."""

    allow: frozenset[str] | None = None
    disabled: frozenset[str] = frozenset()

    @classmethod
    def from_environment(cls, *, disabled: Iterable[str] = (), allow: Iterable[str] | None = None) -> Selection:
        """STEEP_PLUGINS=none loads no third-party plugin, STEEP_PLUGINS=a,b only these; it narrows ``allow``."""
        allowed = None if allow is None else frozenset(allow)
        named = os.environ.get("STEEP_PLUGINS")
        if named is not None:
            chosen = frozenset(word.strip() for word in named.split(",") if word.strip()) - {"none"}
            allowed = chosen if allowed is None else allowed & chosen
        return cls(allow=allowed, disabled=frozenset(disabled))

    def admits(self, origin: Origin) -> bool:
        if origin.plugin in self.disabled:
            return False
        return origin.builtin or self.allow is None or origin.plugin in self.allow


@dataclass(slots=True)
class Plugins:
    """The plugins of one process or one test; there is no global one."""

    selection: Selection = field(default_factory=Selection)
    strict: bool = False
    broken: list[Broken] = field(default_factory=list)
    skipped: list[Origin] = field(default_factory=list)
    _manager: pluggy.PluginManager = field(init=False)
    _origins: dict[str, Origin] = field(default_factory=dict)
    _table: dict[str, dict[str, Offered]] | None = None

    def __post_init__(self) -> None:
        self._manager = pluggy.PluginManager(GROUP)
        self._manager.add_hookspecs(Specs)

    @classmethod
    def discover(
        cls, selection: Selection | None = None, *, files: Iterable[str] = (), strict: bool = False
    ) -> Plugins:
        """The built-ins, the installed plugins, and the modules in the given files."""
        chosen = Selection.from_environment() if selection is None else selection
        plugins = cls(selection=chosen, strict=strict)
        version = importlib.import_module("steep").__version__
        for name, module in BUILTINS:
            origin = Origin(plugin=name, distribution="steep", version=version, builtin=True)
            plugins.load(lambda module=module: importlib.import_module(module), origin)  # type: ignore[misc]
        for origin, entry in _entry_points():
            plugins.load(entry.load, origin)
        for file in files:
            origin = Origin(plugin=_stem(file), distribution=file, version="local")
            plugins.load(lambda file=file: _module_from(file), origin)  # type: ignore[misc]
        return plugins

    def load(self, importer: Callable[[], object], origin: Origin) -> None:
        """Import a plugin and adopt it, unless it is not selected; what breaks is reported, not fatal."""
        if not self.selection.admits(origin):
            self.skipped.append(origin)
            return
        try:
            self.adopt(importer(), origin)
        except Exception as error:  # whatever a stranger's module raises
            self._report(origin, error)

    def adopt(self, plugin: object, origin: Origin) -> None:
        """Register a module or object as a plugin; raises BrokenPlugin for misspelt hooks or a taken name."""
        if origin.plugin in self._origins:
            taken = self._origins[origin.plugin]
            raise BrokenPlugin(f"the plugin name {origin} is already taken by {taken}; rename its entry point.")
        try:
            self._manager.register(plugin, origin.plugin)
            self._refuse_wrappers(plugin)
            self._manager.check_pending()
        except (pluggy.PluginValidationError, BrokenPlugin) as error:
            if self._manager.is_registered(plugin):
                self._manager.unregister(plugin)
            raise BrokenPlugin(f"the plugin {origin} breaks its contract: {error}") from error
        self._origins[origin.plugin] = origin
        self._table = None

    @property
    def origins(self) -> tuple[Origin, ...]:
        return tuple(self._origins.values())

    def offers(self, kind: str) -> tuple[Offered, ...]:
        """All offers of a kind: built-ins first, then by plugin name."""
        return tuple(self._offered(kind).values())

    def find(self, kind: str, name: str) -> Offered:
        """The offer that a name means; raises PluginNotFound, AmbiguousName or BrokenPlugin."""
        table = self._offered(kind)
        if name in table:
            return table[name]
        plugin, _, short = name.rpartition(":")
        if plugin:
            raise self._missing(kind, name, plugin)
        same = [each for each in table.values() if each.offer.name == short]
        builtin = [each for each in same if each.origin.builtin]
        if builtin or len(same) == 1:
            return (builtin or same)[0]
        if same:
            names = ", ".join(f"`{each.qualified}`" for each in same)
            raise AmbiguousName(f"several plugins offer a {kind} named {name!r}; write one of {names}.")
        raise self._missing(kind, name, "")

    def build(self, kind: str, name: str, options: Mapping[str, Any], context: Context, *, where: str) -> Any:
        """Build a part from its name and options; ``where`` says in errors which table they stand in."""
        offered = self.find(kind, name)
        wanted_by = f"{kind} `{offered.qualified}` of {offered.origin}"
        config = validated(offered.offer.config, options, where=f"{where} ({wanted_by})", error=BadOptions)
        try:
            return offered.offer.build(config, context)
        except SteepError:
            raise
        except ModuleNotFoundError as error:
            library = (error.name or "").partition(".")[0]
            raise MissingDependency(library=library, wanted_by=wanted_by) from error
        except Exception as error:
            raise BrokenPlugin(f"the {wanted_by} could not be built: {error!r}") from error

    def commands(self, cli: object) -> None:
        """Let plugins add commands; one that raises is reported."""
        for implementation in self._manager.hook.steep_commands.get_hookimpls():
            try:
                implementation.function(cli)
            except Exception as error:
                self._report(self._origins[implementation.plugin_name], error)

    def stage_started(self, stage: Stage) -> None:
        self._emit("steep_stage_started", {"stage": stage})

    def stage_finished(self, stage: Stage, outcome: StageOutcome) -> None:
        self._emit("steep_stage_finished", {"stage": stage, "outcome": outcome})

    def _emit(self, hook: str, arguments: Mapping[str, Any]) -> None:
        for implementation in getattr(self._manager.hook, hook).get_hookimpls():
            try:
                implementation.function(*(arguments[name] for name in implementation.argnames))
            except Exception as error:  # observers never stop the observed
                origin = self._origins[implementation.plugin_name]
                log.warning("the observer %s failed in %s: %r", origin, hook, error)

    def _offered(self, kind: str) -> dict[str, Offered]:
        if self._table is None:
            self._table = {each: dict(self._collect(each)) for each in KINDS}
        if kind not in self._table:
            raise PluginNotFound(f"there is no kind of part named {kind!r}; {nearest(kind, KINDS)}")
        return self._table[kind]

    def _collect(self, kind: str) -> Iterable[tuple[str, Offered]]:
        found: list[Offered] = []
        for implementation in getattr(self._manager.hook, KINDS[kind]).get_hookimpls():
            origin = self._origins[implementation.plugin_name]
            try:
                found += [_offered(kind, each, origin) for each in implementation.function()]
            except Exception as error:  # a generator hook raises here, outside pluggy
                self._report(origin, error)
        found.sort(key=lambda each: (not each.origin.builtin, each.origin.plugin))
        return ((each.qualified, each) for each in found)

    def _missing(self, kind: str, name: str, plugin: str) -> SteepError:
        for broken in self.broken:
            if broken.origin.plugin == plugin or not plugin:
                error = BrokenPlugin(
                    f"no {kind} named {name!r}; the plugin {broken.origin} could not be loaded: {broken.error!r}"
                )
                error.__cause__ = broken.error
                if plugin:
                    return error
        known = [each.offer.name for each in self._offered(kind).values()]
        return PluginNotFound(f"no installed plugin offers a {kind} named {name!r}; {nearest(name, known)}")

    def _refuse_wrappers(self, plugin: object) -> None:
        for hook in KINDS.values():
            for implementation in getattr(self._manager.hook, hook).get_hookimpls():
                if implementation.plugin is plugin and (implementation.wrapper or implementation.hookwrapper):
                    raise BrokenPlugin(f"`{hook}` collects offers and takes no wrappers")

    def _report(self, origin: Origin, error: BaseException) -> None:
        if self.strict:
            raise BrokenPlugin(f"the plugin {origin} could not be loaded: {error!r}") from error
        self.broken.append(Broken(origin=origin, error=error))
        log.warning("the plugin %s could not be loaded and is left out: %r", origin, error)


def _offered(kind: str, item: object, origin: Origin) -> Offered:
    if not isinstance(item, Offer):
        raise TypeError(f"`{KINDS[kind]}` must yield offers made by steep.offer(…), not {item!r}")
    return Offered(kind=kind, offer=item, origin=origin)


def _entry_points() -> list[tuple[Origin, importlib.metadata.EntryPoint]]:
    found = []
    for entry in importlib.metadata.entry_points(group=GROUP):
        name, version = (entry.dist.name, entry.dist.version) if entry.dist else ("unknown", "0")
        found.append((Origin(plugin=entry.name, distribution=name, version=version), entry))
    return sorted(found, key=lambda pair: (pair[0].distribution, pair[0].plugin))


def _stem(file: str) -> str:
    return file.replace("\\", "/").rpartition("/")[2].removesuffix(".py").replace("_", "-")


def _module_from(file: str) -> object:
    import importlib.util

    spec = importlib.util.spec_from_file_location(_stem(file).replace("-", "_"), file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
