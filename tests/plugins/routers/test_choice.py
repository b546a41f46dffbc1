"""A model chooses between lines about profiles: by weighing them, or by writing one."""

import pytest

from steep import Context
from steep.errors import ConfigError, ModelError
from steep.kinds import Piece, RouteRequest
from steep.testing import RouterContract
from steep.values import OPERATOR
from steep_plugins.routers import ChoiceOptions, build_choice

ABOUT = [
    {"profile": "rag", "about": "ferries and tickets"},
    {"profile": "support", "about": "computers and passwords"},
]


class Weighs:
    """Likes `rag` better by much, and `support` where a password is named."""

    digest, context = "weighs-1", 512

    def score(self, asks):
        return [self._score(each.reply, each.messages[-1].content) for each in asks]

    def _score(self, reply, asked):
        if reply == "rag":
            return -1.0
        return -4.0 if "password" in asked else -6.0 - 0.5 * ("ferry" in asked)


class Writes:
    digest, context = "writes-1", 512

    def __init__(self, reply):
        self.reply, self.asks = reply, []

    def score(self, asks):
        raise ModelError("it cannot weigh")

    def chat(self, asks):
        self.asks += asks
        yield Piece(text=self.reply, end="stop")


def routed(model, question, profiles=("rag", "support"), **options):
    router = build_choice(
        ChoiceOptions.model_validate({"model": "any", "profiles": ABOUT, **options}), Context(model=lambda name: model)
    )
    return router.route(RouteRequest(question=question, caller=OPERATOR, profiles=profiles))


class TestChoice(RouterContract):
    @pytest.fixture
    def router(self):
        options = ChoiceOptions.model_validate({"model": "any", "profiles": ABOUT})
        return build_choice(options, Context(model=lambda name: Weighs()))


def test_what_a_model_likes_anyway_does_not_decide():
    route = routed(Weighs(), "I forgot my password")
    assert route.profile == "support"
    assert route.reason == "the model chose `support` with probability 0.88"
    assert routed(Weighs(), "When does the ferry leave?").profile == "rag"


def test_a_model_that_is_not_sure_leaves_it_to_the_profile_for_all_else():
    route = routed(Weighs(), "When does the ferry leave?", least=0.8, otherwise="support")
    assert route.profile == "support"
    assert "sure of none: `rag` is likeliest with 0.62" in route.reason


def test_a_model_that_cannot_weigh_writes_one_of_the_names():
    model = Writes('{"desk": "support"}')
    assert routed(model, "Hello?").profile == "support"
    assert model.asks[0].schema["properties"]["desk"]["enum"] == ["rag", "support"]
    for odd in ("rag", '{"desk": "moon"}', "[]", ""):
        route = routed(Writes(odd), "Hello?")
        assert (route.profile, route.reason) == ("rag", "the model chose none of the profiles")


def test_a_line_about_no_profile_is_an_error():
    with pytest.raises(ConfigError, match="no profile named 'support'"):
        routed(Weighs(), "Hello?", profiles=("rag", "both"))
