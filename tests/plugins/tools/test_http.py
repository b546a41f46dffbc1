"""Fetching from hosts on a list, against a real server on this machine."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from steep import Context
from steep.errors import ConfigError, ToolError
from steep.kinds import ToolRequest
from steep.testing.tool import ToolContract
from steep.values import OPERATOR
from steep_plugins.tools import HttpOptions, build_http


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.seen.append((self.command, self.path, dict(self.headers)))
        reply = {
            "/tides": (200, "application/json", b'{\n  "high": "noon"\n}', {}),
            "/page": (200, "text/html", b"<html><script>evil()</script><p>High  water</p><p>at noon</p></html>", {}),
            "/picture": (200, "image/png", b"\x89PNG", {}),
            "/large": (200, "text/plain", b"a" * 5000, {}),
            "/none": (404, "text/plain", b"nothing here", {}),
            "/moved": (302, "text/plain", b"", {"location": "/tides"}),
            "/away": (302, "text/plain", b"", {"location": "http://evil.example/steal"}),
            "/round": (302, "text/plain", b"", {"location": "/round"}),
            "/metadata": (302, "text/plain", b"", {"location": "http://169.254.169.254/latest"}),
        }
        if self.path == "/slow":
            self.send_response(200)
            self.send_header("content-type", "text/plain")
            self.end_headers()
            for _ in range(50):
                self.wfile.write(b"slowly ")
                self.wfile.flush()
                time.sleep(0.1)
            return
        status, kind, data, headers = reply[self.path]
        self.send_response(status)
        for name, value in {"content-type": kind, "content-length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.seen.append((self.command, self.path, body))
        self.send_response(201)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *args):
        """Quiet."""


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as made:
        made.daemon_threads = True
        made.handle_error = lambda *args: None
        made.seen = []
        made.named = f"127.0.0.1:{made.server_address[1]}"
        thread = threading.Thread(target=made.serve_forever, daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def fetch(server):
    def fetched(path, *, method="GET", body=None, **options):
        options = {"hosts": [server.named], "private": [server.named], **options}
        url = path if "://" in path else f"http://{server.named}{path}"
        arguments = {"url": url, "method": method, **({"body": body} if body else {})}
        return (
            build_http(HttpOptions(**options), Context()).call(ToolRequest(arguments=arguments, caller=OPERATOR)).text
        )

    return fetched


class TestHttp(ToolContract):
    @pytest.fixture(autouse=True)
    def _of_the_server(self, server):
        type(self).arguments = ({"url": f"http://{server.named}/tides"},)

    @pytest.fixture
    def tool(self, server):
        return build_http(HttpOptions(hosts=[server.named], private=[server.named]), Context())


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/tides", '200\n{"high":"noon"}'),
        ("/page", "200\nHigh water\nat noon"),
        ("/picture", "200\n(image/png, which is not text)"),
        ("/none", "404\nnothing here"),
        ("/moved", '200\n{"high":"noon"}'),
    ],
)
def test_what_is_there_becomes_text(fetch, path, text):
    assert fetch(path) == text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("http://evil.example/", "not on the list"),
        ("file:///etc/passwd", "not on the list"),
        ("http://user@127.0.0.1/", "not on the list"),
        ("/away", r"http://evil\.example is not on the list"),
        ("/metadata", "not on the list"),
        ("/round", "redirects more than 3 times"),
        ("http://[broken", "not on the list"),
        ("http://nobody.invalid/", "not on the list"),
    ],
)
def test_nothing_off_the_list_is_asked_not_even_by_a_redirect(fetch, path, said):
    with pytest.raises(ToolError, match=said):
        fetch(path)


def test_a_private_address_must_be_listed_as_one(fetch, server):
    with pytest.raises(ToolError, match=r"the private address 127\.0\.0\.1"):
        fetch("/tides", private=[])
    assert server.seen == []


@pytest.mark.parametrize(
    "address", ["::ffff:127.0.0.1", "169.254.169.254", "10.0.0.1", "100.64.0.1", "0.0.0.0", "224.0.0.1", "fe80::1%eth0"]
)  # one line a list
def test_addresses_of_this_network_are_known(address):
    from steep_plugins.tools.http import _inside

    assert _inside(address)
    assert not _inside("93.184.216.34")


def test_a_name_is_looked_up_once_and_the_host_stays_its_name(fetch, server, monkeypatch):
    import socket

    asked = []
    real = socket.getaddrinfo

    def lookup(host, *rest, **more):
        asked.append(host)
        return real("127.0.0.1" if host == "tides.example" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    named = f"tides.example:{server.server_address[1]}"
    assert fetch(f"http://{named}/tides", hosts=[named], private=[named]).startswith("200")
    assert asked.count("tides.example") == 1
    assert server.seen[0][2]["host"] == named


def test_only_methods_on_the_list_are_used_and_others_than_reading_change_something(fetch, server):
    with pytest.raises(ToolError, match="POST is not allowed"):
        fetch("/tides", method="POST")
    assert fetch("/tides", method="post", body={"a": 1}, methods=["GET", "POST"]).startswith("201")
    assert server.seen == [("POST", "/tides", {"a": 1})]
    assert not build_http(HttpOptions(hosts=["a.example"]), Context()).changes
    assert build_http(HttpOptions(hosts=["a.example"], methods=["POST"]), Context()).changes


def test_a_reply_is_cut_where_it_is_too_long_or_too_slow(fetch):
    assert fetch("/large", kilobytes=1) == f"200\n{'a' * 1000}\n(cut here)"
    assert fetch("/slow", seconds=0.5).endswith("(late, cut here)")


def test_a_key_goes_along_and_no_model_sees_it(fetch, server, monkeypatch):
    monkeypatch.setenv("TIDES_KEY", "k-123")
    text = fetch("/tides", headers_env={"x-key": "TIDES_KEY"})
    assert server.seen[0][2]["x-key"] == "k-123"
    assert "k-123" not in text
    monkeypatch.delenv("TIDES_KEY")
    with pytest.raises(ConfigError, match="TIDES_KEY"):
        fetch("/tides", headers_env={"x-key": "TIDES_KEY"})
