"""Twice as many requests as can be worked on, and clients that hang up: what is answered, how soon /health is, memory.

    python tests/bench/service.py [--seconds 60] [--clients 16] [--leaving 60]

Serves the sample domain from a process of its own on a free port of this machine, ends by itself, and prints JSON.
Every second client hangs up now and then in the middle; at last so many clients as ``--leaving`` says ask all at once
and hang up. Memory is the server's alone: `own` is what it has made, `all` counts the files that it has mapped too.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import random
import re
import shutil
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steep.flows.index import index
from steep.workspace.project import Project

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

ROOT = Path(__file__).parents[2]
QUESTIONS = ("What does a day ticket cost?", "Who is the harbour master?", "When does the office open?")
CONFIG = '[project]\nname = "harbor"\n[serve]\nmetrics = true\n[limits]\nat_once = 2\nwaiting = 6\nconcurrent = 0\n'
_PARTS = {"p50": 0.5, "p99": 0.99, "most": 1.0}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--clients", type=int, default=16)
    options.add_argument("--leaving", type=int, default=60)
    said = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shutil.copytree(ROOT / "examples/harbor/documents", folder / "documents")
        (folder / "steep.toml").write_text(CONFIG, "utf-8")
        with Project.open(folder) as project:
            index(project, progress=lambda step: None)
        making = multiprocessing.get_context("spawn")
        mine, its = making.Pipe()
        server = making.Process(target=served, args=(folder, its), daemon=True)
        server.start()
        try:
            load = Load(mine.recv())
            found = run(load, Memory(int(server.pid or 0)), said.seconds, said.clients, said.leaving)
        finally:
            mine.send("end")
            server.join()
        print(json.dumps(found, indent=2))


def served(folder: Path, asked: Connection) -> None:
    """Serve the folder, say the port once requests are taken, and end when told to."""
    from steep.server import server_of

    with Project.open(folder) as project:
        server = server_of(project, port=0)
        serving = threading.Thread(target=server.run)
        serving.start()
        while not server.started:
            time.sleep(0.01)
        asked.send(server.servers[0].sockets[0].getsockname()[1])
        asked.recv()
        server.should_exit = True
        serving.join()


class Load:
    """Clients of one server, and what they were told."""

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
            self.get("/health")
            self.health.append(1000 * (time.perf_counter() - begun))
            time.sleep(0.05)

    def get(self, path: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path)
        told = connection.getresponse().read().decode("utf-8")
        connection.close()
        return told

    def inside(self) -> int:
        """Requests that are worked on, or wait for it."""
        return _sum("steep_requests_(?:inside|waiting)", self.get("/metrics"))

    def answered(self) -> int:
        """Answers that were worked on to their end, whoever got them."""
        return _sum(r"steep_answers_total\{.*\}", self.get("/metrics"))

    def wait_until_idle(self) -> float:
        begun = time.perf_counter()
        while self.inside():
            time.sleep(0.005)
        return time.perf_counter() - begun

    def leave(self, clients: int) -> dict[str, Any]:
        """Ask so often at once, and hang up a tenth of a second later."""
        before, connections = self.answered(), []
        for _ in range(clients):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            body = json.dumps({"question": QUESTIONS[0]})
            connection.request("POST", "/answer", body, {"content-type": "application/json"})
            connections.append(connection)
        time.sleep(0.1)
        for connection in connections:
            connection.close()
        idle = self.wait_until_idle()
        return {
            "clients": clients,
            "milliseconds_until_idle": round(1000 * idle),
            "worked_to_the_end": self.answered() - before,
        }


class Memory:
    """Megabytes of a process."""

    def __init__(self, process: int) -> None:
        self._status = Path(f"/proc/{process}/status")

    def now(self) -> dict[str, int]:
        lines = self._status.read_text("utf-8").splitlines()
        found = dict(line.split(":", 1) for line in lines)
        return {name: int(found[key].split()[0]) >> 10 for name, key in (("own", "RssAnon"), ("all", "VmRSS"))}


def run(load: Load, memory: Memory, seconds: float, clients: int, leaving: int) -> dict[str, Any]:
    while '"status":"ok"' not in load.get("/ready"):
        time.sleep(0.1)
    sizes = {"start": memory.now()}
    threads = [threading.Thread(target=load.ask, args=(seed,)) for seed in range(clients)]
    threads.append(threading.Thread(target=load.look))
    for thread in threads:
        thread.start()
    begun = time.monotonic()
    while (left := begun + seconds - time.monotonic()) > 0:
        time.sleep(min(30, left))
        sizes[f"{round(time.monotonic() - begun)} s"] = memory.now()
    load.over.set()
    for thread in threads:
        thread.join()
    load.wait_until_idle()
    times = sorted(load.health)
    return {
        "seconds": seconds,
        "clients": clients,
        "replies": dict(load.statuses),
        "worked_to_the_end_for_nobody": load.answered() - load.statuses["200"],
        "all_hang_up": load.leave(leaving),
        "health_ms": {name: round(times[int(part * (len(times) - 1))], 1) for name, part in _PARTS.items()},
        "megabytes": {**sizes, "end": memory.now()},
    }


def _sum(name: str, told: str) -> int:
    return round(sum(float(value) for value in re.findall(rf"^{name} (\S+)$", told, re.MULTILINE)))


if __name__ == "__main__":
    main()
