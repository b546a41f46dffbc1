"""Adopts plugins, keeps their offers, and builds parts by name.

A disabled plugin is never imported; a broken one is reported and the rest goes on.
Every offer is reachable as ``plugin:name``. A short name means the built-in if there is one, else the only other
offer; so installing a package never changes what an existing steep.toml means.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Iterable
from contextlib import redirect_stdout
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
from steep.hooks.discovery import GROUP, Origin, Selection, candidates
from steep.hooks.offers import Offer
from steep.hooks.specs import Specs
from steep.kinds import KINDS
from steep.validation import nearest, validated
from steep.wording import with_article

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from steep.hooks.offers import Context

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """An offer with its origin."""

    offer: Offer[Any]
    origin: Origin

    @property
    def kind(self) -> str:
        return self.offer.kind

    @property
    def qualified(self) -> str:
        return f"{self.origin.plugin}:{self.offer.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A plugin that could not be adopted, and why."""

    origin: Origin
    error: BaseException

    @property
    def said(self) -> str:
        """The error in a line, with what to do where that is known."""
        if isinstance(self.error, SteepError):
            return str(self.error)
        if isinstance(self.error, ModuleNotFoundError) and self.error.name:
            return f"{self.error!r}; install what has the module `{self.error.name.partition('.')[0]}`"
        return repr(self.error)


@dataclass(slots=True)
class Plugins:
    """The plugins of one process or one test; there is no global one.

    ``found`` are those that another process would find too: they are installed, or files that steep.toml names.
    """

    selection: Selection = field(default_factory=Selection)
    strict: bool = False
    broken: list[Broken] = field(default_factory=list)
    skipped: list[Origin] = field(default_factory=list)
    found: set[Origin] = field(default_factory=set)
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
        for origin, importer in candidates(files):
            plugins.found.add(origin)
            plugins.load(importer, origin)
        return plugins

    def load(self, importer: Callable[[], object], origin: Origin) -> None:
        """Import a plugin and adopt it, unless it is not selected; what breaks is reported, not fatal."""
        if not self.selection.admits(origin):
            self.skipped.append(origin)
            return
        try:
            with redirect_stdout(sys.stderr):  # stdout is the command's, which may be writing JSON
                plugin = importer()
            self.adopt(plugin, origin)
        except (Exception, SystemExit) as error:  # whatever a stranger's module raises
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
        except (pluggy.PluginValidationError, ValueError, BrokenPlugin) as error:
            if self._manager.get_plugin(origin.plugin) is plugin:
                self._manager.unregister(plugin)
            raise BrokenPlugin(f"the plugin {origin} breaks its contract: {error}{_moved(str(error))}") from error
        self._origins[origin.plugin] = origin
        self._table = None

    @property
    def origins(self) -> tuple[Origin, ...]:
        return tuple(self._origins.values())

    def offers(self, kind: str) -> tuple[Offered, ...]:
        """All offers of a kind: built-ins first, then by plugin name."""
        return tuple(self._offered(kind).values())

    def hooks_of(self, origin: Origin) -> tuple[str, ...]:
        """The names of the hooks that a plugin implements."""
        plugin = self._manager.get_plugin(origin.plugin)
        return tuple(sorted(each.name for each in self._manager.get_hookcallers(plugin) or ()))

    def find(self, kind: str, name: str) -> Offered:
        """The offer that a name means; raises PluginNotFound, AmbiguousName or BrokenPlugin."""
        same = self._meant(kind, name)
        if len(same) == 1:
            return same[0]
        if same:
            names = ", ".join(f"`{each.qualified}`" for each in same)
            raise AmbiguousName(f"several plugins offer {with_article(kind)} named {name!r}; write one of {names}.")
        raise self._missing(kind, name, name.rpartition(":")[0])

    def _meant(self, kind: str, name: str) -> list[Offered]:
        """The offers that a name may mean: a qualified one only itself, a short one the built-in or all others."""
        table = self._offered(kind)
        if name in table:
            return [table[name]]
        same = [each for each in table.values() if each.offer.name == name]
        return [each for each in same if each.origin.builtin] or same

    def build(
        self,
        kind: str,
        name: str,
        options: Mapping[str, Any],
        context: Context,
        *,
        where: str,
        beside: Iterable[str] = (),
    ) -> Any:
        """Build a part from its name and options; ``where`` says in errors which table they stand in.

        ``beside`` are keys of that table which are not the part's.
        """
        offered = self.find(kind, name)
        wanted_by = f"{kind} `{offered.qualified}` of {offered.origin}"
        try:
            place = f"{where} ({wanted_by})"
            config = validated(offered.offer.config, options, where=place, error=BadOptions, beside=beside)
            with redirect_stdout(sys.stderr):
                return offered.offer.build(config, context)
        except SteepError:
            raise
        except ModuleNotFoundError as error:
            library = (error.name or "").partition(".")[0]
            if library in ("", offered.offer.build.__module__.partition(".")[0]):  # its own module, not a library
                raise BrokenPlugin(f"the {wanted_by} could not be built: {error}") from error
            raise MissingDependency(library=library, wanted_by=wanted_by) from error
        except (Exception, SystemExit) as error:
            raise BrokenPlugin(f"the {wanted_by} could not be built: {error!r}") from error

    def commands(self, cli: object) -> None:
        """Let plugins add commands; one that raises, or takes the name of another command, is reported."""
        for implementation in self._manager.hook.steep_commands.get_hookimpls():
            before = _registered(cli)
            try:
                implementation.function(cli)
                _refuse_taken(cli, before)
            except (Exception, SystemExit) as error:
                self._report(self._origins[implementation.plugin_name], error)

    def _offered(self, kind: str) -> dict[str, Offered]:
        if kind not in KINDS:
            raise PluginNotFound(f"there is no kind of part named {kind!r}; {nearest(kind, KINDS)}")
        if self._table is None:
            self._table = self._collected()
        return self._table[kind]

    def _collected(self) -> dict[str, dict[str, Offered]]:
        """What every plugin offers, by kind and qualified name: all of a plugin's offers or, if one is wrong, none."""
        found: list[Offered] = []
        for implementation in self._manager.hook.steep_offers.get_hookimpls():
            origin = self._origins[implementation.plugin_name]
            try:
                with redirect_stdout(sys.stderr):
                    found += _offers_of(implementation.function(), origin)
            except (Exception, SystemExit) as error:  # a generator hook raises here, outside pluggy
                self._report(origin, error)
        found.sort(key=lambda each: (not each.origin.builtin, each.origin.plugin))
        return {kind: {each.qualified: each for each in found if each.offer.kind == kind} for kind in KINDS}

    def _missing(self, kind: str, name: str, plugin: str) -> SteepError:
        """Why nothing is found: its plugin is broken, it was not imported, or nobody offers such a thing."""
        suspects = [each for each in self.broken if plugin in ("", each.origin.plugin)]
        if plugin and suspects:
            broken = suspects[0]
            asked = f"no {kind} named {name!r}; the plugin {broken.origin} could not be loaded: {broken.said}"
            return _caused(BrokenPlugin(asked), broken.error)
        if any(each.plugin == plugin for each in self.skipped):
            return PluginNotFound(
                f"no {kind} named {name!r}: the plugin `{plugin}` is installed but not admitted; look at [plugins] "
                "`disabled` and `allow` in steep.toml, and at STEEP_PLUGINS."
            )
        table = self._offered(kind)
        for each in table.values():
            if name in each.offer.formerly:
                return PluginNotFound(f"there is no {kind} named {name!r} any more: {each.offer.formerly[name]}.")
        clause = nearest(name, table if plugin else [each.offer.name for each in table.values()])
        message = f"no installed plugin offers {with_article(kind)} named {name!r}; {clause}"
        hookless = [each for each in self.origins if not each.builtin and not self.hooks_of(each)]
        suspected = (
            ("broken", [each.origin for each in suspects]),
            ("not admitted", self.skipped),
            ("without a `@hookimpl`", hookless),
        )
        for word, origins in suspected:
            if origins and not plugin:
                message += f" ({word}, so not searched: {', '.join(str(each) for each in origins)})"
        return _caused(PluginNotFound(message), suspects[0].error if len(suspects) == 1 else None)

    def _refuse_wrappers(self, plugin: object) -> None:
        for hook in vars(self._manager.hook).values():
            for implementation in hook.get_hookimpls():
                if implementation.plugin is plugin and (implementation.wrapper or implementation.hookwrapper):
                    raise BrokenPlugin(f"`{hook.name}` takes no wrappers; what is used is named in steep.toml")

    def _report(self, origin: Origin, error: BaseException) -> None:
        if self.strict:
            raise BrokenPlugin(f"the plugin {origin} could not be loaded: {error!r}") from error
        if any(each.origin == origin and repr(each.error) == repr(error) for each in self.broken):
            return  # known from when the offers were last collected
        found = Broken(origin=origin, error=error)
        self.broken.append(found)
        log.warning("the plugin %s could not be loaded and is left out: %s", origin, found.said)
        if os.environ.get("STEEP_DEBUG"):
            traceback.print_exception(error)


def _offers_of(items: object, origin: Origin) -> list[Offered]:
    if not isinstance(items, Iterable):
        raise TypeError(f"`steep_offers` must return or yield offers made by steep.offer(…), not {items!r}")
    found: dict[tuple[str, str], Offered] = {}
    for item in items:
        if not isinstance(item, Offer):
            raise TypeError(f"`steep_offers` must yield offers made by steep.offer(…), not {item!r}")
        if (item.kind, item.name) in found:
            raise ValueError(f"`steep_offers` offers the {item.kind} {item.name!r} twice")
        found[item.kind, item.name] = Offered(offer=item, origin=origin)
    return list(found.values())


def _registered(cli: object) -> list[Any]:
    """The commands and groups of a typer application."""
    return [*getattr(cli, "registered_commands", ()), *getattr(cli, "registered_groups", ())]


def _refuse_taken(cli: object, before: list[Any]) -> None:
    """Take out again what has the name of a command that was there: a plugin adds commands, and replaces none."""
    taken = {_command_name(each) for each in before}
    new = [each for each in _registered(cli) if each not in before]
    clashing = [each for each in new if _command_name(each) in taken]
    for each in clashing:
        for registered in (cli.registered_commands, cli.registered_groups):  # type: ignore[attr-defined]
            registered[:] = [other for other in registered if other is not each]
    if clashing:
        names = ", ".join(f"`{_command_name(each)}`" for each in clashing)
        raise BrokenPlugin(f"it adds the command {names}, which there is already; give it another name")


def _command_name(registered: Any) -> str:
    if isinstance(registered.name, str):
        return registered.name
    return str(getattr(registered.callback, "__name__", "")).lower().replace("_", "-")


def _moved(complaint: str) -> str:
    """What became of the hooks of 0.1, for a plugin that was written for it."""
    if "unknown hook 'steep_" not in complaint:
        return ""
    return (
        '. Since 0.2 all parts are offered by one hook, `steep_offers`, which yields `offer(kind="reader", …)`; '
        "what watched stages is offered as a tracker"
    )


def _caused(error: SteepError, cause: BaseException | None) -> SteepError:
    error.__cause__ = cause
    return error
