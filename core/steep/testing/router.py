"""The laws of a router. Subclass ``RouterContract``, give it a fixture ``router``, and pytest does the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from steep.kinds import RouteRequest
from steep.testing.strategies import laws, odd_texts
from steep.values import OPERATOR, Message

if TYPE_CHECKING:
    from steep.kinds import Router

__all__ = ["RouterContract"]

_LAWS = laws(20)
_PROFILES = ("rag", "both", "support")


class RouterContract:
    """Override the fixture ``router``. Each test is a law that the answer flow relies on."""

    @pytest.fixture
    def router(self) -> Router:
        raise NotImplementedError("override the fixture `router` to return yours")

    @_LAWS
    @given(question=odd_texts())
    def test_the_route_is_one_of_the_profiles_and_says_why(self, router: Router, question: str) -> None:
        route = router.route(RouteRequest(question=question, caller=OPERATOR, profiles=_PROFILES))
        assert route.profile in _PROFILES
        assert route.reason.strip()

    def test_the_only_profile_is_taken(self, router: Router) -> None:
        request = RouteRequest(question="Where is berth 3?", caller=OPERATOR, profiles=("rag",))
        assert router.route(request).profile == "rag"

    def test_the_same_question_takes_the_same_way(self, router: Router) -> None:
        history = (Message(role="user", content="Hello"), Message(role="assistant", content="Hello!"))
        request = RouteRequest(question="And berth 4?", caller=OPERATOR, profiles=_PROFILES, history=history)
        assert router.route(request) == router.route(request)
