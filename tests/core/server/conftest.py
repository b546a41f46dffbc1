"""A server on a free loopback port, in a thread, ended cleanly; and the official client for it."""

import threading
import time
from contextlib import contextmanager

import httpx
import pytest
from litestar.testing import TestClient
from openai import OpenAI

from steep.flows.answer import Answerer
from steep.server import server_of
from steep.server.app import application_of


@contextmanager
def running(project):
    server = server_of(project, port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started or server.config.app.state.warmth.state:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


@pytest.fixture
def serve(make_project):
    """Serve a project with the given tables: (address, project)."""
    contexts = []

    def start(*arguments, **options):
        project = make_project(*arguments, **options)
        context = running(project)
        contexts.append(context)
        return context.__enter__(), project

    yield start
    for context in reversed(contexts):
        context.__exit__(None, None, None)


@pytest.fixture
def address(serve):
    return serve()[0]


@pytest.fixture
def client(address):
    with OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0, timeout=60) as opened:
        yield opened


@pytest.fixture
def http(address):
    with httpx.Client(base_url=address, timeout=60) as opened:
        yield opened


class Asking:
    """The native surface, asked by one caller."""

    def __init__(self, client, name):
        self._client, self._name = client, name

    def request(self, method, path, **options):
        headers = {"x-caller": self._name, **options.pop("headers", {})}
        return self._client.request(method, f"/api/v1{path}", headers=headers, **options)

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, json=None, **options):
        return self.request("POST", path, **({} if json is None else {"json": json}), **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)


@contextmanager
def serving(project, *callers):
    application = application_of(project, Answerer(project), host="127.0.0.1")
    known = {each.name: each for each in callers}

    async def as_caller(scope, receive, send):
        name = dict(scope.get("headers", ())).get(b"x-caller", b"").decode()
        if name in known:
            scope["steep.caller"] = known[name]
        await application(scope, receive, send)

    with TestClient(as_caller, base_url="http://127.0.0.1") as client:
        yield lambda who: Asking(client, known[who.name].name)


@pytest.fixture
def service():
    """The application of a project in this process, asked as a caller: ``with service(project, anna) as ask``."""
    return serving
