"""The laws of what a plugin module offers, whatever its kinds. Subclass ``OfferContract`` and name the module."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from steep.authoring.checks import offer_problems, required_options
from steep.authoring.lightness import measure_module
from steep.authoring.listing import options_of
from steep.errors import BadOptions
from steep.hooks import Context, Origin, Plugins, Selection
from steep.kinds import KINDS

if TYPE_CHECKING:
    from types import ModuleType

    from steep.hooks import Offered

__all__ = ["OfferContract"]


class OfferContract:
    """Override the fixture ``module``: the module that has the hooks."""

    @pytest.fixture
    def module(self) -> ModuleType:
        raise NotImplementedError("override the fixture `module` to return the module with your hooks")

    @pytest.fixture
    def plugins(self, module: ModuleType) -> Plugins:
        """A strict manager that knows this plugin only."""
        plugins = Plugins(selection=Selection(), strict=True)
        plugins.adopt(module, Origin(plugin="under-test", distribution=module.__name__, version="0"))
        return plugins

    @pytest.fixture
    def offered(self, plugins: Plugins) -> tuple[Offered, ...]:
        return tuple(each for kind in KINDS for each in plugins.offers(kind))

    def test_the_module_has_hooks_that_steep_knows(self, plugins: Plugins) -> None:
        """A function named like a hook is not one without ``@hookimpl``."""
        assert plugins.hooks_of(plugins.origins[0]), "no hook found: is a `@hookimpl` missing?"

    def test_every_offer_is_sound(self, offered: tuple[Offered, ...]) -> None:
        """A one-line summary; strict options with valid defaults and a schema; no key that steep.toml uses itself."""
        found = {each.qualified: list(offer_problems(each.offer)) for each in offered}
        assert {name: problems for name, problems in found.items() if problems} == {}

    def test_options_can_be_shown_as_json(self, offered: tuple[Offered, ...]) -> None:
        for each in offered:
            assert json.loads(json.dumps(options_of(each.offer))) == options_of(each.offer)

    def test_a_misspelt_option_is_refused_before_anything_is_built(
        self, plugins: Plugins, offered: tuple[Offered, ...]
    ) -> None:
        for each in offered:
            with pytest.raises(BadOptions, match="unknown key `no-such-option`"):
                plugins.build(each.kind, each.qualified, {"no-such-option": 1}, Context(), where="steep.toml")

    def test_a_missing_option_is_named(self, plugins: Plugins, offered: tuple[Offered, ...]) -> None:
        for each in offered:
            for key in required_options(each.offer):
                with pytest.raises(BadOptions, match=f"`{key}` is missing"):
                    plugins.build(each.kind, each.qualified, {}, Context(), where="steep.toml")

    def test_asking_twice_gives_the_same_offers(self, module: ModuleType, offered: tuple[Offered, ...]) -> None:
        again = Plugins(selection=Selection(), strict=True)
        again.adopt(module, Origin(plugin="under-test", distribution=module.__name__, version="0"))
        names = [(each.kind, each.offer.name) for kind in KINDS for each in again.offers(kind)]
        assert names == [(each.kind, each.offer.name) for each in offered]

    def test_importing_the_module_is_light(self, module: ModuleType) -> None:
        """Measured in a process of its own: no heavy library is loaded, nothing is printed."""
        assert measure_module(module.__name__).problems == ()
