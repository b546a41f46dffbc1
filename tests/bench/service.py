"""Twice as many requests as can be worked on, and clients that hang up: what is answered, and how soon /health is.

    python tests/bench/service.py [--seconds 60] [--clients 16]

Serves the sample domain on a free port of this machine, ends by itself, and prints JSON. Every second client is asked
to hang up in the middle.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import resource
import shutil
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from steep.flows.index import index
from steep.server import server_of
from steep.workspace.project import Project

ROOT = Path(__file__).parents[2]
QUESTIONS = ("What does a day ticket cost?", "Who is the harbour master?", "When does the office open?")
CONFIG = '[project]\nname = "harbor"\n[limits]\nat_once = 2\nwaiting = 6\nconcurrent = 0\n'


class Load:
    def __init__(self, port: int) -> None:
        self.port = port
        self.statuses: Counter[str] = Counter()
        self.health: list[float] = []
        self.over = threading.Event()

    def ask(self, seed: int) -> None:
        drawn = random.Random(seed)
        while not self.over.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            body = json.dumps({"question": drawn.choice(QUESTIONS)})
            try:
                connection.request("POST", "/answer", body, {"content-type": "application/json"})
                if seed % 2 and drawn.random() < 0.3:
                    time.sleep(drawn.random() * 0.2)
                    self.statuses["hung up"] += 1
                else:
                    reply = connection.getresponse()
                    reply.read()
                    self.statuses[str(reply.status)] += 1
                    if reply.status == 503:
                        time.sleep(0.2)
            except OSError as error:
                self.statuses[type(error).__name__] += 1
            finally:
                connection.close()

    def look(self) -> None:
        while not self.over.is_set():
            begun = time.perf_counter()
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.request("GET", "/health")
            connection.getresponse().read()
            connection.close()
            self.health.append(1000 * (time.perf_counter() - begun))
            time.sleep(0.05)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--clients", type=int, default=16)
    said = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shutil.copytree(ROOT / "examples/harbor/documents", folder / "documents")
        (folder / "steep.toml").write_text(CONFIG, "utf-8")
        with Project.open(folder) as project:
            index(project, progress=lambda step: None)
            print(json.dumps(run(project, said.seconds, said.clients), indent=2))


def run(project: Project, seconds: float, clients: int) -> dict[str, object]:
    server = server_of(project, port=0)
    serving = threading.Thread(target=server.run)
    serving.start()
    while not server.started:
        time.sleep(0.01)
    load = Load(server.servers[0].sockets[0].getsockname()[1])
    before = _peak()
    threads = [threading.Thread(target=load.ask, args=(seed,)) for seed in range(clients)]
    threads.append(threading.Thread(target=load.look))
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    load.over.set()
    for thread in threads:
        thread.join()
    server.should_exit = True
    serving.join()
    times = sorted(load.health)
    return {
        "seconds": seconds,
        "clients": clients,
        "replies": dict(load.statuses),
        "health_ms": {name: round(times[int(part * (len(times) - 1))], 1) for name, part in _PARTS.items()},
        "peak_megabytes": {
            "before": before // 1024,
            "after": _peak() // 1024,
        },
    }


_PARTS = {"p50": 0.5, "p99": 0.99, "most": 1.0}

if __name__ == "__main__":
    main()
