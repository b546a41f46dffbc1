"""steep's laws for a router, and what this one does beyond them."""

import pytest

from steep import Context
from steep.authoring.examples.router import Options, build
from steep.kinds import RouteRequest
from steep.testing import RouterContract
from steep.values import OPERATOR


class TestMyRouter(RouterContract):
    @pytest.fixture
    def router(self):
        return build(Options(words={"berth": "both"}), Context())


def test_a_listed_word_chooses_its_profile_whatever_its_case():
    router = build(Options(words={"Crane": "both"}), Context())
    route = router.route(RouteRequest(question="Who drives the crane?", caller=OPERATOR, profiles=("rag", "both")))
    assert (route.profile, route.reason) == ("both", "the question names 'crane?'")
