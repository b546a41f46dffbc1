"""A real server on this machine, in all its moods, and the model `openai` that asks it."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from steep.kinds import Ask
from steep.testing.model import replies
from steep.values import Message
from steep_plugins.models.endpoint import Address, Endpoint
from steep_plugins.models.served import Served, ServedModel

USAGE = {"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 3}}
ASK = Ask(messages=(Message(role="user", content="Who keeps the keys?"),), max_tokens=7, temperature=0.5, seed=3)


class Server(ThreadingHTTPServer):
    """Answers with ``moods`` in turn, the last one for ever, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self, *moods):
        super().__init__(("127.0.0.1", 0), Handler)
        self.moods = list(moods)
        self.asked = []
        self.headers = []
        self.dropped = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request, client_address):
        """Quiet: clients that leave are part of these tests."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append((self.path, body))
        self.server.headers.append(dict(self.headers))
        moods = self.server.moods
        (moods.pop(0) if len(moods) > 1 else moods[0])(self, body)

    def do_GET(self):
        self.server.asked.append((self.path, None))
        self.server.headers.append(dict(self.headers))
        self.server.moods[0](self, None)

    def log_message(self, *args):
        """Quiet."""


def whole(status, content=b"", **headers):
    def reply(handler, body):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        handler.send_response(status)
        for name, value in {"content-length": str(len(data)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)

    return reply


def events(*chunks, end=True, pause=0.0):
    def reply(handler, body):
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("connection", "close")
        handler.end_headers()
        try:
            for chunk in chunks:
                data = chunk if isinstance(chunk, str) else json.dumps(chunk)
                handler.wfile.write(f"data: {data}\n\n".encode())
                handler.wfile.flush()
                time.sleep(pause)
            if end:
                handler.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            handler.server.dropped.set()
        handler.close_connection = True

    return reply


def delta(text=None, *, finish=None, **more):
    return {"choices": [{"index": 0, "delta": {"content": text, **more}, "finish_reason": finish}]}


def says(*texts, finish="stop"):
    return events(*(delta(text) for text in texts), delta(finish=finish), USAGE)


def answering(handler, body):
    """Much like a model: the same words for the same messages, with its limits and stops."""
    said = " ".join(each["content"] for each in body["messages"])
    words = f"I read {len(said)} letters at {body['temperature']} and {body['seed']} today .".split(" ")
    text, limit = "", body["max_tokens"]
    for word in words[:limit]:
        text += word + " "
    cut = min((text.find(stop) for stop in body.get("stop", ()) if stop in text), default=len(text))
    finish = "stop" if len(words) <= limit or cut < len(text) else "length"
    halves = [text[:cut][at : at + 5] for at in range(0, cut, 5)]
    usage = {"choices": [], "usage": {"prompt_tokens": len(said), "completion_tokens": min(limit, len(words))}}
    events(*(delta(each) for each in halves), delta(finish=finish), usage)(handler, body)


@contextmanager
def serving(*moods):
    server = Server(*moods)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def asking(server, *, sleep=lambda seconds: None, served=None, url=None, **address):
    where = Address(url=url or server.url, **address)
    model = ServedModel(where, served or Served(model="harbor"), Endpoint(where, sleep=sleep))
    try:
        yield model
    finally:
        model.close()


def asked(model, ask=ASK):
    return replies(model.chat([ask]), 1)[0]
