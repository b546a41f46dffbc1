from __future__ import annotations

import types

import pytest

from steep import hookimpl
from steep.hooks import Origin, Plugins, Selection
from steep.hooks.discovery import BUILTINS


@pytest.fixture
def adopted():
    """A manager with one plugin that has the given offers."""

    def make(*offers, name="one"):
        module = types.ModuleType(name)
        module.steep_offers = hookimpl(lambda: list(offers))
        plugins = Plugins(selection=Selection())
        plugins.adopt(module, Origin(plugin=name, distribution=f"steep-{name}", version="1.2"))
        return plugins

    return make


@pytest.fixture
def local(tmp_path):
    """A manager with one local file, and the file."""

    def make(source, name="house.py"):
        file = tmp_path / name
        file.write_text(source, "utf-8")
        selection = Selection(allow=frozenset({file.stem}), disabled=frozenset(name for name, _ in BUILTINS))
        return Plugins.discover(selection, files=[str(file)]), [str(file)]

    return make
