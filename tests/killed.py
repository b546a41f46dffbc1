"""Runs a flow and kills it, again and again, each time one event later; then lets it go on, and compares.

    python killed.py TEMPLATE FLOW MOST    → one JSON object on stdout

An event is what can be told apart from outside: a step of progress, a stage that begins or ends, a transaction, a
flush, and every file or folder of the project that is opened for writing, moved or deleted. The process is killed right
before it, at most MOST times: where something is settled (a commit, a move, a deletion) first, and right after. No
clock decides anything, so every try is the same.

Each try runs in a fork of this process, which has imported all that the first, undisturbed one did.
"""

import contextlib
import dataclasses
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
import traceback
from pathlib import Path

import faiss  # noqa: F401

from steep.errors import NotIndexed
from steep.kinds import RetrievalRequest
from steep.language import language_of
from steep.records.database import Database
from steep.values import OPERATOR
from steep.workspace import durable
from steep.workspace.project import Project

WRITING = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.move", "shutil.rmtree", "shutil.copytree"}
SETTLING = ("commit", "os.rename", "shutil.move", "shutil.rmtree")
TIMINGS = {
    "seconds",
    "milliseconds",
    "timings",
    "created",
    "begun",
    "date",
    "steps_per_second",
    "p50",
    "p95",
    "latency",
}


class Events:
    """Counts events, and kills at the one that is wanted; 0 kills at none."""

    def __init__(self, folder, kill_at):
        self.seen = []
        self._kill_at = kill_at
        self._folder = str(folder)
        self._counting = False

    def __call__(self, what):
        self.seen.append(what)
        if len(self.seen) == self._kill_at:
            os.write(2, f"{what}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def audit(self, event, arguments):
        writes = event in WRITING or (
            event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax")
        )
        if self._counting or not writes or self._folder not in str(arguments[0]):
            return
        self._counting = True
        self(f"{event} {Path(str(arguments[0])).name}")
        self._counting = False

    def saw(self, event):
        self(f"{type(event).__name__} {event.flow} {event.name}" if hasattr(event, "flow") else type(event).__name__)


def watched(folder, flow, kill_at):
    """Run the flow to its end, or to the kill; returns the events."""
    events = Events(folder, kill_at)
    transaction, flush = Database.transaction, durable.flush_file

    @contextlib.contextmanager
    def counted(self):
        events("transaction")
        with transaction(self) as write:
            yield write
            events("commit")

    def flushed(path):
        events(f"flush {path.name}")
        flush(path)

    Database.transaction, durable.flush_file = counted, flushed
    with Project.open(folder, clock=lambda: 1.0) as project:
        project.follow(events)
        sys.addaudithook(events.audit)
        flow(project, progress=lambda step: events(f"progress {step.stage} {step.done}"))
    return events.seen


def without_timings(value):
    if isinstance(value, dict):
        return {key: without_timings(inner) for key, inner in value.items() if key not in TIMINGS}
    return [without_timings(inner) for inner in value] if isinstance(value, list) else value


def kept(folder):
    """Everything that a user can see of a project, apart from timings and numbers that count tries."""
    with Project.open(folder) as project:
        seen = {"records": project.records.check()}
        with contextlib.suppress(NotIndexed):
            library = project.library()
            request = RetrievalRequest(question="When does the Heron leave?", k=5, caller=OPERATOR)
            seen["index"] = library.generation.fingerprint
            seen["passages"] = [passage.text for passage in library.all_passages()]
            seen["hits"] = [hit.passage.id for hit in project.retriever(library).retrieve(request)]
        seen["datasets"] = [
            [version, len(project.datasets.load(version)[1])] for version in project.datasets.versions()
        ]
        seen["adapters"] = [
            [each.version, project.adapters.damage(each.version)] for each in project.adapters.versions()
        ]
        seen["aliases"] = project.adapters.aliases()
        latest = project.runs.latest()
        seen["run"] = latest.state if latest else None
        reports = sorted(project.state.glob("reports/*/report.json"))
        seen["reports"] = [without_timings(json.loads(file.read_text("utf-8"))) for file in reports]
    return seen


def forked(work):
    """The result of a function, called in a fork, or the signal that ended it."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        try:
            result = {"result": work()}
        except BaseException:
            result = {"error": traceback.format_exc(limit=-4)}
        with os.fdopen(writing, "w") as pipe:
            json.dump(result, pipe, default=lambda value: dataclasses.asdict(value))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answered = pipe.read()
    status = os.waitpid(process, 0)[1]
    if os.WIFSIGNALED(status):
        return {"signal": os.WTERMSIG(status)}
    return json.loads(answered)


def result_of(work):
    outcome = forked(work)
    if "result" not in outcome:
        raise RuntimeError(outcome)
    return outcome["result"]


def undisturbed(folder, flow):
    """The events of the flow without a kill, and the modules that it took."""
    events = watched(folder, flow, 0)
    return events, sorted(name for name, module in sys.modules.items() if getattr(module, "__spec__", None))


def bring_in(modules):
    """Import here what every fork would otherwise import anew: most of the time of a try."""
    if "torch" in modules:
        importlib.import_module("torch").set_num_threads(1)
    for name in modules:
        with contextlib.suppress(ImportError):  # a plugin beside steep.toml is found by no name
            importlib.import_module(name)
    language_of("The words that the languages are told by are read once.")


def moments(events, most):
    """Numbers of events, from 1: spread over those by which something is settled and those right after, then any."""
    settling = {number for number, what in enumerate(events, start=1) if what.startswith(SETTLING)}
    around = sorted((settling | {number + 1 for number in settling}) & set(range(1, len(events) + 1)))
    if len(around) >= most:
        return spread(around, most)
    others = sorted(set(range(1, len(events) + 1)) - set(around))
    return sorted({*around, *spread(others, most - len(around))})


def spread(numbers, most):
    """So many of the numbers, the first and the last among them."""
    return sorted({numbers[round(each * (len(numbers) - 1) / max(1, most - 1))] for each in range(most) if numbers})


def main(template, name, most):
    flow = getattr(importlib.import_module(f"steep.flows.{name}"), name)
    if name in ("tune", "run"):
        importlib.import_module("torch").set_num_threads(1)
    folder = Path(tempfile.mkdtemp(dir=template.parent)) / "project"

    def fresh():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(template, folder)

    fresh()
    before = result_of(lambda: kept(folder))
    events, modules = result_of(lambda: undisturbed(folder, flow))
    bring_in(modules)
    expected = result_of(lambda: kept(folder))
    problems = []
    chosen = moments(events, most)
    for at in chosen:
        fresh()
        killed = forked(lambda at=at: watched(folder, flow, at))
        if killed != {"signal": signal.SIGKILL}:
            problems.append(f"{at}: not killed but {killed}")
            continue
        left = forked(lambda: kept(folder))
        if "error" in left or not holds(before, left["result"], expected):
            problems.append(f"{at}: after the kill: {left}")
            continue
        again = forked(lambda: watched(folder, flow, 0))
        if "error" in again:
            problems.append(f"{at}: the next run failed: {again['error']}")
            continue
        after = result_of(lambda: kept(folder))
        problems += [
            f"{at}: {key} is {after[key]}, not {expected[key]}" for key in expected if after[key] != expected[key]
        ]
    print(json.dumps({"events": len(events), "kills": len(chosen), "problems": problems}))


def holds(before, left, expected):
    """Whether each thing is as it was before, or as it is at the end: nothing between, and nothing lost."""
    whole = left["records"] == "ok" and all(not damage for _, damage in left["adapters"])
    parts = ("index", "passages", "hits")
    return (
        whole
        and all(left.get(part) in (before.get(part), expected.get(part)) for part in parts)
        and (
            all(each in left["datasets"] for each in before["datasets"])
            and all(each in left["adapters"] for each in before["adapters"])
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
