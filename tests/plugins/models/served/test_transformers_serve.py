"""The model `openai` beside a server that nobody here wrote: `transformers serve`, with a model made for the test."""

import importlib.util
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import httpx
import pytest

from steep.errors import ModelError
from steep.kinds import Ask
from steep.testing.model import replies
from steep.testing.tiny_models import tiny_model
from steep.values import Message
from steep_plugins.models.endpoint import Address
from steep_plugins.models.served import Served, ServedModel

WANTED = ("fastapi", "multipart", "uvicorn", "openai")
MISSING = [name for name in WANTED if importlib.util.find_spec(name) is None]
ASK = Ask(messages=(Message(role="user", content="Who keeps the keys of berth four?"),), max_tokens=8)
TRIES = 1200  # of a tenth of a second: importing torch on a busy machine takes its time

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason=f"`transformers serve` needs {', '.join(MISSING)}: pip install fastapi"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a server and the model that it serves."""
    folder = tiny_model(tmp_path_factory.mktemp("tiny"), ["The harbour master keeps the keys of berth four."] * 20)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    main = "from transformers.cli.transformers import main; main()"
    command = [sys.executable, "-c", main, "serve", str(folder), "--host", "127.0.0.1", "--port", port]
    log = tmp_path_factory.mktemp("log") / "log"
    with log.open("wb") as written:
        process = subprocess.Popen([*command, "--device", "cpu"], stdout=written, stderr=subprocess.STDOUT)
    try:
        for _ in range(TRIES):
            assert process.poll() is None, log.read_text("utf-8")
            with suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{port}/health").is_success:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/v1", str(folder)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def asking(server, *, model="", **served):
    url, folder = server
    asked = ServedModel(Address(url=url, retries=0), Served(model=model or folder, **served))
    try:
        yield asked
    finally:
        asked.close()


def test_a_reply_comes_in_pieces_with_its_counts(server):
    with asking(server) as model:
        pieces = list(model.chat([ASK]))
    assert len([piece for piece in pieces if piece.text]) > 1
    assert (pieces[-1].end, pieces[-1].tokens) == ("length", 8)
    assert pieces[-1].prompt_tokens > 8


def test_it_says_the_same_streamed_and_whole_and_beside_others(server):
    url, folder = server
    body = {"model": folder, "messages": [{"role": "user", "content": ASK.messages[0].content}], "max_tokens": 8}
    whole = httpx.post(f"{url}/chat/completions", json={**body, "temperature": 0}, timeout=60).json()
    with asking(server) as model:
        found = replies(model.chat([ASK] * 3), 3)
    half = "\ufffd"  # of a letter, where the limit came
    assert {text.rstrip(half) for text, _ in found} == {whole["choices"][0]["message"]["content"].rstrip(half)}


def test_one_who_leaves_does_not_keep_the_next_waiting(server):
    long = Ask(messages=ASK.messages, max_tokens=900)
    with asking(server) as model:
        pieces = model.chat([long])
        assert next(pieces).text
        pieces.close()
        assert replies(model.chat([ASK]), 1)[0][1].tokens == 8


def test_a_model_that_it_does_not_serve_is_named_in_its_own_words(server):
    with (
        asking(server, model="no/such") as model,
        pytest.raises(ModelError, match="Server is pinned to"),
    ):
        list(model.chat([ASK]))


def test_probabilities_that_it_does_not_know_are_missed(server):
    with asking(server, logprobs=True) as model, pytest.raises(ModelError, match="gave none"):
        list(model.chat([Ask(messages=ASK.messages, max_tokens=3, chances=2)]))
