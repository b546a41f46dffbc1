import pytest
from litestar.connection import ASGIConnection
from litestar.testing import TestClient

from steep.errors import ConfigError
from steep.flows.answer import Answerer
from steep.server import server_of
from steep.server.app import application_of
from steep.server.callers import needs
from steep.server.errors import NotSignedIn
from steep.values import SCOPES, Caller

QUESTION = {"question": "How much is a day ticket?"}


class Connection:
    def __init__(self, caller):
        self.scope = {"steep.caller": caller}


def test_a_scope_includes_those_before_it():
    for have, scope in enumerate(SCOPES):
        caller = Caller(name="anna", scope=scope)
        assert [caller.may(each) for each in SCOPES] == [wanted <= have for wanted in range(len(SCOPES))]


@pytest.mark.parametrize("wanted", SCOPES)
@pytest.mark.parametrize("have", SCOPES)
def test_a_guard_lets_those_pass_that_may(wanted, have):
    caller = Caller(name="anna", scope=have)
    going = needs(wanted)(Connection(caller), None)
    with pytest.raises(StopIteration if caller.may(wanted) else Exception) as ended:
        going.send(None)
    told = f"this needs the scope `{wanted}`, and anna has `{have}`."
    assert caller.may(wanted) or (ended.value.status, str(ended.value)) == (403, told)


@pytest.fixture
def ask(make_project):
    """A client of a project with the given tables, as if from an address; and the project."""
    opened = []

    def start(tables="", *, host="127.0.0.1", address="127.0.0.1", **options):
        project = make_project('[generator]\nuse = "finder"\n' + tables, **options)
        app = application_of(project, Answerer(project), host=host)

        async def from_there(scope, receive, send):
            scope["client"] = (address, 50_000)
            await app(scope, receive, send)

        client = TestClient(from_there, base_url="http://127.0.0.1")
        client.callers = app.state.callers
        opened.append(client)
        return client.__enter__(), project

    yield start
    for client in opened:
        client.__exit__(None, None, None)


def bearer(words):
    return {"authorization": f"Bearer {words}"}


def names(project):
    return [each.answer.caller for each in project.answers.newest()]


def test_without_a_key_everybody_on_this_machine_is_the_operator(ask):
    client, project = ask()
    assert client.post("/answer", json=QUESTION, headers=bearer("whatever")).status_code == 200
    assert names(project) == ["operator"]


def test_as_soon_as_there_is_a_key_nobody_is_answered_without_one(ask):
    client, project = ask()
    _, words = project.keys.new("anna", now=project.clock())
    for headers in ({}, bearer("whatever"), bearer(words + "x"), {"authorization": "Basic YTpi"}):
        reply = client.post("/answer", json=QUESTION, headers=headers)
        assert (reply.status_code, reply.headers["www-authenticate"]) == (401, "Bearer")
    assert client.post("/answer", json=QUESTION, headers=bearer(words)).status_code == 200
    assert names(project) == ["key:anna"]
    project.keys.revoke("anna", now=project.clock())
    reply = client.get("/v1/models", headers=bearer(words))
    assert (reply.status_code, "revoked" in reply.json()["error"]["message"]) == (401, True)
    assert client.get("/health").status_code == 200


def test_another_address_is_not_served_without_a_key_or_a_proxy(make_project):
    project = make_project()
    with pytest.raises(ConfigError, match=r"0.0.0.0 can be reached .* `steep keys new NAME --scope admin`"):
        server_of(project, host="0.0.0.0", port=0)
    project.keys.new("anna", now=0.0)
    server_of(project, host="0.0.0.0", port=0)


PROXY = """
[access.groups]
boats = ["berths.md"]
[serve]
trusted_header = "X-Remote-User"
trusted_groups = "X-Remote-Groups"
trusted_proxies = ["10.0.0.0/8"]
trusted_scope = "edit"
"""


def test_a_proxy_s_header_says_who_asks_and_nobody_else_s_does(ask):
    client, project = ask(PROXY, address="10.1.2.3")
    headers = {"x-remote-user": "Jörg".encode(), "x-remote-groups": "staff, boats, *"}
    assert client.post("/answer", json=QUESTION, headers=headers).status_code == 200
    assert names(project) == ["user:Jörg"]
    for headers in ({}, {"x-remote-user": " "}, {"x-remote-user": "x" * 300}):
        assert client.post("/answer", json=QUESTION, headers=headers).status_code == 401
    other, _ = ask(PROXY, address="127.0.0.1")
    assert other.post("/answer", json=QUESTION, headers={"x-remote-user": "anna"}).status_code == 401


def test_a_group_that_a_proxy_names_may_do_what_steep_toml_says_and_the_highest_counts(ask):
    more = 'trusted_scopes = { boats = "ask", stewards = "operate", chiefs = "admin" }\n'
    client, _ = ask(PROXY + more, address="10.1.2.3", indexed=False)
    for groups, scope in (
        ("", "edit"),
        ("boats", "edit"),
        ("stewards, boats", "operate"),
        ("chiefs,stewards", "admin"),
    ):
        told = [(b"x-remote-user", b"anna"), (b"x-remote-groups", groups.encode())]
        scoped = {"type": "http", "client": ("10.1.2.3", 1), "headers": told}
        assert client.callers.caller(ASGIConnection(scoped)).scope == scope


def test_a_proxy_s_header_that_stands_there_twice_names_nobody(ask):
    client, _ = ask(PROXY, indexed=False)
    scope = {"type": "http", "client": ("10.1.2.3", 1), "headers": [(b"x-remote-user", b"anna")] * 2}
    with pytest.raises(NotSignedIn, match="does not name one person"):
        client.callers.caller(ASGIConnection(scope))


def test_a_browser_signs_in_with_a_key_once_and_out_again(ask):
    client, project = ask()
    _, words = project.keys.new("anna", now=project.clock(), scope="edit")
    assert client.post("/sign-in", json={"key": "steep_no"}).status_code == 401
    assert client.post("/sign-in", json={}).status_code == 400
    reply = client.post("/sign-in", json={"key": words})
    assert reply.json() == {"name": "anna", "scope": "edit"}
    cookie = reply.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert words.rpartition("_")[2] not in cookie
    assert client.post("/answer", json=QUESTION).status_code == 200
    assert names(project) == ["key:anna"]
    held = client.cookies["steep_session"]
    assert client.post("/sign-out").status_code == 200
    client.cookies["steep_session"] = held
    assert client.post("/answer", json=QUESTION).status_code == 401


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/documents?q=1", "/documents?q=1"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil", "/"),
        (None, "/"),
    ],
)
def test_a_form_that_signs_in_is_led_on_to_a_page_of_ours(ask, wanted, led):
    client, project = ask(indexed=False)
    _, words = project.keys.new("anna", now=project.clock())
    form = {"key": words, **({} if wanted is None else {"next": wanted})}
    reply = client.post("/sign-in", data=form, follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (303, led)


def test_the_page_of_another_site_changes_nothing(ask):
    client, _ = ask('[serve]\ncors = ["https://intranet.example"]\n')
    for headers in (
        {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ):
        reply = client.post("/answer", json=QUESTION, headers=headers)
        assert (reply.status_code, reply.json()["error"]["code"]) == (403, "other_origin")
    for headers in (
        {"sec-fetch-site": "same-origin", "origin": "http://127.0.0.1"},
        {"sec-fetch-site": "none"},
        {"origin": "http://127.0.0.1"},
        {"origin": "https://intranet.example", "sec-fetch-site": "cross-site"},
    ):
        assert client.post("/answer", json=QUESTION, headers=headers).status_code == 200


def test_other_sites_that_steep_toml_names_may_read_replies(ask):
    client, _ = ask('[serve]\ncors = ["https://intranet.example"]\n', indexed=False)
    asked = {"origin": "https://intranet.example", "access-control-request-method": "POST"}
    allowed = client.options("/answer", headers={**asked, "access-control-request-headers": "authorization"})
    assert allowed.headers["access-control-allow-origin"] == "https://intranet.example"
    foreign = client.options("/answer", headers={**asked, "origin": "https://evil.example"})
    assert "access-control-allow-origin" not in foreign.headers


@pytest.mark.parametrize("host", ["LOCALHOST", "localhost:8000", "127.0.0.1", "[::1]:8000", "Localhost."])
def test_this_machine_is_called_by_any_of_its_names(ask, host):
    client, _ = ask(indexed=False)
    assert client.get("/schema", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/v1/models", "/nothing/here", "/health"])
def test_another_host_name_is_not_answered_whatever_the_path(ask, path):
    client, _ = ask('[serve]\nhosts = ["steep.example.org"]\n', indexed=False)
    reply = client.get(path, headers={"host": "evil.example.org"})
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, "unknown_host")
    assert client.get("/schema", headers={"host": "steep.example.org"}).status_code == 200


def test_this_machine_s_own_names_are_answered_beside_those_that_are_named(ask):
    client, _ = ask(PROXY + 'hosts = ["steep.example.org"]\n', host="0.0.0.0", indexed=False)
    for host, status in (("127.0.0.1:8000", 200), ("steep.example.org", 200), ("evil.example.org", 400)):
        assert client.get("/schema", headers={"host": host}).status_code == status


def test_head_is_get_without_a_body(ask):
    client, _ = ask()
    reply = client.head("/health")
    assert (reply.status_code, reply.content) == (200, b"")
    assert client.head("/nothing").status_code == 404


def test_what_goes_wrong_inside_is_an_id_that_the_log_explains(ask, caplog):
    client, _ = ask()
    secret = "postgresql://user:hunter2@host/x"

    def fail(caller):
        raise RuntimeError(secret)

    client.callers.caller = fail
    reply = client.get("/v1/models")
    message = reply.json()["error"]["message"]
    assert (reply.status_code, "hunter2" in reply.text) == (500, False)
    identity = message.rpartition("error ")[2].rstrip(".")
    assert any(identity in record.getMessage() and secret in record.getMessage() for record in caplog.records)


def test_a_message_for_clients_names_no_folder(ask):
    client, project = ask(indexed=False)
    reply = client.post("/answer", json=QUESTION)
    assert (reply.status_code, str(project.folder) in reply.text) == (503, False)
    assert "run `steep index` first" in reply.json()["error"]["message"]
