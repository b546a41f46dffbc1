"""What the service adds to the work of the models: the first answers of a server, and each one after them.

    python tests/bench/overhead.py [--rounds 200] [--streamed 5]

Serves the sample domain with everything as it comes, on a free port of this machine, and prints JSON:

- `start`: seconds until /health answers, until /ready says yes, and milliseconds of the first question after that;
- `answer_ms`: the whole of `POST /answer` as a client sees it, the stages that run models (retrieve, rerank, generate),
  and `overhead`, the rest: HTTP, guards, citations, records;
- `first_token`: with SmolLM2 as `chat`, the first words of a stream against those of the model alone on that prompt.
  Answers are sent sentence by sentence, so the model's first sentence is measured too.
"""

from __future__ import annotations

import argparse
import http.client
import json
import shutil
import statistics
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steep.flows.index import index
from steep.server import server_of
from steep.workspace.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
QUESTIONS = ("What does a day ticket cost?", "Who is the harbour master?", "When does the office open?")
MODELS = ("retrieve", "rerank", "generate")
PLAIN = '[project]\nname = "harbor"\n'
CHAT = PLAIN + '[generator]\nuse = "chat"\nmodel = "local"\n[model.local]\nuse = "smollm2"\n'


class Connection:
    """One that is kept, as a client's is."""

    def __init__(self, port: int) -> None:
        self._kept = http.client.HTTPConnection("127.0.0.1", port, timeout=600)

    def status(self, path: str) -> int:
        try:
            self._kept.request("GET", path)
            reply = self._kept.getresponse()
            reply.read()
        except OSError:
            self._kept.close()
            return 0
        return reply.status

    def answer(self, question: str) -> tuple[float, dict[str, Any]]:
        begun = time.perf_counter()
        body = json.dumps({"question": question})
        self._kept.request("POST", "/answer", body, {"content-type": "application/json"})
        told = json.loads(self._kept.getresponse().read())
        return 1000 * (time.perf_counter() - begun), told

    def first_words(self, question: str) -> tuple[float, float]:
        """Milliseconds until the first words of a stream, and until its end."""
        begun = time.perf_counter()
        asked = {"model": "rag", "stream": True, "messages": [{"role": "user", "content": question}]}
        self._kept.request("POST", "/v1/chat/completions", json.dumps(asked), {"content-type": "application/json"})
        reply, first = self._kept.getresponse(), 0.0
        while line := reply.readline():
            if not first and line.startswith(b"data: {") and json.loads(line[6:])["choices"][0]["delta"].get("content"):
                first = 1000 * (time.perf_counter() - begun)
        return first, 1000 * (time.perf_counter() - begun)


@contextmanager
def served(config: str) -> Iterator[tuple[Project, int, float]]:
    """A project of the sample documents and the port that it is served on, and when its start was begun."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shutil.copytree(ROOT / "examples/harbor/documents", folder / "documents")
        (folder / "steep.toml").write_text(config, "utf-8")
        with Project.open(folder) as project:
            index(project, progress=lambda step: None)
        with Project.open(folder) as project:  # as a server finds it: nothing is loaded
            begun = time.perf_counter()
            server = server_of(project, port=0)
            serving = threading.Thread(target=server.run)
            serving.start()
            while not server.started:
                time.sleep(0.001)
            try:
                yield project, server.servers[0].sockets[0].getsockname()[1], begun
            finally:
                server.should_exit = True
                serving.join()


def answers(rounds: int) -> dict[str, Any]:
    with served(PLAIN) as (_, port, begun):
        connection = Connection(port)
        while connection.status("/health") != 200:
            time.sleep(0.005)
        alive = time.perf_counter() - begun
        while connection.status("/ready") != 200:
            time.sleep(0.005)
        ready = time.perf_counter() - begun
        first = connection.answer(QUESTIONS[0])[0]
        seen = [connection.answer(QUESTIONS[number % len(QUESTIONS)]) for number in range(rounds)]
        whole = [each for each, _ in seen]
        models = [sum(told["timings"].get(stage, 0.0) for stage in MODELS) for _, told in seen]
        stages = sorted({stage for _, told in seen for stage in told["timings"]})
        return {
            "start": {"alive_s": round(alive, 2), "ready_s": round(ready, 2), "first_ms": round(first, 1)},
            "answer_ms": {
                "whole": _spread(whole),
                "models": _spread(models),
                "overhead": _spread([each - model for each, model in zip(whole, models, strict=True)]),
                "stages_p50": {
                    stage: _spread([told["timings"].get(stage, 0.0) for _, told in seen])["p50"] for stage in stages
                },
            },
        }


def streamed(rounds: int) -> dict[str, Any]:
    """Each question is another one, so that neither the server nor the model has its prompt read already."""
    with served(CHAT) as (project, port, _):
        connection = Connection(port)
        model = project.model("local")
        asked = _overheard(model)
        connection.first_words("Is there a crane?")
        streams, bare, sentence = [], [], []
        for number in range(rounds):
            asked.clear()
            streams.append(connection.first_words(f"What does a ticket for {number + 2} days cost?")[0])
            turned = replace(asked[-1], messages=tuple(_other(each, number) for each in asked[-1].messages))
            begun, first, said = time.perf_counter(), 0.0, ""
            for piece in model.chat([turned]):
                said += piece.text
                first = first or (1000 * (time.perf_counter() - begun) if said.strip() else 0.0)
                if said.rstrip().endswith((".", "!", "?")):
                    break
            bare.append(first)
            sentence.append(1000 * (time.perf_counter() - begun))
        told = {"streamed": _spread(streams), "bare_token": _spread(bare), "bare_sentence": _spread(sentence)}
        ratio = {
            name: round(told["streamed"]["p50"] / told[name]["p50"], 2) for name in ("bare_token", "bare_sentence")
        }
        return {**told, "ratio_to": ratio}


def _overheard(model: Any) -> list[Any]:
    """What the model is asked from here on."""
    heard: list[Any] = []
    plain = model.chat

    def chat(asks: Any) -> Any:
        heard.extend(asks)
        return plain(asks)

    model.chat = chat
    return heard


def _other(message: Any, number: int) -> Any:
    """The same message but for its first words, so that the model has to read it anew."""
    return replace(message, content=f"{number}. {message.content}")


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {"p50": round(statistics.median(ordered), 1), "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 1)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=200)
    options.add_argument("--streamed", type=int, default=5)
    said = options.parse_args()
    told = answers(said.rounds)
    if said.streamed:
        told["first_token"] = streamed(said.streamed)
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
