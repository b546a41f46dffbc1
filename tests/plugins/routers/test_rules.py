import pytest

from steep.errors import ConfigError
from steep.kinds import RouteRequest
from steep.testing import RouterContract
from steep.values import OPERATOR
from steep_plugins.routers.rules import Rules


class TestRules(RouterContract):
    @pytest.fixture
    def router(self):
        return Rules(((("berth",), "rag"),))


def routed(question, *rules, otherwise=""):
    request = RouteRequest(question=question, caller=OPERATOR, profiles=("rag", "support"))
    return Rules(rules, otherwise=otherwise).route(request).profile


def test_the_first_rule_with_a_word_of_the_question_counts():
    rules = ((("refund", "give back"), "support"), (("ticket",), "rag"))
    assert routed("Can I give back my ticket?", *rules) == "support"
    assert routed("What is a ticket?", *rules, otherwise="support") == "rag"


def test_a_word_counts_whole_and_in_any_case():
    assert routed("What is refundable?", (("refund",), "support")) == "rag"
    assert routed("REFUND?", (("refund",), "support")) == "support"


def test_a_rule_to_no_profile_says_which_there_are():
    with pytest.raises(ConfigError, match="no profile named 'suport'; there are rag, support"):
        routed("refund", (("refund",), "suport"))
