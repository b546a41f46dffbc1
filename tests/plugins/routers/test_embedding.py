"""A question goes where its like goes."""

from functools import cache

import pytest

from steep import Context
from steep.errors import ConfigError
from steep.kinds import RouteRequest
from steep.testing import RouterContract
from steep.values import OPERATOR, Message
from steep_plugins.embedders.encoder import EncoderEmbedder
from steep_plugins.encoders import MINILM
from steep_plugins.routers import NearestOptions, build_nearest

EXAMPLES = [
    {"profile": "both", "questions": ["When does the last ferry leave?", "How much is a ticket for a car?"]},
    {"profile": "support", "questions": ["I cannot log in", "How do I reset my password?"]},
]


@cache
def embedder():
    return EncoderEmbedder(MINILM)


def build(**options):
    wanted = NearestOptions.model_validate({"examples": EXAMPLES, "least": 0.3, **options})
    return build_nearest(wanted, Context(embedder=embedder))


def routed(question, *history, profiles=("rag", "both", "support"), **options):
    turns = tuple(Message(role="user", content=each) for each in history)
    request = RouteRequest(question=question, caller=OPERATOR, profiles=profiles, history=turns)
    return build(**options).route(request)


class TestNearest(RouterContract):
    @pytest.fixture
    def router(self):
        return build()


def test_the_nearest_examples_decide_and_the_reason_says_how_near():
    route = routed("My password is not accepted any more, what now?")
    assert route.profile == "support"
    assert route.reason.startswith("it is near the examples of `support`: 0.")
    assert "; next is `both`" in route.reason
    assert routed("What does it cost to take a van across?").profile == "both"


def test_a_question_near_to_none_goes_elsewhere_and_the_reason_says_so():
    route = routed("Who painted the Mona Lisa?")
    assert route.profile == "rag"
    assert "near no profile's examples" in route.reason
    assert routed("Who painted the Mona Lisa?", otherwise="both").profile == "both"


def test_a_follow_up_goes_where_the_question_before_it_went():
    assert routed("And on Sundays?").profile == "rag"
    assert routed("And on Sundays?", "When does the first ferry leave on weekdays?").profile == "both"


def test_examples_of_no_profile_are_an_error_that_names_those_there_are():
    with pytest.raises(ConfigError, match="no profile named 'both'; there are rag, support"):
        routed("Hello?", profiles=("rag", "support"))
