"""Bodies packed by gzip are read as if they were not, within the same limits; what cannot be unpacked is told so."""

import gzip
import json

import httpx
import pytest

from steep.values import Caller

QUESTION = {"question": "How much is a day ticket?"}
EDITOR = Caller(name="edith", scope="edit")
PACKED = {"content-type": "application/json", "content-encoding": "gzip"}
SMALL = '[generator]\nuse = "finder"\n[limits]\nmegabytes = 0.1\n'


def packed(body):
    return gzip.compress(json.dumps(body).encode(), mtime=0)


def told(reply):
    return reply.status_code, reply.json()["error"]["code"]


@pytest.fixture
def post(serve):
    address, _ = serve(SMALL)
    return lambda path, body, **headers: httpx.post(
        f"{address}{path}", content=body, headers={**PACKED, **headers}, timeout=60
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/answer", QUESTION),
        ("/api/v1/search", QUESTION),
        ("/v1/chat/completions", {"model": "rag", "messages": [{"role": "user", "content": QUESTION["question"]}]}),
    ],
)
def test_a_packed_body_is_read(post, path, body):
    assert post(path, packed(body)).status_code == 200
    whole = json.dumps(body).encode()
    in_two = gzip.compress(whole[:9]) + gzip.compress(whole[9:])
    assert post(path, in_two, **{"content-encoding": "GZip, identity"}).status_code == 200


def test_a_form_of_the_page_may_be_packed_too(serve):
    address, _ = serve(SMALL)
    form = gzip.compress(b"question=How+much+is+a+day+ticket%3F&profile=rag")
    headers = {"content-type": "application/x-www-form-urlencoded", "content-encoding": "gzip"}
    reply = httpx.post(f"{address}/ask", content=form, headers=headers, timeout=60, follow_redirects=True)
    assert "A day ticket costs 12 euros" in reply.text


@pytest.mark.parametrize("size", [100_001, 300_000_000])
def test_what_would_become_too_large_is_refused_however_small_it_is_packed(post, size):
    bomb = gzip.compress(b" " * size)[:90_000]  # of the larger one not even all is sent
    assert told(post("/answer", bomb)) == (413, "too_large")


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", packed(QUESTION)[:-9], packed(QUESTION)[:-1], packed(QUESTION) + b"rest"],
    ids=["empty", "not packed", "without its end", "without the last byte", "with more behind it"],
)
def test_what_cannot_be_unpacked_is_told_so(post, body):
    reply = post("/answer", body)
    assert told(reply) == (400, "invalid_encoding")
    assert "cannot be unpacked" in reply.json()["error"]["message"]


@pytest.mark.parametrize("coding", ["br", "deflate", "zstd", "gzip, gzip", "nonsense"])
def test_another_packing_is_named(post, coding):
    reply = post("/answer", packed(QUESTION), **{"content-encoding": coding})
    assert told(reply) == (415, "unsupported_encoding")
    assert coding in reply.json()["error"]["message"]
    assert reply.headers["accept-encoding"] == "gzip"


def test_the_protocol_of_tools_takes_bodies_as_they_are(post):
    assert told(post("/mcp", packed({}), accept="application/json, text/event-stream")) == (415, "unsupported_encoding")


def test_a_packed_upload_is_unpacked_and_weighed_as_what_it_becomes(service, make_project):
    project = make_project('[generator]\nuse = "finder"\n')
    small = project.config.project.model_copy(update={"max_megabytes": 0.001})
    project.config = project.config.model_copy(update={"project": small})
    with service(project, EDITOR) as ask:

        def send(content):
            headers = {"content-encoding": "gzip"}
            query = {"name": "new.md", "index": "false"}
            return ask(EDITOR).post("/documents", content=gzip.compress(content), params=query, headers=headers)

        assert told(send(b"x" * 1001)) == (413, "too_large")
        assert send(b"# New\n\nIt is new.\n").status_code == 201
    assert (project.folder / "new.md").read_text("utf-8") == "# New\n\nIt is new.\n"


def test_a_packed_form_of_files_is_refused(serve):
    address, _ = serve(SMALL)
    headers = {"content-type": "multipart/form-data; boundary=b", "content-encoding": "gzip"}
    reply = httpx.post(f"{address}/documents", content=gzip.compress(b"--b--"), headers=headers, timeout=60)
    assert told(reply) == (415, "unsupported_encoding")
