"""The laws of a tool. Subclass ``ToolContract``, give it a fixture ``tool`` and some ``arguments`` that fit it."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from steep.errors import SteepError
from steep.kinds import ToolRequest, ToolResult
from steep.values import OPERATOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.kinds import Documents, Tool

__all__ = ["ToolContract"]

_ODD: tuple[Mapping[str, Any], ...] = ({}, {"unknown": 1}, {"query": "\x00"}, {"query": "a" * 20_000})


class ToolContract:
    """Override the fixture ``tool``, and ``arguments`` with calls that a model would make.

    A tool that reads the documents is given ``documents``, such as a `PlainHand`.
    """

    arguments: ClassVar[tuple[Mapping[str, Any], ...]] = ()
    documents: ClassVar[Documents | None] = None

    @pytest.fixture
    def tool(self) -> Tool:
        raise NotImplementedError("override the fixture `tool` to return yours")

    def test_it_says_what_it_is_for_in_a_line(self, tool: Tool) -> None:
        """The description is what a model chooses by."""
        assert tool.description.strip()
        assert "\n" not in tool.description.strip()
        assert isinstance(tool.changes, bool)

    def test_its_parameters_are_the_schema_of_an_object(self, tool: Tool) -> None:
        schema = json.loads(json.dumps(dict(tool.parameters)))
        assert schema["type"] == "object"
        assert set(schema.get("required", ())) <= set(schema.get("properties", {}))

    def test_a_call_that_fits_is_answered_with_text(self, tool: Tool) -> None:
        assert self.arguments, "give `arguments` that a model would call the tool with"
        for arguments in self.arguments:
            result = tool.call(ToolRequest(arguments=arguments, caller=OPERATOR, documents=self.documents))
            assert isinstance(result, ToolResult)
            assert result.text.strip()

    def test_a_call_that_does_not_fit_is_answered_or_refused_in_words(self, tool: Tool) -> None:
        """Models write odd arguments: the tool says what is wrong, as text or as a SteepError."""
        for arguments in _ODD:
            request = ToolRequest(arguments=arguments, caller=OPERATOR, documents=self.documents)
            with contextlib.suppress(SteepError):
                assert isinstance(tool.call(request), ToolResult)
