"""The laws of a rewriter. Subclass ``RewriterContract``, give it a fixture ``rewriter``, and pytest does the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.kinds import RewriteRequest
from steep.language import language
from steep.testing.strategies import laws, odd_texts
from steep.values import Message

if TYPE_CHECKING:
    from steep.kinds import Rewriter

__all__ = ["RewriterContract", "turns_of"]

_LAWS = laws(20)


def turns_of(*texts: str) -> tuple[Message, ...]:
    """A conversation: the user and the assistant in turn."""
    return tuple(Message(role="assistant" if place % 2 else "user", content=text) for place, text in enumerate(texts))


class RewriterContract:
    """Override the fixture ``rewriter``. Each test is a law that the answer flow relies on."""

    @pytest.fixture
    def rewriter(self) -> Rewriter:
        raise NotImplementedError("override the fixture `rewriter` to return yours")

    @_LAWS
    @given(question=odd_texts(), said=st.lists(odd_texts(), max_size=3), code=st.sampled_from(["", "en", "de", "ja"]))
    def test_any_conversation_gives_a_question_or_none(
        self, rewriter: Rewriter, question: str, said: list[str], code: str
    ) -> None:
        made = rewriter.rewrite(RewriteRequest(question=question, history=turns_of(*said), language=language(code)))
        assert made is None or isinstance(made, str)
        assert made or made is None or not question

    @_LAWS
    @given(question=odd_texts())
    def test_without_turns_before_it_a_question_stays_as_it_is(self, rewriter: Rewriter, question: str) -> None:
        made = rewriter.rewrite(RewriteRequest(question=question, history=(), language=language("")))
        assert made in (None, question)

    def test_the_same_conversation_gives_the_same_question(self, rewriter: Rewriter) -> None:
        said = turns_of("When does the ferry run on weekdays?", "Every hour.")
        request = RewriteRequest(question="And on Sundays?", history=said, language=language("en"))
        assert rewriter.rewrite(request) == rewriter.rewrite(request)
