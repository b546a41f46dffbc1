"""Which part a name means: the built-in, the only other one, or an error that lists them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.errors import AmbiguousName, BrokenPlugin, PluginNotFound
from steep.hooks import Context, Origin, Plugins, Selection


def test_a_builtin_keeps_its_short_name_when_a_third_party_offers_the_same(plugins, plugin, origin):
    plugins.adopt(plugin("stranger", "overlap"), origin("aaa-stranger"))
    plugins.adopt(plugin("ours", "overlap"), origin("metrics", builtin=True))
    assert plugins.find("metric", "overlap").origin.plugin == "metrics"
    assert plugins.find("metric", "aaa-stranger:overlap").origin.plugin == "aaa-stranger"
    built = plugins.build("metric", "aaa-stranger:overlap", {}, Context(), where="steep.toml, [metric]")
    assert built.maker == "stranger"


def test_the_only_third_party_offer_has_its_short_name(plugins, plugin, origin):
    plugins.adopt(plugin("stranger", "clarity"), origin("stranger"))
    assert plugins.find("metric", "clarity").qualified == "stranger:clarity"


def test_two_third_parties_make_a_short_name_ambiguous(plugins, plugin, origin):
    plugins.adopt(plugin("one", "clarity"), origin("one"))
    plugins.adopt(plugin("two", "clarity"), origin("two"))
    with pytest.raises(AmbiguousName, match=r"metric named 'clarity'; write one of `one:clarity`, `two:clarity`"):
        plugins.find("metric", "clarity")
    assert plugins.find("metric", "two:clarity").origin.plugin == "two"


def test_an_unknown_name_suggests_the_nearest(plugins, plugin, origin):
    plugins.adopt(plugin("one", "clarity", "brevity"), origin("one"))
    with pytest.raises(PluginNotFound, match=r"metric named 'clarty'; did you mean `clarity`\?"):
        plugins.find("metric", "clarty")


def test_an_unknown_name_of_a_known_plugin_suggests_a_qualified_one(plugins, plugin, origin):
    plugins.adopt(plugin("one", "clarity"), origin("one"))
    with pytest.raises(PluginNotFound, match="did you mean `one:clarity`"):
        plugins.find("metric", "one:clarty")


def test_an_unknown_name_among_none_says_so(plugins):
    with pytest.raises(PluginNotFound, match="metric named 'clarity'; there are none here"):
        plugins.find("metric", "clarity")


def test_an_unknown_kind_suggests_the_nearest(plugins):
    with pytest.raises(PluginNotFound, match=r"no kind of part named 'metrics'; did you mean `metric`\?"):
        plugins.offers("metrics")


def test_the_same_name_may_stand_in_two_kinds(plugins, origin):
    from steep import hookimpl, offer

    class Both:
        @hookimpl
        def steep_offers(self):
            yield offer(kind="metric", name="plain", summary="a metric", build=lambda o, c: "metric")
            yield offer(kind="guardrail", name="plain", summary="a guardrail", build=lambda o, c: "guardrail")

    plugins.adopt(Both(), origin("both"))
    assert plugins.build("metric", "plain", {}, Context(), where="here") == "metric"
    assert plugins.build("guardrail", "plain", {}, Context(), where="here") == "guardrail"


def test_a_plugin_that_offers_a_name_twice_is_reported(plugins, plugin, origin):
    plugins.adopt(plugin("one", "clarity", "clarity"), origin("one"))
    assert plugins.offers("metric") == ()
    assert "`steep_offers` offers the metric 'clarity' twice" in repr(plugins.broken[0].error)


def test_offers_are_listed_builtins_first_then_by_plugin(plugins, plugin, origin):
    for name, builtin in (("zeta", False), ("metrics", True), ("alpha", False)):
        plugins.adopt(plugin(name, f"{name}-b", f"{name}-a"), origin(name, builtin=builtin))
    assert [each.qualified for each in plugins.offers("metric")] == [
        "metrics:metrics-b",
        "metrics:metrics-a",
        "alpha:alpha-b",
        "alpha:alpha-a",
        "zeta:zeta-b",
        "zeta:zeta-a",
    ]


@given(
    offers=st.dictionaries(
        st.sampled_from(["alpha", "beta", "gamma", "delta"]),
        st.frozensets(st.sampled_from(["bleu", "clarity", "depth"]), min_size=1),
    ),
    order=st.randoms(use_true_random=False),
)
def test_the_order_of_adoption_never_matters(offers, order):
    from steep import hookimpl, offer

    def adopted(names):
        plugins = Plugins(selection=Selection())
        for name in names:

            class Module:
                offered = sorted(offers[name])

                @hookimpl
                def steep_offers(self):
                    return [
                        offer(kind="metric", name=each, summary="one", build=lambda o, c: None) for each in self.offered
                    ]

            plugins.adopt(Module(), Origin(plugin=name, distribution=name, version="1"))
        return plugins

    shuffled = list(offers)
    order.shuffle(shuffled)
    first, second = adopted(sorted(offers)), adopted(shuffled)
    assert [each.qualified for each in first.offers("metric")] == [each.qualified for each in second.offers("metric")]
    for short in ("bleu", "clarity", "depth"):
        assert _meaning(first, short) == _meaning(second, short)


def _meaning(plugins, name):
    try:
        return plugins.find("metric", name).qualified
    except (AmbiguousName, PluginNotFound, BrokenPlugin) as error:
        return str(error)
