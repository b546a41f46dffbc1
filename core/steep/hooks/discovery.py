"""Where plugins are looked for, without importing one.

Built-ins come first, from a list; then installed entry points of the group `steep`, sorted; then modules that
steep.toml names. What is found is the origin and a function that imports it; the manager calls it, or does not.
"""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import importlib.util
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.errors import BrokenPlugin
from steep.values import content_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

GROUP = "steep"
LOCAL = "local"  # the version of a module that steep.toml names

# (plugin name, module); the order is the order in lists, and nothing else
BUILTINS: tuple[tuple[str, str], ...] = (
    ("readers", "steep_plugins.readers"),
    ("splitters", "steep_plugins.splitters"),
    ("embedders", "steep_plugins.embedders"),
    ("indexes", "steep_indexes"),
    ("retrievers", "steep_plugins.retrievers"),
    ("rerankers", "steep_plugins.rerankers"),
    ("synthesizers", "steep_plugins.synthesizers"),
    ("filters", "steep_plugins.filters"),
    ("formatters", "steep_plugins.formatters"),
    ("strategies", "steep_plugins.strategies"),
    ("models", "steep_plugins.models"),
    ("generators", "steep_plugins.generators"),
    ("guardrails", "steep_plugins.guardrails"),
    ("languages", "steep_plugins.languages"),
    ("metrics", "steep_plugins.metrics"),
    ("routers", "steep_plugins.routers"),
    ("tools", "steep_plugins.tools"),
    ("rewriters", "steep_plugins.rewriters"),
    ("trackers", "steep_plugins.trackers"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a plugin comes from: the distribution with its version, or a file named in steep.toml."""

    plugin: str
    distribution: str
    version: str
    builtin: bool = False

    @property
    def local(self) -> bool:
        """Whether it is a file that steep.toml names."""
        return self.version == LOCAL

    def __str__(self) -> str:
        return f"`{self.plugin}` ({self.distribution} {self.version})"


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


def candidates(files: Iterable[str] = ()) -> Iterator[tuple[Origin, Callable[[], object]]]:
    """Every plugin that could be loaded, in the order of lists, with the function that imports it."""
    version = importlib.import_module("steep").__version__
    for name, module in BUILTINS:
        origin = Origin(plugin=name, distribution="steep", version=version, builtin=True)
        yield origin, functools.partial(importlib.import_module, module)
    for origin, entry in _entry_points():
        yield origin, functools.partial(_loaded, entry, version)
    for file in files:
        yield Origin(plugin=_stem(file), distribution=file, version=LOCAL), functools.partial(_module_from, file)


def _entry_points() -> list[tuple[Origin, importlib.metadata.EntryPoint]]:
    found = []
    for entry in importlib.metadata.entry_points(group=GROUP):
        name, version = (entry.dist.name, entry.dist.version) if entry.dist else ("unknown", "0")
        found.append((Origin(plugin=entry.name, distribution=name, version=version), entry))
    return sorted(found, key=lambda pair: (pair[0].distribution, pair[0].plugin))


def _loaded(entry: importlib.metadata.EntryPoint, version: str) -> object:
    """The plugin's module, unless its distribution says that it was made for another steep: pip may not have looked."""
    from packaging.requirements import InvalidRequirement, Requirement

    for line in (entry.dist.requires if entry.dist else None) or ():
        try:
            wanted = Requirement(line)
        except InvalidRequirement:
            continue
        applies = wanted.marker is None or wanted.marker.evaluate({"extra": ""})
        if wanted.name == "steep" and applies and not wanted.specifier.contains(version, prereleases=True):
            raise BrokenPlugin(
                f"it was made for steep {wanted.specifier}, and this is {version}; install its version for that"
            )
    return entry.load()


def _stem(file: str) -> str:
    return file.replace("\\", "/").rpartition("/")[2].removesuffix(".py").replace("_", "-")


def _module_from(file: str) -> object:
    """The module in a file, known to sys.modules: pydantic and dataclasses look annotations up there."""
    name = f"steep_local_{_stem(file).replace('-', '_')}_{content_id(file)[:8]}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
