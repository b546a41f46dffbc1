import re
import socket
import threading

import httpx
import pytest
from litestar.testing import TestClient

from steep.errors import ConfigError, SourceError
from steep.flows import uploads
from steep.flows.answer import Answerer, AnswerRequest, SearchRequest
from steep.server import serve as serve_project
from steep.server.app import application_of
from steep.server.schemas import FILLED
from steep.testing.tiny_models import tiny_model
from steep.values import OPERATOR
from steep.wire import answer_json, search_json

QUESTION = "How much is a day ticket?"


def test_an_answer_is_what_the_command_line_prints(serve):
    address, project = serve()
    told = httpx.post(f"{address}/answer", json={"question": QUESTION}, timeout=60).json()
    expected = answer_json(Answerer(project).answer(AnswerRequest(question=QUESTION, caller=OPERATOR)))
    for own in ("timings", "id", "caller"):
        del told[own], expected[own]
    assert told == expected


def test_a_search_is_what_the_command_line_prints(serve):
    address, project = serve()
    told = httpx.post(f"{address}/search", json={"question": QUESTION, "k": 2}, timeout=60).json()
    found = Answerer(project).search(SearchRequest(question=QUESTION, k=2, caller=OPERATOR))
    assert told == search_json(QUESTION, found.hits, found.generation)
    assert [hit["rank"] for hit in told["hits"]] == list(range(1, len(found.hits) + 1)) != []


def test_within_narrows_to_the_named_documents(http):
    told = http.post("/search", json={"question": "ticket berth", "within": ["berths.md"]}).json()
    assert {hit["path"] for hit in told["hits"]} == {"berths.md"}
    assert http.post("/search", json={"question": "ticket berth", "within": []}).json()["hits"] == []


def test_an_unknown_key_or_profile_is_named(http):
    unknown = http.post("/answer", json={"question": QUESTION, "profil": "rag"})
    assert unknown.status_code == 400
    assert "profil" in unknown.json()["error"]["message"]
    assert http.post("/answer", json={"question": QUESTION, "profile": "x"}).status_code == 404
    assert http.post("/answer", json={"question": ""}).json()["error"]["code"] == "invalid_question"


def test_health_tells_what_is_served(http):
    told = http.get("/health").json()
    assert told["status"] == "ok"
    assert (told["project"], told["generation"], told["documents"]) == ("harbor", 1, 2)


def test_openapi_describes_the_surface(http):
    schema = http.get("/schema").json()
    assert schema["openapi"].startswith("3.")
    assert {"/v1/models", "/v1/chat/completions", "/answer", "/search", "/health"} <= set(schema["paths"])
    told = schema["paths"]["/v1/chat/completions"]["post"]["description"]
    assert "0 where the generator counts none" in told


def test_a_path_that_is_not_there_has_the_same_error_shape(http):
    reply = http.get("/v2/models")
    assert reply.status_code == 404
    assert set(reply.json()["error"]) == {"message", "type", "param", "code"}


def test_a_path_that_is_not_there_says_where_the_others_are_listed(http):
    error = http.get("/nothing").json()["error"]
    assert (error["code"], "/schema" in error["message"]) == ("not_found", True)


def test_a_port_that_is_taken_is_said_before_anything_is_loaded(make_project):
    project = make_project(indexed=False)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"127.0.0.1, port {port}, cannot be listened on .*--port"):
            serve_project(project, port=port)


def test_the_parts_are_loaded_before_the_first_question(make_project):
    project = make_project()
    answerer = Answerer(project)
    answerer.prepare()
    assert project.generator().requests == []
    answerer.warm()
    assert len(project.generator().requests) == 1, "the four arms answer with one generator"
    assert project.answers.newest() == (), "nobody asked"


def test_the_weights_of_the_model_that_answers_are_loaded_before_the_first_question(make_project, tmp_path):
    folder = tiny_model(tmp_path / "tiny", ("A day ticket costs 12 euros.",))
    project = make_project(f'[generator]\nuse = "chat"\n[model.tiny]\nuse = "transformers"\nmodel = "{folder}"\n')
    model, loaded = project.model("tiny"), []
    project.model("tiny")._made = lambda made=model._made: loaded.append("weights") or made()
    answerer = Answerer(project)
    answerer.load()
    assert loaded == ["weights"]
    answerer.load()
    answerer.answer(AnswerRequest(question=QUESTION, caller=OPERATOR))
    assert loaded == ["weights"], "they are held"


def test_the_server_is_alive_at_once_and_ready_when_what_answers_is_loaded(make_project):
    project = make_project()
    loading, loaded = threading.Event(), threading.Event()

    def warming():
        loading.set()
        assert loaded.wait(60)

    application = application_of(project, Answerer(project), host="127.0.0.1", warming=warming)
    with TestClient(application, base_url="http://127.0.0.1") as client:
        assert loading.wait(60)
        assert client.get("/health").json()["status"] == "ok"
        told = client.get("/ready")
        assert (told.status_code, told.json()["status"]) == (503, "warming up")
        loaded.set()
        while client.get("/ready").status_code != 200:
            pass


def test_a_server_whose_parts_do_not_load_says_so_and_is_not_ready(make_project, caplog):
    def breaks():
        raise OSError("the weights are gone")

    application = application_of(make_project(), Answerer(make_project()), host="127.0.0.1", warming=breaks)
    with TestClient(application, base_url="http://127.0.0.1") as client:
        while (told := client.get("/ready")).json()["status"] == "warming up":
            pass
        assert (told.status_code, told.json()["status"]) == (503, "it cannot answer; its log says why")
    assert "the weights are gone" in caplog.text


def test_another_host_name_is_not_answered_on_loopback(http):
    assert http.get("/v1/models", headers={"host": "evil.example.org"}).status_code == 400


def test_a_project_without_an_index_is_served_and_says_what_to_do(serve):
    address, _ = serve(indexed=False)
    told = httpx.post(f"{address}/answer", json={"question": QUESTION})
    assert told.status_code == 503
    assert "steep index" in told.json()["error"]["message"]
    assert "Nothing is indexed yet" in httpx.get(f"{address}/").text


def test_health_says_so_when_the_index_is_gone(make_project):
    from litestar.testing import TestClient

    project = make_project(indexed=False)
    with TestClient(
        application_of(project, Answerer(project), host="127.0.0.1"), base_url="http://127.0.0.1"
    ) as client:
        reply = client.get("/health")
        assert (reply.status_code, reply.json()["status"]) == (503, "not indexed")
        assert client.post("/answer", json={"question": QUESTION}).status_code == 503
        assert client.get("/v1/models").json()["data"] == []
        assert "run `steep index` first" in client.get("/v1/models/rag").json()["error"]["message"]


def test_openapi_shows_bodies_as_they_are_taken(http):
    schema = http.get("/schema").json()
    bodies = schema["components"]["schemas"]
    asked = next(each for name, each in bodies.items() if name.endswith("AnswerBody"))
    assert (asked["additionalProperties"], "schema" in asked["properties"]) == (False, True)
    apart = asked["not"]
    assert (apart["required"], apart["properties"]["history"]) == (["history", "conversation"], {"minItems": 1})
    jobs = schema["paths"]["/api/v1/jobs"]["post"]
    assert "root" not in str(jobs["requestBody"])
    faulty = jobs["responses"]["409"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert set(bodies[faulty]["properties"]) == {"error"}


@pytest.mark.parametrize(
    ("method", "path", "status", "allowed"),
    [
        ("OPTIONS", "/api/v1/documents/a.md", 204, "DELETE, GET, HEAD, OPTIONS"),
        ("OPTIONS", "/api/v1/conversations/x", 204, "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("PUT", "/api/v1/pairs", 405, "GET, HEAD, OPTIONS, POST"),
        ("GET", "/api/v1/answer", 405, "OPTIONS, POST"),
    ],
)
def test_what_can_be_done_with_a_path_is_told_whole(make_project, method, path, status, allowed):
    project = make_project(indexed=False)
    application = application_of(project, Answerer(project), host="127.0.0.1")
    with TestClient(application, base_url="http://127.0.0.1") as client:
        reply = client.request(method, path)
        assert (reply.status_code, reply.headers["allow"]) == (status, allowed)
        assert status != 405 or f"no {method} at {path}" in reply.json()["error"]["message"]


def test_bounds_of_what_may_be_null_are_in_the_description(make_project):
    project = make_project(indexed=False)
    told = application_of(project, Answerer(project), host="127.0.0.1").openapi_schema.to_schema()
    schemas = told["components"]["schemas"]
    known = {name.rpartition("_")[2]: each["properties"] for name, each in schemas.items() if "properties" in each}
    whole, null = known["SearchBody"]["k"]["oneOf"]
    assert (whole["minimum"], whole["maximum"], null) == (1, 1000, {"type": "null"})
    assert known["ChatRequest"]["tools"]["oneOf"][0]["maxItems"] == 128
    assert known["ChatRequest"]["stop"]["oneOf"][1] == {"type": "array", "items": {"type": "string"}, "maxItems": 16}


def test_openapi_names_what_streams_and_which_files_are_taken_here(make_project):
    project = make_project(indexed=False)
    paths = application_of(project, Answerer(project), host="127.0.0.1").openapi_schema.to_schema()["paths"]
    stream = "text/event-stream"
    for path, method, kinds in (
        ("/api/v1/answer/stream", "post", {stream}),
        ("/api/v1/jobs/{identity}/events", "get", {stream}),
        ("/v1/chat/completions", "post", {"application/json", stream}),
        ("/v1/responses", "post", {"application/json", stream}),
    ):
        assert set(paths[path][method]["responses"]["200"]["content"]) == kinds
    name, folder = (each["schema"]["pattern"] for each in paths["/api/v1/documents"]["post"]["parameters"][:2])
    for taken in ("a.md", "Über uns.pdf", "a.b.txt", "0.md"):
        assert re.search(name, taken)
        uploads.checked_path(project, taken, "", OPERATOR)
    for refused in ("a", "a.exe", ".md", "a/b.md", "..md", " a.md", "a|b.md", "a\n.md", "\u202ea.md"):
        assert not re.search(name, refused)
        with pytest.raises(SourceError, match=r"no reader takes|cannot be a name here|a path in it"):
            uploads.checked_path(project, refused, "", OPERATOR)
    for below in ("", "notes", "notes/2026 und so"):
        assert re.search(folder, below)
        uploads.checked_path(project, "a.md", below, OPERATOR)
    for wrong in ("/etc", "..", "a/../b", "a/.git", "a ", "a./b"):
        assert not re.search(folder, wrong)
        with pytest.raises(SourceError, match=r"leave its first slash out|cannot be a name here"):
            uploads.checked_path(project, "a.md", wrong, OPERATOR)


def test_a_question_of_nothing_but_spaces_is_none_by_openapi_too():
    spaces = [chr(number) for number in range(0x3100) if chr(number).isspace()]
    assert "\x1e" in spaces
    assert not re.search(FILLED["pattern"], "".join(spaces))
    for said in ("x", "?", "é", "\u200b"):
        assert re.search(FILLED["pattern"], said)


def test_what_is_neither_true_nor_false_is_refused_and_a_parameter_is_named_as_it_was_sent(http):
    for path, body in (
        ("/api/v1/jobs", {"kind": "run", "fresh": 0}),
        ("/v1/chat/completions", {"model": "rag", "messages": [{"role": "user", "content": "x"}], "stream": 1}),
    ):
        told = http.post(path, json=body)
        assert (told.status_code, "send true or false" in told.json()["error"]["message"]) == (400, True)
    form = {"type": "object"}
    native = http.post("/api/v1/answer", json={"question": QUESTION, "schema": form}).json()["error"]
    assert (native["param"], native["code"]) == ("schema", "unsupported_parameter")
    chat = {"model": "rag", "messages": [{"role": "user", "content": QUESTION}]}
    chat["response_format"] = {"type": "json_object"}
    assert http.post("/v1/chat/completions", json=chat).json()["error"]["param"] == "response_format"
