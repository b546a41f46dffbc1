"""The generator `agent` answers: at once, in a form, and by a schema where its model cannot call tools."""

from dataclasses import replace

import pytest

from steep import Context
from steep.errors import ModelError, ToolError
from steep.prompts import ABSTENTION
from steep.testing import GeneratorContract
from steep.testing.hands import PlainHand, draft_of
from steep_plugins.generators import AgentOptions, build_agent
from steep_plugins.tools.calculator import Calculator

from .conftest import ASKED, SUM, Odd, Said, call, drafted, say, scripted


class TestAgent(GeneratorContract):
    @pytest.fixture
    def generator(self):
        return build_agent(AgentOptions(), Context())

    @pytest.fixture
    def model(self):
        return Said("Hall B costs 12 EUR a day. [1]")


def test_a_model_without_tools_is_asked_by_a_schema():
    said = Said('{"tool": "calculator", "arguments": {"expression": "7 * 12"}}', '{"answer": "84 EUR [1]."}')
    hand = PlainHand(hits=ASKED.hits, answers_with=said, tools={"calculator": Calculator()})
    draft = draft_of(build_agent(AgentOptions(), Context()), ASKED, hand)
    assert draft.text == "84 EUR [1]."
    assert [each.result for each in draft.calls] == ["84"]
    first, second = said.asks
    names = [each["properties"].get("tool", {}).get("const") for each in first.schema["anyOf"]]
    assert names == ["calculator", None]
    assert second.messages[-1].content.endswith(ASKED.question)
    assert "84" in second.messages[-1].content


def test_where_nothing_was_read_yet_a_reply_held_to_a_schema_must_call():
    said = Said('{"tool": "calculator", "arguments": {"expression": "7 * 12"}}', '{"answer": "84"}')
    hand = PlainHand(answers_with=said, tools={"calculator": Calculator()})
    assert draft_of(build_agent(AgentOptions(), Context()), replace(ASKED, hits=()), hand).text == "84"
    names = [[each["properties"].get("tool", {}).get("const") for each in ask.schema["anyOf"]] for ask in said.asks]
    assert names == [["calculator"], ["calculator", None]]


def test_a_reply_that_was_cut_in_its_json_is_not_shown():
    said = Said('{"answer": "12 EU', "12 EUR [1].")
    hand = PlainHand(hits=ASKED.hits, answers_with=said, tools={"calculator": Calculator()})
    assert draft_of(build_agent(AgentOptions(), Context()), ASKED, hand).text == "12 EUR [1]."


def test_a_server_whose_model_cannot_call_tools_is_quoted():
    with scripted(400) as server, pytest.raises(ModelError, match="does not support tools"):
        drafted(server)


def test_without_tools_it_answers_at_once():
    with scripted(say("12 EUR [1].")) as server:
        assert drafted(server, tools={}).text == "12 EUR [1]."
    assert len(server.asked) == 1
    assert "tools" not in server.asked[0]


def test_the_agreed_sentence_is_an_abstention():
    with scripted(say(ABSTENTION)) as server:
        draft = drafted(server)
    assert draft.abstained


def test_a_tool_that_cannot_say_what_it_is_is_left_out_with_a_word():
    class Away(Odd):
        @property
        def parameters(self):
            raise ToolError("the server is away.")

    with scripted(say("12 EUR [1].")) as server:
        draft = drafted(server, tools={"away": Away(None), "calculator": Calculator()})
    assert [each["function"]["name"] for each in server.asked[0]["tools"]] == ["calculator"]
    assert "the tool `away` is left out: the server is away." in draft.note


def test_a_form_that_was_asked_for_is_kept_in_the_last_word():
    schema = {"type": "object"}
    with scripted(call(SUM), say("84"), say('{"sum": 84}')) as server:
        draft = drafted(server, asked=replace(ASKED, schema=schema))
    assert draft.text == '{"sum": 84}'
    assert server.asked[-1]["response_format"]["json_schema"]["schema"] == schema
