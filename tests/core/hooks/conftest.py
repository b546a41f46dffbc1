from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING

import pytest

from steep import hookimpl, offer
from steep.hooks import Origin, Plugins, Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Flag:
    """A part that only knows who made it."""

    def __init__(self, maker: str, options: object) -> None:
        self.maker = maker
        self.options = options


@pytest.fixture
def plugins() -> Plugins:
    """A manager without any plugin, whatever is installed here."""
    return Plugins(selection=Selection())


@pytest.fixture
def plugin() -> Callable[..., object]:
    """Makes a plugin that offers metrics with the given names."""

    def make(maker: str, *names: str, **more: object) -> object:
        def steep_offers() -> Iterator[object]:
            for name in names:
                yield offer(
                    kind="metric", name=name, summary=f"{name} by {maker}", build=lambda o, c: Flag(maker, o), **more
                )

        module = types.ModuleType(maker.replace("-", "_"))
        module.steep_offers = hookimpl(steep_offers)
        return module

    return make


@pytest.fixture
def origin() -> Callable[..., Origin]:
    def make(name: str, *, builtin: bool = False, version: str = "1.2") -> Origin:
        return Origin(plugin=name, distribution=f"steep-{name}", version=version, builtin=builtin)

    return make


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Lays out an installed distribution: its modules, and a dist-info with its entry points, on sys.path."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delenv("STEEP_PLUGINS", raising=False)
    before = set(sys.modules)

    def make(name: str, *, entry_points: dict[str, str], modules: dict[str, str], version: str = "1.2") -> Path:
        for module, source in modules.items():
            (site / f"{module}.py").write_text(source, "utf-8")
        info = site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")
        lines = [f"{point} = {target}" for point, target in entry_points.items()]
        (info / "entry_points.txt").write_text("\n".join(["[steep]", *lines, ""]), "utf-8")
        return site

    yield make
    for module in set(sys.modules) - before:
        if str(getattr(sys.modules[module], "__file__", "")).startswith(str(site)):  # a library stays
            del sys.modules[module]
