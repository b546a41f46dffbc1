"""The model `openai` against a real server on this machine, in all its moods."""

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from steep.errors import AdapterError, BadOptions, ModelError, Unable
from steep.hooks import Context, Origin, Plugins, Selection
from steep.kinds import AdapterRef, Ask, Chance, Scored
from steep.testing.model import ModelContract, replies
from steep.values import Message, ToolCall
from steep_plugins import models
from steep_plugins.models.endpoint import Address, Endpoint, without_password
from steep_plugins.models.served import Served, ServedModel


class Server(ThreadingHTTPServer):
    """Answers with ``moods`` in turn, the last one for ever, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self, *moods):
        super().__init__(("127.0.0.1", 0), Handler)
        self.moods = list(moods)
        self.asked = []
        self.headers = []
        self.dropped = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request, client_address):
        """Quiet: clients that leave are part of these tests."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append((self.path, body))
        self.server.headers.append(dict(self.headers))
        moods = self.server.moods
        (moods.pop(0) if len(moods) > 1 else moods[0])(self, body)

    def log_message(self, *args):
        """Quiet."""


def whole(status, content=b"", **headers):
    def reply(handler, body):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        handler.send_response(status)
        for name, value in {"content-length": str(len(data)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)

    return reply


def events(*chunks, end=True, pause=0.0):
    def reply(handler, body):
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("connection", "close")
        handler.end_headers()
        try:
            for chunk in chunks:
                data = chunk if isinstance(chunk, str) else json.dumps(chunk)
                handler.wfile.write(f"data: {data}\n\n".encode())
                handler.wfile.flush()
                time.sleep(pause)
            if end:
                handler.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            handler.server.dropped.set()
        handler.close_connection = True

    return reply


def delta(text=None, *, finish=None, **more):
    return {"choices": [{"index": 0, "delta": {"content": text, **more}, "finish_reason": finish}]}


USAGE = {"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 3}}


def says(*texts, finish="stop"):
    return events(*(delta(text) for text in texts), delta(finish=finish), USAGE)


def answering(handler, body):
    """Much like a model: the same words for the same messages, with its limits and stops."""
    said = " ".join(each["content"] for each in body["messages"])
    words = f"I read {len(said)} letters at {body['temperature']} and {body['seed']} today .".split(" ")
    text, limit = "", body["max_tokens"]
    for word in words[:limit]:
        text += word + " "
    cut = min((text.find(stop) for stop in body.get("stop", ()) if stop in text), default=len(text))
    finish = "stop" if len(words) <= limit or cut < len(text) else "length"
    halves = [text[:cut][at : at + 5] for at in range(0, cut, 5)]
    usage = {"choices": [], "usage": {"prompt_tokens": len(said), "completion_tokens": min(limit, len(words))}}
    events(*(delta(each) for each in halves), delta(finish=finish), usage)(handler, body)


@contextmanager
def serving(*moods):
    server = Server(*moods)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def asking(server, *, sleep=lambda seconds: None, served=None, url=None, **address):
    where = Address(url=url or server.url, **address)
    model = ServedModel(where, served or Served(model="harbor"), Endpoint(where, sleep=sleep))
    try:
        yield model
    finally:
        model.close()


ASK = Ask(messages=(Message(role="user", content="Who keeps the keys?"),), max_tokens=7, temperature=0.5, seed=3)


def asked(model, ask=ASK):
    return replies(model.chat([ask]), 1)[0]


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


@pytest.mark.parametrize(
    ("served", "sent"),
    [
        (Served(model="base", adapter_field="model"), {"model": "abc123"}),
        (
            Served(model="base", adapter_field="adapter_id", adapter_name="team/harbor-{version}"),
            {"model": "base", "adapter_id": "team/harbor-abc123"},
        ),
    ],
)
def test_an_adapter_is_named_as_the_server_spells_it(served, sent):
    ask = Ask(messages=ASK.messages, adapter=AdapterRef(version="abc123", folder=Path("x")))
    with serving(answering) as server, asking(server, served=served) as model:
        asked(model, ask)
    body = server.asked[0][1]
    assert {name: body[name] for name in sent} == sent


def test_a_server_not_known_to_serve_adapters_is_not_asked_for_one():
    ask = Ask(messages=ASK.messages, adapter=AdapterRef(version="abc123", folder=Path("x")))
    with serving(answering) as server, asking(server) as model:
        with pytest.raises(AdapterError, match=r"abc123.*adapter_field"):
            model.chat([ask])
        assert server.asked == []


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        (whole(401, {"error": {"message": "bad key"}}), r"401: 'bad key'.*api_key_env"),
        (whole(404, {"error": "no such model"}), r"404: 'no such model'.*serve the model 'harbor'.*/v1"),
        (whole(400, {"message": "too long"}), r"400: 'too long'"),
        (whole(500, b"<html>oops</html>"), r"500: '<html>oops</html>'"),
        (whole(200, b"<html>hello</html>"), r"something else than a chat completion: '<html>hello</html>'"),
        (whole(200, {"choices": []}), "something else than a chat completion"),
        (whole(200, b"\xff\xfe"), "something else than a chat completion"),
        (events("not json"), "streamed something else than a chat completion: 'not json'"),
        (events(delta("The"), {"error": {"message": "out of memory"}}), "broke the reply off: 'out of memory'"),
        (events(), "ended before it began"),
    ],
)
def test_what_goes_wrong_is_said(mood, said):
    with serving(mood) as server, asking(server, retries=0) as model, pytest.raises(ModelError, match=said):
        asked(model)


def test_a_reply_that_breaks_off_is_an_error_and_not_a_short_answer():
    def breaks(handler, body):
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("content-length", "9999")
        handler.end_headers()
        handler.wfile.write(b"data: " + json.dumps(delta("The")).encode() + b"\n\n")
        handler.close_connection = True

    with serving(breaks) as server, asking(server) as model, pytest.raises(ModelError, match="broke the reply off"):
        asked(model)


def test_a_busy_server_is_asked_again_after_the_pause_it_wants():
    pauses = []
    with serving(whole(503), whole(429, retry_after="2"), says("at last")) as server:
        with asking(server, sleep=pauses.append) as model:
            assert asked(model)[0] == "at last"
        assert len(server.asked) == 3
    assert pauses == [0.5, 2.0]


def test_a_server_that_stays_busy_is_given_up():
    busy = whole(429, {"error": {"message": "slow down"}})
    with serving(busy) as server, asking(server, retries=2) as model:
        with pytest.raises(ModelError, match="429: 'slow down'"):
            asked(model)
        assert len(server.asked) == 3


def test_nobody_listening_is_said_with_the_address():
    with serving(says("x")) as server:
        pass
    with (
        asking(server, retries=1) as model,
        pytest.raises(ModelError, match=rf"{server.url} cannot be reached.*is the server running.*tried 2 times"),
    ):
        asked(model)


def test_the_key_is_read_when_it_is_used_and_never_shown(monkeypatch):
    repeats = whole(401, {"error": {"message": "wrong key sesame-1234 given"}})
    with serving(repeats) as server, asking(server, api_key_env="HARBOR_KEY") as model:
        monkeypatch.delenv("HARBOR_KEY", raising=False)
        with pytest.raises(ModelError, match=r"HARBOR_KEY.*holds no key"):
            asked(model)
        monkeypatch.setenv("HARBOR_KEY", "sesame-1234")
        with pytest.raises(ModelError, match="wrong key … given") as caught:
            asked(model)
    assert server.headers[0]["Authorization"] == "Bearer sesame-1234"
    assert "sesame" not in str(caught.value)


def test_a_password_in_the_address_is_used_and_never_shown():
    repeats = whole(400, {"error": "no user with hunter2"})
    with serving(repeats) as server:
        url = server.url.replace("http://", "http://me:hunter2@")
        with asking(server, url=url) as model, pytest.raises(ModelError) as caught:
            asked(model)
        assert server.headers[0]["Authorization"].startswith("Basic ")
        assert server.url in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert without_password("http://me@host:1/v1") == "http://host:1/v1"


def test_it_weighs_no_replies_and_says_so():
    with serving(answering) as server, asking(server) as model, pytest.raises(ModelError, match="cannot weigh"):
        model.score([Scored(messages=ASK.messages, reply="yes")])


def offered():
    plugins = Plugins(selection=Selection(), strict=True)
    plugins.adopt(models, Origin(plugin="models", distribution="steep", version="0"))
    return plugins


def test_it_is_built_from_its_options():
    options = {"url": "http://127.0.0.1:9/v1/chat/completions", "model": "m"}
    built = offered().build("model", "openai", options, Context(), where="[model.far]")
    same = offered().build("model", "openai", {**options, "url": "http://127.0.0.1:9/v1/"}, Context(), where="x")
    assert built.digest == same.digest
    assert built.context == 8192
    built.close()
    same.close()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "ftp://x", "model": "m"}, "url"),
        ({"url": "http://x"}, "model"),
        ({"url": "http://x", "model": "m", "adapter_name": "x"}, "adapter_name"),
    ],
)
def test_wrong_options_are_refused(wrong, said):
    with pytest.raises(BadOptions, match=said):
        offered().build("model", "openai", wrong, Context(), where="[model.far]")
