"""The laws of a formatter. Subclass ``FormatterContract``, give it a fixture ``formatter``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from steep.kinds import FormatRequest
from steep.prompts import ABSTENTION
from steep.testing.pairs import pairs_with_passages
from steep.testing.strategies import laws

if TYPE_CHECKING:
    from steep.kinds import Formatter
    from steep.values import Pair, Passage

__all__ = ["FormatterContract"]

_LAWS = laws(25)


class FormatterContract:
    """One supervised message, the question as it stands, and the abstention where there is no answer."""

    @pytest.fixture
    def formatter(self) -> Formatter:
        raise NotImplementedError("override the fixture `formatter`")

    @_LAWS
    @given(drawn=pairs_with_passages())
    def test_the_last_message_alone_is_the_assistants(
        self, formatter: Formatter, drawn: tuple[Pair, tuple[Passage, ...]]
    ) -> None:
        messages = formatter.format(FormatRequest(pair=drawn[0], passages=drawn[1])).messages
        assert [message.role == "assistant" for message in messages] == [False] * (len(messages) - 1) + [True]
        assert messages[-1].content.strip()

    @_LAWS
    @given(drawn=pairs_with_passages())
    def test_the_question_is_asked_as_it_stands(
        self, formatter: Formatter, drawn: tuple[Pair, tuple[Passage, ...]]
    ) -> None:
        messages = formatter.format(FormatRequest(pair=drawn[0], passages=drawn[1])).messages
        assert drawn[0].question in messages[-2].content

    @_LAWS
    @given(drawn=pairs_with_passages(answerable=True))
    def test_the_answer_is_supervised(self, formatter: Formatter, drawn: tuple[Pair, tuple[Passage, ...]]) -> None:
        messages = formatter.format(FormatRequest(pair=drawn[0], passages=drawn[1])).messages
        assert drawn[0].answer.strip() in messages[-1].content

    @_LAWS
    @given(drawn=pairs_with_passages(answerable=False))
    def test_a_pair_without_an_answer_is_answered_with_the_abstention(
        self, formatter: Formatter, drawn: tuple[Pair, tuple[Passage, ...]]
    ) -> None:
        messages = formatter.format(FormatRequest(pair=drawn[0], passages=drawn[1])).messages
        assert messages[-1].content == ABSTENTION

    @_LAWS
    @given(drawn=pairs_with_passages())
    def test_the_same_request_gives_the_same_conversation(
        self, formatter: Formatter, drawn: tuple[Pair, tuple[Passage, ...]]
    ) -> None:
        request = FormatRequest(pair=drawn[0], passages=drawn[1])
        assert formatter.format(request) == formatter.format(request)
