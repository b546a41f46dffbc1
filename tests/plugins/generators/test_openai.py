"""The generator `openai` against a real server on this machine, in all its moods."""

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from steep import Context
from steep.errors import AdapterError, BadOptions, ModelError
from steep.hooks import Origin, Plugins, Selection
from steep.kinds import AdapterRef, Asked, Tunable
from steep.prompts import ABSTENTION, closed_book_messages
from steep.testing.generator import GeneratorContract
from steep.testing.hands import PlainHand, draft_of
from steep.values import Message
from steep_plugins import generators
from steep_plugins.generators.openai_compatible.generator import RemoteModel, Served
from steep_plugins.models.endpoint import Address, Endpoint


@dataclass(frozen=True, kw_only=True)
class Request(Asked):
    adapter: AdapterRef | None = None


def generate(generator, request):
    asked = Asked(**{field.name: getattr(request, field.name) for field in fields(Asked)})
    return draft_of(generator, asked, PlainHand(hits=asked.hits, adapter=request.adapter))


class Server(ThreadingHTTPServer):
    """Answers with ``replies`` in turn, the last one for ever, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self, *replies):
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies = list(replies)
        self.asked = []
        self.headers = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.asked.append((self.path, json.loads(body)))
        self.server.headers.append(dict(self.headers))
        reply = self.server.replies.pop(0) if len(self.server.replies) > 1 else self.server.replies[0]
        status, content, headers = reply
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"content-length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        """Quiet."""


def says(text, **choice):
    content = {
        "choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop", **choice}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 3},
    }
    return 200, content, {}


def fails(status, content=b"", **headers):
    return status, content, headers


@contextmanager
def serving(*replies):
    server = Server(*replies)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def asking(server, *, sleep=lambda seconds: None, served=None, **address):
    where = Address(url=server.url, **address)
    generator = RemoteModel(where, served or Served(model="harbor"), Endpoint(where, sleep=sleep))
    try:
        yield generator
    finally:
        generator.close()


REQUEST = Request(question="Who keeps the keys?", max_tokens=7, temperature=0.5, seed=3)


class TestOpenAI(GeneratorContract):
    @pytest.fixture
    def generator(self):
        with serving(says("The night warden [1].")) as server, asking(server) as generator:
            yield generator


def test_it_asks_as_the_interface_says_and_reads_the_answer():
    with serving(says(" The night warden. ")) as server, asking(server) as generator:
        draft = generate(generator, REQUEST)
    path, body = server.asked[0]
    assert path == "/v1/chat/completions"
    expected = [{"role": each.role, "content": each.content} for each in closed_book_messages(REQUEST.question)]
    assert body == {"model": "harbor", "messages": expected, "temperature": 0.5, "seed": 3, "max_tokens": 7}
    assert (draft.text, draft.prompt_tokens, draft.tokens) == ("The night warden.", 11, 3)
    assert (draft.abstained, draft.reason, draft.confidence) == (False, "", None)
    assert "Authorization" not in server.headers[0]


def test_a_requests_own_messages_replace_the_prompt():
    with serving(says("yes")) as server, asking(server) as generator:
        generate(generator, Request(question="?", messages=(Message(role="user", content="Say yes."),)))
    assert server.asked[0][1]["messages"] == [{"role": "user", "content": "Say yes."}]


@pytest.mark.parametrize("text", [ABSTENTION, f'"{ABSTENTION.lower()[:-1]}" [1]', "", None])
def test_the_agreed_sentence_and_silence_are_abstentions(text):
    with serving(says(text)) as server, asking(server) as generator:
        draft = generate(generator, REQUEST)
    assert draft.abstained
    assert draft.reason


def test_an_answer_cut_short_says_so_and_probabilities_become_confidence():
    tokens = {"content": [{"logprob": -0.1}, {"logprob": -0.3}]}
    reply = says("The night", finish_reason="length", logprobs=tokens)
    with serving(reply) as server, asking(server, served=Served(model="m", logprobs=True)) as generator:
        draft = generate(generator, REQUEST)
    assert draft.reason == "cut after 7 tokens"
    assert draft.confidence == pytest.approx(0.8187, abs=1e-3)
    assert server.asked[0][1]["logprobs"] is True


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
    with serving(says("x")) as server, asking(server, served=served) as generator:
        generate(generator, Request(question="?", adapter=AdapterRef(version="abc123", folder=Path("x"))))
    body = server.asked[0][1]
    assert {name: body[name] for name in sent} == sent


def test_a_server_not_known_to_serve_adapters_is_not_asked_for_one():
    request = Request(question="?", adapter=AdapterRef(version="abc123", folder=Path("x")))
    with (
        serving(says("x")) as server,
        asking(server) as generator,
        pytest.raises(AdapterError, match=r"abc123.*adapter_field"),
    ):
        generate(generator, request)
    assert server.asked == []


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (fails(401, {"error": {"message": "bad key"}}), r"401: 'bad key'.*api_key_env"),
        (fails(404, {"error": "no such model"}), r"404: 'no such model'.*serve the model 'harbor'.*/v1"),
        (fails(400, {"message": "too long"}), r"400: 'too long'"),
        (fails(500, b"<html>oops</html>"), r"500: '<html>oops</html>'"),
        (fails(200, b"<html>hello</html>"), r"something else than a chat completion: '<html>hello</html>'"),
        (fails(200, {"choices": []}), "something else than a chat completion"),
        (fails(200, b"\xff\xfe"), "something else than a chat completion"),
        (fails(200, {"choices": [{"text": "old interface"}]}), "has no message"),
    ],
)
def test_what_goes_wrong_is_said(reply, said):
    with serving(reply) as server, asking(server, retries=0) as generator, pytest.raises(ModelError, match=said):
        generate(generator, REQUEST)


def test_a_busy_server_is_asked_again_after_the_pause_it_wants():
    pauses = []
    replies = (fails(503), fails(429, **{"retry-after": "2"}), says("at last"))
    with serving(*replies) as server, asking(server, sleep=pauses.append) as generator:
        assert generate(generator, REQUEST).text == "at last"
    assert pauses == [0.5, 2.0]
    assert len(server.asked) == 3


def test_a_server_that_stays_busy_is_given_up():
    with (
        serving(fails(429, {"error": {"message": "slow down"}})) as server,
        asking(server, retries=2) as generator,
        pytest.raises(ModelError, match="429: 'slow down'"),
    ):
        generate(generator, REQUEST)
    assert len(server.asked) == 3


def test_nobody_listening_is_said_with_the_address():
    with serving(says("x")) as server:
        pass
    with (
        asking(server, retries=1) as generator,
        pytest.raises(ModelError, match=rf"{server.url} cannot be reached.*is the server running.*tried 2 times"),
    ):
        generate(generator, REQUEST)


def test_the_key_is_read_when_it_is_used_and_never_shown(monkeypatch):
    with serving(fails(401, {"error": "no"})) as server, asking(server, api_key_env="HARBOR_KEY") as generator:
        monkeypatch.delenv("HARBOR_KEY", raising=False)
        with pytest.raises(ModelError, match=r"HARBOR_KEY.*holds no key"):
            generate(generator, REQUEST)
        monkeypatch.setenv("HARBOR_KEY", "sesame-1234")
        with pytest.raises(ModelError) as caught:
            generate(generator, REQUEST)
    assert server.headers[0]["Authorization"] == "Bearer sesame-1234"
    assert "sesame" not in str(caught.value)


def offered():
    plugins = Plugins(selection=Selection(), strict=True)
    plugins.adopt(generators, Origin(plugin="generators", distribution="steep", version="0"))
    return plugins


def test_it_is_built_from_its_options_and_cannot_be_tuned():
    options = {"url": "http://127.0.0.1:9/v1/chat/completions", "served": "m"}
    built = offered().build("generator", "openai", options, Context(), where="[generator]")
    same = offered().build("generator", "openai", {**options, "url": "http://127.0.0.1:9/v1/"}, Context(), where="x")
    assert not isinstance(built, Tunable)
    assert built.digest == same.digest
    built.close()
    same.close()


@pytest.mark.parametrize(
    "wrong",
    [{"url": "ftp://x", "served": "m"}, {"url": "http://x"}, {"url": "http://x", "served": "m", "adapter_name": "x"}],
)
def test_wrong_options_are_refused(wrong):
    with pytest.raises(BadOptions):
        offered().build("generator", "openai", wrong, Context(), where="[generator]")
