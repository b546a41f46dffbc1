"""The generator `agent` calls tools within its bounds, and tells the model what came of it."""

import time
from dataclasses import replace

import pytest

from steep import Context
from steep.errors import ToolError
from steep.kinds import Called, ToolResult, Weighed
from steep.testing.hands import PlainHand, draft_of
from steep_plugins.generators import AgentOptions, build_agent
from steep_plugins.generators.agent.agent import Agent, Bounds
from steep_plugins.models import OpenAIOptions, build_openai
from steep_plugins.tools.calculator import Calculator
from steep_plugins.tools.documents import Search

from .conftest import ASKED, SUM, Odd, Said, call, drafted, say, scripted


def test_a_call_is_made_and_its_result_told_before_the_answer():
    with scripted(call(SUM), say("A week costs 84 EUR [1].")) as server:
        draft = drafted(server)
    assert draft.text == "A week costs 84 EUR [1]."
    assert [(each.name, each.arguments, each.result, each.outcome) for each in draft.calls] == [
        ("calculator", '{"expression": "7 * 12"}', "84", "answered")
    ]
    first, second = server.asked
    assert [each["function"]["name"] for each in first["tools"]] == ["calculator"]
    assert "12 EUR a day" in first["messages"][-1]["content"]
    wanted, told = second["messages"][-2:]
    assert wanted["tool_calls"][0]["id"] == told["tool_call_id"] == "c0"
    assert "84" in told["content"]
    assert (draft.prompt_tokens, draft.tokens) == (200, 20)


def test_what_a_search_found_is_numbered_on_and_can_be_cited():
    asked = replace(ASKED, hits=ASKED.hits[:1])
    with scripted(call(("search", {"question": "keys"})), say("The night warden [2].")) as server:
        draft = drafted(server, tools={"search": Search()}, asked=asked, hits=ASKED.hits)
    assert draft.numbered == tuple(hit.passage.id for hit in ASKED.hits)
    assert "Passage [2]" in server.asked[1]["messages"][-1]["content"]


def test_several_calls_of_one_reply_are_made_but_no_more_than_four():
    many = [("calculator", {"expression": f"{n} + 1"}) for n in range(9)]
    with scripted(call(*many), say("Done.")) as server:
        assert [each.result for each in drafted(server).calls] == ["1", "2", "3", "4"]


def test_a_loop_without_end_is_stopped_and_the_last_word_is_asked_for_without_tools():
    numbers = iter(range(1000))
    endless = lambda body: call(("calculator", {"expression": f"{next(numbers)}"})) if "tools" in body else say("Four.")  # noqa: E731
    with scripted(endless) as server:
        draft = drafted(server, steps=3)
    assert draft.text == "Four."
    assert len(draft.calls) == 3
    assert len(server.asked) == 4
    assert "the agent was stopped: it made 3 steps" in draft.note


def test_the_same_call_is_made_once():
    tool = Odd(lambda request: ToolResult(text="once"), changes=True)
    with scripted(call(("odd", {"b": 1, "a": 2})), call(("odd", '{"a":2,   "b":1}')), say("Done.")) as server:
        draft = drafted(server, tools={"odd": tool}, asked=replace(ASKED, hits=(), grounded=False))
    assert tool.calls == len(draft.calls) == 1
    assert "called already" in server.asked[-1]["messages"][-1]["content"]


@pytest.mark.parametrize(
    ("options", "why"), [({"tokens": 100}, "it read and wrote 110 tokens"), ({"seconds": 0.3}, "it had 0.3 s")]
)
def test_tokens_and_time_are_bounds_too(options, why):
    slow = Odd(lambda request: time.sleep(0.4) or ToolResult(text="late"))
    with scripted(lambda body: call(("odd", {})) if "tools" in body else say("Four.")) as server:
        draft = drafted(server, tools={"odd": slow}, **options)
    assert why in draft.note
    assert draft.text == "Four."
    assert len(draft.calls) == 1


def test_a_full_context_is_a_bound():
    wide = Odd(lambda request: ToolResult(text="word " * 1500))
    said = Said('{"tool": "odd", "arguments": {}}', "Four.")
    hand = PlainHand(hits=ASKED.hits, answers_with=said, tools={"odd": wide})
    draft = draft_of(build_agent(AgentOptions(), Context()), ASKED, hand)
    assert "fills the model's context" in draft.note


@pytest.mark.parametrize(
    ("does", "wanted", "outcome", "told"),
    [
        (lambda request: 1 / 0, ("odd", {}), "failed", "The tool failed (ZeroDivisionError)."),
        (lambda request: _raise(ToolError("no such tide.")), ("odd", {}), "failed", "no such tide."),
        (lambda request: time.sleep(30), ("odd", {}), "late", "It did not answer within 0 s."),
        (None, ("calculators", {}), "failed", "there is no tool 'calculators'; there are `odd`."),
        (None, ("odd", "{not json"), "failed", "the arguments are no JSON object."),
        (None, ("odd", "[1]"), "failed", "the arguments are no JSON object."),
    ],
)
def test_what_goes_wrong_is_told_to_the_model_and_stands_in_the_trace(does, wanted, outcome, told):
    begun = time.monotonic()
    with scripted(call(wanted), say("It did not work.")) as server:
        draft = drafted(server, tools={"odd": Odd(does)}, tool_seconds=0.2)
    assert [(each.outcome, each.result) for each in draft.calls] == [(outcome, told)]
    assert told in server.asked[1]["messages"][-1]["content"]
    assert draft.text == "It did not work."
    assert time.monotonic() - begun < 15


def _raise(error):
    raise error


def test_every_step_is_said_before_the_answer():
    with scripted(call(SUM), say("84 [1].")) as server:
        model = build_openai(OpenAIOptions(url=server.url, model="scripted", retries=0), Context())
        hand = PlainHand(hits=ASKED.hits, answers_with=model, tools={"calculator": Calculator()})
        kinds = [type(each) for each in Agent(Bounds()).answer(ASKED, hand)]
        model.close()
    assert kinds[:3] == [Weighed, Called, Weighed]
