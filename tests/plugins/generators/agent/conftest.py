"""Served models that do what a script says: over HTTP, as a real one would, or without tools of their own."""

import json
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from steep import Context
from steep.errors import ModelError, Unable
from steep.kinds import Piece
from steep.testing.generator import questions_asked
from steep.testing.hands import PlainHand, draft_of
from steep_plugins.generators import AgentOptions, build_agent
from steep_plugins.models import OpenAIOptions, build_openai
from steep_plugins.tools.calculator import Calculator

ASKED = replace(questions_asked()[0], max_tokens=64)
SUM = ("calculator", {"expression": "7 * 12"})


def call(*wanted):
    """A reply that calls tools."""
    calls = [
        {"index": at, "id": f"c{at}", "type": "function", "function": {"name": name, "arguments": _text(arguments)}}
        for at, (name, arguments) in enumerate(wanted)
    ]
    return {"delta": {"role": "assistant", "tool_calls": calls}, "finish_reason": "tool_calls"}


def _text(arguments):
    return arguments if isinstance(arguments, str) else json.dumps(arguments)


def say(text):
    return {"delta": {"role": "assistant", "content": text}, "finish_reason": "stop"}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(body)
        script = self.server.script
        choice = script.pop(0) if len(script) > 1 else script[0]
        if callable(choice):
            choice = choice(body)
        if isinstance(choice, int):
            data = json.dumps({"error": {"message": "this model does not support tools"}}).encode()
            self.send_response(choice)
        else:
            usage = {"prompt_tokens": 100, "completion_tokens": 10}
            chunks = [{"choices": [{"index": 0, **choice}]}, {"choices": [], "usage": usage}]
            data = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks).encode() + b"data: [DONE]\n\n"
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        """Quiet."""


@contextmanager
def scripted(*script):
    """A server that replies with the script in turn, the last line for ever."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads, server.script, server.asked = True, list(script), []
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        server.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def drafted(server, *, tools=None, asked=ASKED, confirms=frozenset(), hits=None, **options):
    model = build_openai(OpenAIOptions(url=server.url, model="scripted", retries=0), Context())
    hand = PlainHand(
        hits=asked.hits if hits is None else hits,
        answers_with=model,
        tools={"calculator": Calculator()} if tools is None else tools,
        confirms=frozenset(confirms),
    )
    try:
        return draft_of(build_agent(AgentOptions(**options), Context()), asked, hand)
    finally:
        model.close()


class Odd:
    """A tool that does what it is made to."""

    description = "Does something."
    parameters: ClassVar = {"type": "object", "properties": {}}

    def __init__(self, does, *, changes=False):
        self.does, self.changes, self.calls = does, changes, 0

    def call(self, request):
        self.calls += 1
        return self.does(request)


class Said:
    """A model without tools of its own, which writes a line of its script each time."""

    digest, context = "said-1", 4096

    def __init__(self, *script):
        self.script, self.asks = list(script), []

    def chat(self, asks):
        if asks[0].tools:
            raise Unable("tools were asked for, and there is no place for them.", setting="functions")
        return self._written(asks)

    def _written(self, asks):
        self.asks += asks
        yield Piece(text=self.script.pop(0) if len(self.script) > 1 else self.script[0])
        yield Piece(end="stop", prompt_tokens=5, tokens=5)

    def score(self, asks):
        raise ModelError("it cannot")
