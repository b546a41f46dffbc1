"""The model `openai` asks as the interface says, and reads what a server replies, streamed or whole."""

from dataclasses import replace

import pytest

from steep.errors import ModelError, Unable
from steep.kinds import Ask, Chance
from steep.testing.model import ModelContract, replies
from steep.values import Message, ToolCall
from steep_plugins.models.served import Served

from .conftest import ASK, answering, asked, asking, delta, events, says, serving, whole


class TestServed(ModelContract):
    @pytest.fixture
    def model(self):
        with serving(answering) as server, asking(server, served=Served(model="m", adapter_field=None)) as model:
            yield model


def test_it_asks_as_the_interface_says_and_streams_the_reply():
    with serving(says("The ", "night ", "warden.")) as server, asking(server) as model:
        pieces = list(model.chat([ASK]))
    path, body = server.asked[0]
    assert path == "/v1/chat/completions"
    assert body == {
        "model": "harbor",
        "messages": [{"role": "user", "content": "Who keeps the keys?"}],
        "temperature": 0.5,
        "seed": 3,
        "max_tokens": 7,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert [piece.text for piece in pieces] == ["The ", "night ", "warden.", ""]
    assert (pieces[-1].end, pieces[-1].prompt_tokens, pieces[-1].tokens) == ("stop", 11, 3)
    assert "Authorization" not in server.headers[0]


def test_stops_schema_and_tools_go_along_and_calls_come_back():
    tool = {"type": "function", "function": {"name": "tide"}}
    first = {"index": 0, "id": "c1", "function": {"name": "tide", "arguments": '{"h"'}}
    rest = {"index": 0, "function": {"arguments": ": 1}"}}
    mood = events(delta(tool_calls=[first]), delta(tool_calls=[rest]), delta(finish="tool_calls"))
    with serving(mood) as server, asking(server) as model:
        ask = Ask(messages=ASK.messages, stop=("\n",), schema={"type": "object"}, tools=(tool,))
        _, end = asked(model, ask)
    body = server.asked[0][1]
    assert body["stop"] == ["\n"]
    assert body["tools"] == [tool]
    assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert end.end == "tool_calls"
    assert [(call.id, call.name, call.arguments) for call in end.calls] == [("c1", "tide", '{"h": 1}')]


def test_what_tools_said_goes_back_as_the_interface_spells_it():
    call = ToolCall(id="c1", name="tide", arguments='{"h": 1}')
    turns = (
        *ASK.messages,
        Message(role="assistant", content="", calls=(call,)),
        Message(role="tool", content="2 m", call="c1"),
    )
    with serving(says("High.")) as server, asking(server) as model:
        asked(model, replace(ASK, messages=turns))
    *_, wanted, said = server.asked[0][1]["messages"]
    assert wanted["tool_calls"] == [
        {"id": "c1", "type": "function", "function": {"name": "tide", "arguments": '{"h": 1}'}}
    ]
    assert said == {"role": "tool", "content": "2 m", "tool_call_id": "c1"}


def test_a_server_that_does_not_stream_is_read_whole():
    content = {"choices": [{"message": {"content": "The warden."}, "finish_reason": "length"}]}
    with serving(whole(200, content)) as server, asking(server) as model:
        text, end = asked(model)
    assert (text, end.end) == ("The warden.", "length")


def test_probabilities_are_summed_where_they_are_asked_for():
    chunk = delta("The")
    chunk["choices"][0]["logprobs"] = {"content": [{"logprob": -0.1}, {"logprob": -0.3}]}
    with serving(events(chunk, delta(finish="stop"))) as server:
        with asking(server, served=Served(model="m", logprobs=True)) as model:
            assert asked(model)[1].log_probability == pytest.approx(-0.4)
        assert server.asked[0][1]["logprobs"] is True


def test_the_tokens_of_a_reply_are_told_where_they_are_asked_for():
    chunk = delta("word")
    other = {"token": "ward", "logprob": -1.5}
    chunk["choices"][0]["logprobs"] = {"content": [{"token": "word", "logprob": -0.1, "top_logprobs": [other]}]}
    with serving(events(chunk, delta(finish="stop"))) as server:
        with asking(server, served=Served(model="m", logprobs=True)) as model:
            _, end = asked(model, replace(ASK, chances=1, top_p=0.5))
        assert end.chances == (Chance(token="word", log_probability=-0.1, others=(("ward", -1.5),)),)
        body = server.asked[0][1]
        assert (body["logprobs"], body["top_logprobs"], body["top_p"]) == (True, 1, 0.5)


def test_the_tokens_of_a_reply_are_not_asked_of_a_server_that_may_have_none():
    with serving(events(delta(finish="stop"))) as server, asking(server) as model:
        with pytest.raises(Unable, match="set `logprobs = true` in its") as caught:
            asked(model, replace(ASK, chances=1))
        assert caught.value.setting == "chances"
        assert server.asked == []


def test_probabilities_that_a_server_does_not_give_are_missed_before_any_text():
    with serving(says("The", " day")) as server, asking(server, served=Served(model="m", logprobs=True)) as model:
        assert asked(model)[1].log_probability is None
        with pytest.raises(ModelError, match=r"gave none.*logprobs"):
            next(model.chat([replace(ASK, chances=1)]))


def test_closing_drops_the_connection_so_that_the_server_stops():
    mood = events(*(delta("word ") for _ in range(2000)), pause=0.005)
    with serving(mood) as server, asking(server) as model:
        pieces = model.chat([ASK])
        assert next(pieces).text == "word "
        pieces.close()
        assert server.dropped.wait(10)


def test_a_batch_is_sent_together_and_closing_ends_all_of_it():
    mood = events(*(delta("word ") for _ in range(2000)), pause=0.005)
    with serving(mood) as server, asking(server) as model:
        pieces = model.chat([ASK] * 3)
        seen = {next(pieces).ask for _ in range(60)}
        assert seen == {0, 1, 2}
        pieces.close()
        assert server.dropped.wait(10)
        assert len(server.asked) == 3


def test_no_more_of_a_batch_is_sent_at_once_than_wanted():
    with serving(answering) as server, asking(server, served=Served(model="m", together=2)) as model:
        assert len(replies(model.chat([ASK] * 5), 5)) == 5
    assert len(server.asked) == 5


def test_what_goes_wrong_in_a_batch_is_raised():
    with (
        serving(answering, whole(400, {"error": "no"})) as server,
        asking(server) as model,
        pytest.raises(ModelError, match="400"),
    ):
        list(model.chat([ASK] * 4))
