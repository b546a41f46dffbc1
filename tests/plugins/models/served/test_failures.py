"""What goes wrong between the model `openai` and its server is said, and no key or password with it."""

import json

import pytest

from steep.errors import ModelError
from steep_plugins.models.endpoint import without_password

from .conftest import USAGE, asked, asking, delta, events, says, serving, whole


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        (whole(401, {"error": {"message": "bad key"}}), r"401: 'bad key'.*api_key_env"),
        (whole(404, {"error": "no such model"}), r"404: 'no such model'.*serve the model 'harbor'.*/v1"),
        (whole(400, {"message": "too long"}), r"400: 'too long' .*`context`"),
        (whole(400, {"detail": "pinned to another"}), r"400: 'pinned to another' "),
        (whole(422, {"detail": [{"msg": "too short"}, {"msg": "no role"}]}), r"422: 'too short; no role' "),
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


@pytest.mark.parametrize(
    "mood", [events(delta("The"), delta(" day"), end=False), events(delta("The"), USAGE, end=False)]
)
def test_a_reply_whose_connection_closes_before_its_end_is_an_error_too(mood):
    """Without a length the connection's end is the reply's: only what was said tells whether that is the whole."""
    with serving(mood) as server, asking(server) as model, pytest.raises(ModelError, match="its end never came"):
        asked(model)


@pytest.mark.parametrize(
    "mood", [events(delta("The"), delta(finish="stop"), end=False), events(delta("The"), delta(finish=None))]
)
def test_an_end_is_told_by_its_reason_or_by_the_last_event(mood):
    with serving(mood) as server, asking(server) as model:
        assert asked(model)[0] == "The"


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


def test_the_card_tells_which_models_the_server_lists_where_it_does_not_list_the_one_that_is_named():
    with serving(whole(200, {"data": [{"id": "small"}, {"id": "large"}]})) as server, asking(server) as model:
        assert model.card().source == f"harbor at {server.url} (it lists small, large)"
        assert server.asked == [("/v1/models", None)]
    for mood in (whole(200, {"data": [{"id": "harbor"}]}), whole(404, {"error": "no"}), whole(200, b"<html>")):
        with serving(mood) as server, asking(server) as model:
            assert model.card().source == f"harbor at {server.url}"


def test_a_server_that_is_away_or_refuses_the_key_has_no_card():
    refused = pytest.raises(ModelError, match=r"401: 'bad key'.*api_key_env")
    with serving(whole(401, {"error": "bad key"})) as server, asking(server) as model, refused:
        model.card()
    with asking(server) as model, pytest.raises(ModelError, match=r"cannot be reached.*\(tried 1 time\)"):
        model.card()
