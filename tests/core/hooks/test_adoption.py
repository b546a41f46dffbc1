"""What the manager takes in, what it refuses, and that a refused plugin leaves nothing behind."""

from __future__ import annotations

import logging
import types

import pytest

from steep import hookimpl, offer
from steep.errors import BrokenPlugin, PluginNotFound
from steep.hooks import Plugins, Selection, hookspec
from steep.hooks.specs import Specs


def module(**hooks):
    made = types.ModuleType("a_plugin")
    for name, function in hooks.items():
        setattr(made, name, hookimpl(function))
    return made


def test_a_misspelt_hook_is_refused_and_rolled_back(plugins, plugin, origin):
    misspelt = plugin("one", "clarity")

    def no_offers():
        return []

    misspelt.steep_offer = hookimpl(no_offers)
    with pytest.raises(BrokenPlugin, match=r"`one` \(steep-one 1.2\) breaks its contract: unknown hook 'steep_offer'"):
        plugins.adopt(misspelt, origin("one"))
    assert plugins.origins == ()
    assert plugins.offers("metric") == ()
    plugins.adopt(plugin("one", "clarity"), origin("one"))
    assert plugins.find("metric", "clarity")


def test_a_wrong_signature_is_refused_and_rolled_back(plugins, plugin, origin):
    wrong = plugin("one", "clarity")
    wrong.steep_commands = hookimpl(lambda cli, colour: None)
    with pytest.raises(BrokenPlugin, match="colour"):
        plugins.adopt(wrong, origin("one"))
    assert plugins.offers("metric") == ()
    plugins.adopt(plugin("one", "clarity"), origin("one"))
    assert plugins.find("metric", "clarity")


@pytest.mark.parametrize("hook", ["steep_offers", "steep_commands"])
@pytest.mark.parametrize("style", ["wrapper", "hookwrapper"])
def test_wrappers_are_refused_on_every_hook(plugins, plugin, origin, hook, style):
    def around():
        yield

    wrapping = plugin("one", "clarity")
    setattr(wrapping, hook, hookimpl(around, **{style: True}))
    with pytest.raises(BrokenPlugin, match=f"`{hook}` takes no wrappers"):
        plugins.adopt(wrapping, origin("one"))
    assert plugins.offers("metric") == ()
    assert plugins.origins == ()


def test_a_taken_plugin_name_is_refused_and_the_first_stays(plugins, plugin, origin):
    plugins.adopt(plugin("first", "clarity"), origin("one"))
    with pytest.raises(BrokenPlugin, match=r"already taken by `one` \(steep-one 1.2\); rename its entry point"):
        plugins.adopt(plugin("second", "depth"), origin("one", version="9"))
    assert [each.offer.name for each in plugins.offers("metric")] == ["clarity"]


def test_one_module_under_two_plugin_names_is_refused_and_the_first_stays(plugins, plugin, origin):
    same = plugin("first", "clarity")
    plugins.adopt(same, origin("one"))
    with pytest.raises(BrokenPlugin, match=r"the plugin `two` \(steep-two 1.2\) breaks its contract"):
        plugins.adopt(same, origin("two"))
    assert [each.qualified for each in plugins.offers("metric")] == ["one:clarity"]


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        (lambda: None, "must return or yield offers"),
        (lambda: ["clarity"], "must yield offers made by steep.offer"),
        (lambda: 1 / 0, "division by zero"),
        (
            lambda: (offer(kind="metric", name="Not Kebab", summary="x", build=print) for _ in range(1)),
            "lower-case words",
        ),
        (lambda: (offer(kind="metric", name="silent", summary="  ", build=print) for _ in range(1)), "has no summary"),
    ],
)
def test_a_plugin_that_raises_is_isolated_and_reported_with_its_provenance(plugins, plugin, origin, caplog, hook, said):
    plugins.adopt(module(steep_offers=hook), origin("broken", version="0.7"))
    plugins.adopt(plugin("fine", "clarity"), origin("fine"))
    with caplog.at_level(logging.WARNING, logger="steep"):
        assert [each.qualified for each in plugins.offers("metric")] == ["fine:clarity"]
    assert [str(each.origin) for each in plugins.broken] == ["`broken` (steep-broken 0.7)"]
    assert said in repr(plugins.broken[0].error)
    assert "`broken` (steep-broken 0.7)" in caplog.text


def test_a_plugin_that_raises_halfway_through_its_offers_gives_none_of_them(plugins, origin):
    def steep_offers():
        yield offer(kind="metric", name="clarity", summary="one", build=print)
        raise RuntimeError("halfway")

    plugins.adopt(module(steep_offers=steep_offers), origin("one"))
    assert plugins.offers("metric") == ()
    assert len(plugins.broken) == 1


def test_a_broken_plugin_is_reported_once_however_often_offers_are_collected(plugins, plugin, origin):
    plugins.adopt(module(steep_offers=lambda: 1 / 0), origin("broken"))
    plugins.offers("metric")
    plugins.adopt(plugin("fine", "clarity"), origin("fine"))
    plugins.offers("metric")
    assert len(plugins.broken) == 1


def test_strict_raises_what_is_otherwise_reported(origin):
    plugins = Plugins(selection=Selection(), strict=True)
    plugins.adopt(module(steep_offers=lambda: 1 / 0), origin("broken", version="0.7"))
    with pytest.raises(BrokenPlugin, match=r"`broken` \(steep-broken 0.7\) could not be loaded") as caught:
        plugins.offers("metric")
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_asking_for_something_of_a_broken_plugin_chains_the_cause(plugins, origin):
    def missing():
        raise ModuleNotFoundError("No module named 'ghostly'", name="ghostly")

    plugins.load(missing, origin("ghost"))
    with pytest.raises(
        BrokenPlugin, match=r"no metric named 'ghost:x'; the plugin `ghost` \(steep-ghost 1.2\)"
    ) as caught:
        plugins.find("metric", "ghost:x")
    assert isinstance(caught.value.__cause__, ModuleNotFoundError)


def test_asking_for_a_short_name_names_the_plugins_that_were_not_searched(origin):
    plugins = Plugins(selection=Selection(disabled=frozenset({"off"})))
    plugins.load(lambda: 1 / 0, origin("ghost"))
    plugins.load(lambda: pytest.fail("imported"), origin("off"))
    with pytest.raises(PluginNotFound, match=r"broken, so not searched: `ghost`.*not admitted.*`off`") as caught:
        plugins.find("metric", "clarity")
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_asking_for_something_of_a_disabled_plugin_says_where_it_is_disabled(origin):
    plugins = Plugins(selection=Selection(disabled=frozenset({"off"})))
    plugins.load(lambda: pytest.fail("imported"), origin("off"))
    with pytest.raises(PluginNotFound, match=r"`off` is installed but not admitted; look at \[plugins\]"):
        plugins.find("metric", "off:clarity")


def test_a_module_that_exits_when_imported_is_isolated_too(plugins, origin):
    def exits():
        raise SystemExit(3)

    plugins.load(exits, origin("quitter"))
    assert isinstance(plugins.broken[0].error, SystemExit)


def test_a_plugin_written_for_an_older_steep_is_told_what_became_of_its_hook(plugins, origin):
    with pytest.raises(BrokenPlugin, match=r"unknown hook 'steep_readers'.*all parts are offered by one hook"):
        plugins.adopt(module(steep_readers=lambda: iter(())), origin("old"))


def test_an_offer_of_an_unknown_kind_names_the_nearest(plugins, origin):
    plugins.adopt(
        module(steep_offers=lambda: [offer(kind="reeder", name="x", summary="x", build=print)]), origin("odd")
    )
    assert plugins.offers("reader") == ()
    assert "no kind of part named 'reeder'; did you mean `reader`?" in repr(plugins.broken[0].error)


def test_every_hook_has_a_docstring():
    hooks = [name for name in vars(Specs) if name.startswith("steep_")]
    assert hooks == ["steep_offers", "steep_commands"]
    assert all(vars(Specs)[name].__doc__ for name in hooks)
    assert callable(hookspec)


def test_calling_a_specification_is_an_error():
    with pytest.raises(NotImplementedError):
        Specs().steep_offers()
