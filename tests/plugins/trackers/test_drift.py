"""The tracker `drift` tells an address once, with figures alone, and only where something changed."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from steep.errors import ConfigError
from steep.hooks import Context
from steep.testing import TrackerContract
from steep.values import OPERATOR, Answer, Answered
from steep_plugins.trackers import DriftOptions, build_drift
from steep_plugins.trackers.drift import Drift


class Letters:
    digest, dimension = "letters", 26

    def embed(self, request):
        vectors = np.zeros((len(request.texts), 26), dtype=np.float32)
        for row, text in enumerate(request.texts):
            for letter in text:
                vectors[row, ord(letter) - 97] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def answer(number, *, changed):
    text = "abcd"[number % 4] * 3 + ("xyz" if changed else "efg")[number % 3] * 3
    return Answer(question=text, text="", citations=(), confidence=None, abstained=False)


class Kept:
    """Answers as they are kept; the last 40 ask for something else where they have ``changed``."""

    def __init__(self, *, changed):
        self.answers = [answer(n, changed=changed and n >= 80) for n in range(120)]

    def __call__(self, count):
        return self.answers[-count:]


@pytest.fixture
def address():
    """A server of one path, and what it was sent; it can be told what to reply."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            server.sent.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(server.reply)
            self.send_header("location", f"http://127.0.0.1:{server.server_port}/elsewhere")
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.sent, server.reply = [], 200
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def tracker(address=None, *, changed=True, **options):
    url = f"http://127.0.0.1:{address.server_port}/drift" if address else ""
    options = DriftOptions(**{"url": url, "every": 10, "recent": 40, "baseline": 80, **options})
    return Drift(options, answers=Kept(changed=changed), embedder=Letters, start=lambda work: work())


def answered(watching, count, *, at=0.0):
    for number in range(count):
        watching.saw(Answered(answer=answer(number, changed=True), caller=OPERATOR, at=at + number))


class TestDrift(TrackerContract):
    @pytest.fixture
    def tracker(self):
        return tracker(every=7)


def test_a_change_is_told_once_with_figures_and_no_words(address):
    watching = tracker(address)
    answered(watching, 9)
    assert address.sent == []
    answered(watching, 91, at=9.0)
    (sent,) = address.sent
    assert (sent["event"], sent["drifted"], sent["recent"], sent["baseline"]) == ("drift", True, 40, 80)
    assert [each["what"] for each in sent["shifts"] if each["drifted"]] == ["questions"]
    assert not any(each.question in json.dumps(sent["shifts"]) for each in Kept(changed=True).answers)
    answered(watching, 10, at=25 * 3600.0)
    assert len(address.sent) == 2


def test_where_nothing_changed_nobody_is_told(address):
    answered(tracker(address, changed=False), 100)
    assert address.sent == []


@pytest.mark.parametrize("reply", [500, 302])
def test_an_address_that_fails_is_not_stormed_and_leads_nowhere(address, caplog, reply):
    address.reply = reply
    answered(tracker(address), 100)
    assert len(address.sent) == 1
    assert f"127.0.0.1 was not told of the change, and will not be tried again: {reply}" in caplog.text
    assert "/drift" not in caplog.text


def test_without_an_address_it_is_only_logged(caplog):
    answered(tracker(), 10)
    assert "what is asked or answered has changed: questions (size 0." in caplog.text


def test_only_the_web_can_be_told_and_only_by_a_project():
    with pytest.raises(ValueError, match="url"):
        DriftOptions(url="file:///etc/passwd")
    with pytest.raises(ConfigError, match="there is no project"):
        build_drift(DriftOptions(), Context())
