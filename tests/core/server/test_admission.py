"""What is admitted, what is sent away, and what is given up, over real connections."""

import http.client
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

QUESTION = {"question": "How much is a day ticket?", "profile": "rag"}
SLOW = {**QUESTION, "profile": "slow"}
WRITER = """
[generator]
use = "finder"
[generator.slow]
use = "writer"
reply = "{reply}"
pause = {pause}
[profile.slow]
generator = "slow"
"""


def writer(pause, words=3):
    return WRITER.format(reply="word " * words, pause=pause)


def until(happened, seconds=30):
    for _ in range(seconds * 100):
        if happened():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen")


def left(address, path="/answer", body=SLOW):
    """Send a request and hang up."""
    host, port = address.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
    return connection


def test_too_many_requests_of_a_caller_are_told_when_to_come_again(serve):
    address, _ = serve('[generator]\nuse = "finder"\n[limits]\nrequests = 2\n')
    replies = [httpx.post(f"{address}/search", json={"question": "ticket"}) for _ in range(3)]
    assert [each.status_code for each in replies] == [200, 200, 429]
    assert 1 <= int(replies[2].headers["retry-after"]) <= 30
    assert replies[2].json()["error"]["code"] == "rate_limit_exceeded"
    assert httpx.get(f"{address}/v1/models").status_code == 200


def test_tokens_of_answers_are_counted_against_the_quota(serve):
    address, _ = serve('[generator]\nuse = "finder"\n[limits]\ntokens = 30\n')
    statuses = [httpx.post(f"{address}/answer", json=QUESTION).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]  # 18 tokens each


def test_where_no_more_may_wait_requests_are_sent_away_and_health_answers(serve):
    address, project = serve(writer(0.5) + "[limits]\nat_once = 1\nwaiting = 1\n")
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(httpx.post, f"{address}/answer", json=SLOW, timeout=60) for _ in range(4)]
        until(lambda: httpx.get(f"{address}/ready").json()["status"] == "busy")
        assert httpx.get(f"{address}/health").status_code == 200
        replies = [each.result() for each in asked]
    assert sorted(each.status_code for each in replies) == [200, 200, 503, 503]
    refused = next(each for each in replies if each.status_code == 503)
    assert int(refused.headers["retry-after"]) >= 1
    assert len(project.generator("slow").requests) == 2
    assert httpx.get(f"{address}/ready").status_code == 200


@pytest.mark.parametrize("path", ["/answer", "/v1/chat/completions"])
@pytest.mark.parametrize("stream", [False, True])
def test_work_ends_when_the_client_has_gone(serve, path, stream):
    address, project = serve(writer(0.1, words=200) + "[limits]\nat_once = 1\n")
    body = SLOW if path == "/answer" else {"model": "slow", "messages": [{"role": "user", "content": "Ticket?"}]}
    connection = left(address, path, {**body, **({"stream": True} if path != "/answer" and stream else {})})
    until(lambda: getattr(project.generator("slow"), "said", []))
    connection.close()
    assert project.generator("slow").closed.wait(5)
    assert len(project.generator("slow").said) < 100
    until(lambda: project.answers.newest() == ())
    assert httpx.post(f"{address}/search", json={"question": "ticket"}, timeout=30).status_code == 200


def test_who_goes_while_waiting_is_never_worked_for(serve):
    address, project = serve(writer(0.3) + "[limits]\nat_once = 1\n")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(httpx.post, f"{address}/answer", json=SLOW, timeout=60)
        until(lambda: getattr(project.generator("slow"), "said", []))
        waiting = left(address)
        time.sleep(0.1)
        waiting.close()
        assert first.result().status_code == 200
    assert httpx.post(f"{address}/answer", json=SLOW, timeout=60).status_code == 200
    assert len(project.generator("slow").requests) == 2


def test_what_takes_too_long_is_given_up(serve):
    address, project = serve(writer(0.1, words=200) + "[limits]\nseconds = 0.5\n")
    reply = httpx.post(f"{address}/answer", json=SLOW, timeout=30)
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, "timeout")
    assert project.generator("slow").closed.wait(5)


BODIES = {
    "not UTF-8": b'{"question": "\xff"}',
    "nested": b'{"question": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "cut": b'{"question": ',
    "nothing": b"",
    "a list": b"[]",
    "half a character": b'{"question": "\\ud800"}',
}


@pytest.mark.parametrize("path", ["/answer", "/v1/chat/completions", "/v1/embeddings", "/v1/responses"])
@pytest.mark.parametrize("kind", BODIES)
def test_a_body_that_is_no_request_is_the_client_s_fault(http, path, kind):
    reply = http.post(path, content=BODIES[kind], headers={"content-type": "application/json"})
    allowed = (200, 400) if kind == "half a character" else (400,)
    assert reply.status_code in allowed, reply.text
    assert kind == "half a character" or set(reply.json()["error"]) == {"message", "type", "param", "code"}


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data; boundary=x"]
)
@pytest.mark.parametrize("path", ["/answer", "/v1/chat/completions", "/search"])
def test_only_json_is_read_as_json(http, path, kind):
    reply = http.post(path, content=json.dumps(QUESTION), headers={"content-type": kind})
    assert (reply.status_code, reply.json()["error"]["code"]) == (415, "unsupported_media_type")


def test_what_calls_itself_json_is_read(http):
    for kind in ("application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.steep+json"):
        assert http.post("/answer", content=json.dumps(QUESTION), headers={"content-type": kind}).status_code == 200


@pytest.mark.parametrize("key", ["größe", "日本", "a\r\nx-evil: 1", "nul\x00", "\x7f", "x" * 5000])
def test_an_unknown_key_of_any_characters_drops_no_connection(http, key):
    body = {"model": "rag", "messages": [{"role": "user", "content": "How much is a day ticket?"}], key: 1}
    reply = http.post("/v1/chat/completions", json=body)
    assert reply.status_code in (200, 400)
    assert "x-evil" not in reply.headers


def test_a_request_that_is_too_large_is_refused(serve):
    address, _ = serve('[generator]\nuse = "finder"\n[limits]\nmegabytes = 0.1\n')
    reply = httpx.post(f"{address}/answer", json={"question": "x" * 200_000})
    assert (reply.status_code, reply.json()["error"]["code"]) == (413, "too_large")
    assert "more than 0.1 MB" in reply.json()["error"]["message"]
    assert httpx.get(f"{address}/health", headers={"x": "y" * 100_000}).status_code in (400, 431)


def test_a_connection_that_does_not_say_what_it_wants_is_closed(serve, monkeypatch):
    monkeypatch.setattr("steep.server.protocol._PATIENCE", 0.2)
    address, _ = serve()
    host, port = address.removeprefix("http://").split(":")
    for begun in (b"", b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow:"):
        with socket.create_connection((host, int(port)), timeout=10) as half_open:
            half_open.sendall(begun)
            assert half_open.recv(1000) == b""
    with httpx.Client(base_url=address) as kept:
        for _ in range(3):
            assert kept.get("/health").status_code == 200
            time.sleep(0.3)


def test_the_server_ends_while_work_is_under_way(make_project):
    from steep.server import server_of

    project = make_project(writer(0.1, words=600) + "[limits]\nleave_seconds = 1\n")
    server = server_of(project, port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    connection = left(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    until(lambda: getattr(project.generator("slow"), "said", []))
    server.should_exit = True
    thread.join(15)
    assert not thread.is_alive()
    assert project.generator("slow").closed.wait(5)
    connection.close()


def test_who_waits_for_an_answer_when_the_server_ends_is_told_so(make_project, caplog):
    from steep.server import server_of

    project = make_project(writer(0.1, words=600) + "[limits]\nleave_seconds = 1\n")
    server = server_of(project, port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    messages = [{"role": "user", "content": SLOW["question"]}]
    asked = {"model": f"{project.config.project.name}/slow", "stream": True, "messages": messages}
    connection = left(address, "/v1/chat/completions", asked)
    until(lambda: getattr(project.generator("slow"), "said", []))
    server.should_exit = True
    reply = connection.getresponse()
    assert (reply.status, json.loads(reply.read())["error"]["code"]) == (503, "given_up")
    thread.join(15)
    assert not thread.is_alive()
    assert "Exception in ASGI application" not in caplog.text
    connection.close()
