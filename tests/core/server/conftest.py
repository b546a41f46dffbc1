"""A server on a free loopback port, in a thread, ended cleanly; and the official client for it."""

import threading
import time
from contextlib import contextmanager

import httpx
import pytest
from openai import OpenAI

from steep.server import server_of


@contextmanager
def running(project):
    server = server_of(project, port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
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
