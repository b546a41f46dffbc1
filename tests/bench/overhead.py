"""What the service adds to the work of the models: the first answers of a server, and each one after them.

    python tests/bench/overhead.py [--rounds 200] [--free]

Serves the sample domain with everything as it comes, on a free port of this machine, asks it the questions of the
sample, each once before any comes again, and prints JSON:

- `start`: seconds until /health answers, until /ready says yes, and milliseconds of the first question after that;
- `answer_ms`: the whole of `POST /answer` as a client sees it, the stages that run models (retrieve, rerank, generate),
  and `overhead`, the rest: HTTP, guards, citations, records;
- `chat_ms`: the whole of `POST /v1/chat/completions`;
- `cpu_ms`: processor time of this process, client included, for a question: it depends little on what else runs.

With `--free` the parts that read, embed and answer are those of the tests, which cost next to nothing: what is measured
then is the service and the search.
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
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steep.flows.index import index
from steep.server import server_of
from steep.workspace.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
MODELS = ("retrieve", "rerank", "generate")
PLAIN = '[project]\nname = "harbor"\n'
FREE = (
    PLAIN
    + """[plugins]
files = ["./tiny_parts.py"]
[embedder]
use = "hashed"
[generator]
use = "quoter"
"""
)


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
        return self._post("/answer", {"question": question})

    def chat(self, question: str) -> tuple[float, dict[str, Any]]:
        return self._post("/v1/chat/completions", {"model": "rag", "messages": [{"role": "user", "content": question}]})

    def _post(self, path: str, body: dict[str, Any]) -> tuple[float, dict[str, Any]]:
        begun = time.perf_counter()
        self._kept.request("POST", path, json.dumps(body), {"content-type": "application/json"})
        reply = self._kept.getresponse()
        told = json.loads(reply.read())
        if reply.status != 200:
            raise SystemExit(f"{path} answered with {reply.status}: {told}")
        return 1000 * (time.perf_counter() - begun), told


@contextmanager
def served(config: str) -> Iterator[tuple[Project, int, float]]:
    """A project of the sample documents and the port that it is served on, and when its start was begun."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shutil.copytree(ROOT / "examples/harbor/documents", folder / "documents")
        shutil.copy(ROOT / "tests/tiny_parts.py", folder)
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


def questions() -> list[str]:
    lines = (ROOT / "examples/harbor/questions.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


def answers(rounds: int, config: str) -> dict[str, Any]:
    asked = questions()
    with served(config) as (_, port, begun):
        connection = Connection(port)
        while connection.status("/health") != 200:
            time.sleep(0.005)
        alive = time.perf_counter() - begun
        while connection.status("/ready") != 200:
            time.sleep(0.005)
        ready = time.perf_counter() - begun
        first = connection.answer(asked[-1])[0]
        worked = time.process_time()
        seen = [connection.answer(asked[number % len(asked)]) for number in range(rounds)]
        worked = time.process_time() - worked
        chats = time.process_time()
        chatted = [connection.chat(asked[number % len(asked)])[0] for number in range(rounds)]
        chats = time.process_time() - chats
        return {
            "start": {"alive_s": round(alive, 2), "ready_s": round(ready, 2), "first_ms": round(first, 1)},
            "answer_ms": _parts(seen),
            "chat_ms": _spread(chatted),
            "cpu_ms": {"answer": round(1000 * worked / rounds, 1), "chat": round(1000 * chats / rounds, 1)},
        }


def _parts(seen: list[tuple[float, dict[str, Any]]]) -> dict[str, Any]:
    whole = [each for each, _ in seen]
    models = [sum(told["timings"].get(stage, 0.0) for stage in MODELS) for _, told in seen]
    stages = sorted({stage for _, told in seen for stage in told["timings"]})
    return {
        "whole": _spread(whole),
        "models": _spread(models),
        "overhead": _spread([each - model for each, model in zip(whole, models, strict=True)]),
        "stages_p50": {
            stage: _spread([told["timings"].get(stage, 0.0) for _, told in seen])["p50"] for stage in stages
        },
    }


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {"p50": round(statistics.median(ordered), 1), "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 1)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=200)
    options.add_argument("--free", action="store_true", help="with parts that cost next to nothing")
    said = options.parse_args()
    print(json.dumps(answers(said.rounds, FREE if said.free else PLAIN), indent=2))


if __name__ == "__main__":
    main()
