"""Small real parts for the tests of answering, as the plugin file of a project."""

import re
import threading
import time

from pydantic import BaseModel

from steep import hookimpl, offer
from steep.kinds import Abstain, Chance, Check, Piece, Quote, Said, ToolCall, Weighed
from steep.language import sentence_spans, support


class Finder:
    """Quotes the sentence that holds most of the question's words; abstains where none holds a third of them."""

    digest = "finder-1"
    closed_book = False
    others = ()

    def __init__(self):
        self.requests = []
        self.adapters = []

    def answer(self, request, at_hand):
        self.requests.append(request)
        self.adapters.append(at_hand.adapter)
        best, found = 0.34, None
        for hit in request.hits:
            for start, end in sentence_spans(hit.passage.text):
                score = support(request.question, hit.passage.text[start:end])
                if score > best:
                    best, found = score, (hit.passage, start, end)
        if found is None:
            yield Weighed(confidence=0.1)
            yield Abstain(reason="No sentence answers the question.")
            return
        passage, start, end = found
        yield Weighed(confidence=best, prompt_tokens=11, tokens=7)
        yield Quote(passage=passage.id, start=start, end=end)
        yield Said(text=passage.text[start:end])


class Pointer(Finder):
    """Points at the first sentence of each hit, at the first of them twice, and is never sure."""

    def answer(self, request, at_hand):
        for hit in (*request.hits, *request.hits[:1]):
            start, end = sentence_spans(hit.passage.text)[0]
            yield Quote(passage=hit.passage.id, start=start, end=end)
        yield Abstain(reason="it might be any of them")


class Reply(BaseModel, extra="forbid"):
    reply: str = "A day ticket costs 12 euros [1]."
    closed_book: bool = True
    heeds: list[str] = []
    breaks: bool = False
    pause: float = 0.0


class Writer:
    """Writes what its options say, whatever it is asked, a word at a time; ``said`` is how far it came.

    ``closed`` is set when its work ended, however it did.
    """

    digest = "writer-1"
    others = ()

    def __init__(self, options):
        self.closed_book = options.closed_book
        self.heeds = frozenset(options.heeds)
        self._reply = options.reply
        self._pause = options.pause
        self._breaks = options.breaks
        self.requests = []
        self.said = []
        self.closed = threading.Event()

    def answer(self, request, at_hand):
        self.requests.append(request)
        try:
            yield from self._written(request)
        finally:
            self.closed.set()

    def _written(self, request):
        for word in re.findall(r"\S+\s*", self._reply):
            self.said.append(word)
            time.sleep(self._pause)
            yield Said(text=word)
        if self._breaks and len(self.requests) > 1:  # not when the server tries whether it answers
            raise ZeroDivisionError("it breaks at the end")
        if request.chances is not None:
            words = re.findall(r"\S+\s*", self._reply)
            yield Weighed(chances=tuple(Chance(token=word, log_probability=-0.5) for word in words))


class Called(BaseModel, extra="forbid"):
    arguments: str = '{"city": "Hull"}'


class Caller:
    """A model that calls the first tool it is offered, as often as ``asks`` says, and tells what came of it."""

    digest, context = "caller-1", 4096

    def __init__(self, options):
        self._arguments = options.arguments
        self.asks = []

    def chat(self, asks):
        for number, ask in enumerate(asks):
            self.asks.append(ask)
            last = ask.messages[-1]
            if ask.schema is not None:
                yield Piece(ask=number, text='{"name": "weather", "arguments": ' + self._arguments + "}")
            elif last.role == "tool":
                yield Piece(ask=number, text=f"The weather is {last.content}.")
            elif not ask.tools:
                yield Piece(ask=number, text="A day ticket costs 12 euros [1].")
            calls = ()
            if ask.tools and last.role != "tool":
                calls = tuple(
                    ToolCall(id=f"c{at}", name=tool["function"]["name"], arguments=self._arguments)
                    for at, tool in enumerate(ask.tools)
                )
            yield Piece(ask=number, end="tool_calls" if calls else "stop", calls=calls, prompt_tokens=9, tokens=4)

    def score(self, asks):
        return [-1.0 for _ in asks]


class Word(BaseModel, extra="forbid"):
    word: str
    rewrites: bool = True


class Blocklist:
    """Finds one word, at any stage."""

    stages = ("input", "passages", "output")

    def __init__(self, options):
        self.on_fail = "refuse"
        self._word, self._rewrites = options.word, options.rewrites

    def check(self, request):
        from steep.values import Finding

        texts = (
            [(None, request.text)]
            if request.stage != "passages"
            else [(hit.passage.id, hit.passage.text) for hit in request.hits]
        )
        findings = tuple(
            Finding(rule="word", start=start, end=end, passage=passage)
            for passage, text in texts
            for start, end in sentence_spans(text)
            if self._word in text[start:end]
        )
        if not findings:
            return Check(passed=True)
        rewritten = request.text.replace(self._word, "[-]") if self._rewrites else None
        return Check(passed=False, reason=f"it holds {self._word}", findings=findings, rewritten=rewritten)


class Broken:
    stages = ("input", "passages", "output")
    on_fail = "allow"

    def check(self, request):
        raise ZeroDivisionError("it always does")


@hookimpl
def steep_offers():
    yield offer(kind="generator", name="finder", summary="Quotes a sentence", build=lambda options, context: Finder())
    yield offer(kind="generator", name="pointer", summary="Points at sentences", build=lambda o, c: Pointer())
    yield offer(
        kind="generator",
        name="writer",
        summary="Writes a reply",
        config=Reply,
        build=lambda options, context: Writer(options),
    )
    yield offer(
        kind="model",
        name="caller",
        summary="Calls tools",
        config=Called,
        build=lambda options, context: Caller(options),
    )
    yield offer(
        kind="guardrail",
        name="block",
        summary="Finds a word",
        config=Word,
        build=lambda options, context: Blocklist(options),
    )
    yield offer(kind="guardrail", name="broken", summary="Raises", build=lambda options, context: Broken())
