"""kill −9 at random moments of mixed updates: is anything lost, stale or half done?

    python tests/bench/kills.py [--kills 200] [--seed 0] [--json]

A project of some forty small documents is worked on in a process of its own: documents are written, changed, renamed
and deleted, indexed, asked about, judged, put into conversations; pairs, adapters, aliases, keys and who may see what
are changed. The process says what it begins and what it has done, and is killed somewhere inside. Then what it had done
must all be there, what it was doing wholly or not at all; `steep index` must give what a fresh index of the same files
gives; nothing that was deleted is found by any retriever; and `steep check` and `steep doctor` have no complaint. The
next round goes on with what is left. The seed fixes what is done; when the signal comes is up to the machine as well.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kill_world as world
import torch  # noqa: F401  # here, so that no fork imports it anew
from kill_doings import DOINGS, TOUCHES, Doing, Worker, drawn_doings

from steep.diagnosis import diagnose
from steep.flows.check import check
from steep.flows.synthesize import synthesize
from steep.flows.tune import tune
from steep.language import language_of
from steep.workspace.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DOINGS = 14  # in a round
_BEYOND = 1.15  # of the time that a doing took so far: a kill comes up to so late after its beginning


def main() -> None:
    reported(Trial, "kills", __doc__)


def reported(trial: Callable[[Path, random.Random], Any], what: str, told: str) -> None:
    """Try as many of something as the command line asks for, in a folder that is thrown away, and print what came."""
    parser = argparse.ArgumentParser(description=told.splitlines()[0])
    parser.add_argument(f"--{what}", type=int, default=200, dest="number")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=60, help="end then, with fewer")
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        found = trial(Path(scratch), random.Random(said.seed)).run(said.number, begun + 60 * said.minutes)
    found["seconds"] = round(time.monotonic() - begun)
    print(json.dumps(found, indent=None if said.json else 1))


class Trial:
    """One project, killed again and again."""

    def __init__(self, scratch: Path, drawn: random.Random) -> None:
        self._folder = scratch / "project"
        self._fresh = scratch / "fresh"
        self._drawn = drawn
        self._gone: list[str] = []
        self._seconds = dict.fromkeys(DOINGS, 0.05)
        self._problems: list[str] = []

    def run(self, kills: int, until: float) -> dict[str, Any]:
        world.begin(self._folder, self._drawn)
        before = result_of(lambda: made(self._folder))
        shutil.copytree(self._folder, self._fresh)
        brought_in(self._fresh)
        during: Counter[str] = Counter()
        outcomes: Counter[str] = Counter()
        rounds = 0
        # what is broken stays broken: ten problems are enough
        while during.total() < kills and len(self._problems) < 10 and time.monotonic() < until:
            rounds += 1
            doings = drawn_doings(self._drawn, self._folder, before, _DOINGS)
            done, doing = self._killed(doings, self._drawn.randrange(_DOINGS), self._drawn.random() * _BEYOND)
            self._gone += [code for each in doings for code in each.gone]
            for each in done:
                before = each["state"]
            if doing is not None:
                during[doing.what] += 1
            before, outcome = self._checked(rounds, before, doing)
            outcomes[outcome] += doing is not None
        return {
            "kills": during.total(),
            "rounds": rounds,
            "killed_while": dict(sorted(during.items())),
            "what_was_begun": dict(outcomes),
            "gone_words": len(self._gone),
            "problems": self._problems,
        }

    def _killed(self, doings: list[Doing], at: int, share: float) -> tuple[list[dict[str, Any]], Doing | None]:
        """What was done, and what was being done when the signal came; None where it came too late."""
        done: list[dict[str, Any]] = []
        with told(lambda say: worked(self._folder, doings, say)) as (process, lines):
            for line in lines:
                if not line.endswith("\n"):
                    break  # killed while it said so
                word = json.loads(line)
                if word["word"] == "done":
                    done.append(word)
                    what = doings[len(done) - 1].what
                    self._seconds[what] += (word["seconds"] - self._seconds[what]) / 2
                elif word["word"] == "failed":
                    self._problems.append(f"{doings[len(done)]}: {word['error']}")
                elif word["number"] == at:
                    time.sleep(share * self._seconds[doings[at].what])
                    os.kill(process, signal.SIGKILL)
        ended = len(done) == len(doings)
        return done, None if ended else doings[len(done)]

    def _checked(self, number: int, before: dict[str, Any], doing: Doing | None) -> tuple[dict[str, Any], str]:
        what = doing.what if doing else "nothing"
        left = forked(lambda: opened(self._folder))
        if "result" not in left:
            self._problems.append(f"round {number}, killed while {what}: {left}")
            return before, "unreadable"
        wrong, outcome = lawful(before, left["result"], doing)
        here = " ".join(file.read_text("utf-8") for file in self._folder.rglob("*paper*.md"))
        gone = [code for code in self._gone if code not in here]
        fresh = forked(lambda: indexed_anew(self._folder, self._fresh))
        after = forked(lambda: mended(self._folder, gone))
        for each in (fresh, after):
            if "result" not in each:
                self._problems.append(f"round {number}, killed while {what}: {each}")
                return left["result"], outcome
        wrong += after["result"].pop("wrong")
        wrong += [
            f"{key} is not what a fresh index gives"
            for key in fresh["result"]
            if fresh["result"][key] != after["result"][key]
        ]
        self._problems += [f"round {number}, killed while {what}: {each}" for each in wrong]
        return left["result"], outcome


def brought_in(folder: Path) -> None:
    """Import here what a fork needed for all that is done: most of the time of a round would go into that."""
    for name in result_of(lambda: _modules(folder)):
        with suppress(Exception):  # a plugin beside steep.toml is found by no name
            importlib.import_module(name)
    language_of("The words that the languages are told by are read once.")


def _modules(folder: Path) -> list[str]:
    mended(folder, [])
    worked(
        folder, [Doing(what=what, who="ada", number=4) for what in ("ask", "judge", "talk", "pair", "key")], _unheard
    )
    return sorted(name for name, module in sys.modules.items() if getattr(module, "__spec__", None))


def _unheard(word: object) -> None:
    pass


def made(folder: Path) -> dict[str, Any]:
    """Index, write pairs, tune; what there is then."""
    with Project.open(folder) as project:
        for flow in (
            world.indexed,
            lambda it: synthesize(it, progress=world.silent),
            lambda it: tune(it, progress=world.silent),
        ):
            flow(project)
        return world.state(project, datasets=0)


def worked(folder: Path, doings: list[Doing], say: Callable[[dict[str, Any]], None]) -> None:
    """Do it all, and say so: what is begun, and what is kept after it."""
    with Project.open(folder) as project:
        worker = Worker(project)
        for number, doing in enumerate(doings):
            say({"word": "begun", "number": number})
            begun = time.perf_counter()
            try:
                worker.do(doing)
            except Exception:
                say({"word": "failed", "error": traceback.format_exc(limit=-4)})
                return
            seconds = time.perf_counter() - begun
            say({"word": "done", "seconds": seconds, "state": world.state(project, datasets=0)})


def opened(folder: Path) -> dict[str, Any]:
    """What is kept after the kill, before anything is mended; whatever is current must answer."""
    with Project.open(folder) as project:
        assert project.records.check() == "ok", project.records.check()
        world.found(project)
        return world.state(project, datasets=0)


def lawful(before: dict[str, Any], left: dict[str, Any], doing: Doing | None) -> tuple[list[str], str]:
    """What is neither as it was before the last doing nor as it is after it; and whether that was done."""
    wrong, outcome = [], "not done"
    for name, section in left.items():
        earlier = before[name]
        changed = [key for key in {*earlier, *section} if earlier.get(key) != section.get(key)]
        if not changed:
            continue
        outcome = "done"
        if doing is None or name not in TOUCHES[doing.what]:
            wrong.append(f"{name} changed without a doing: {changed[:3]}")
        elif doing.what == "forget":
            kept = [
                key for key, answer in section.items() if name == "answers" and answer["answer"]["caller"] == doing.who
            ]
            wrong += [f"{len(kept)} answers of {doing.who} were left when others were deleted"] if kept else []
        elif len(changed) > 1:
            wrong.append(f"{name} changed in more than one place: {changed[:3]}")
    return wrong, outcome


def indexed_anew(folder: Path, fresh: Path) -> dict[str, Any]:
    """What a fresh index of the same files finds."""
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(folder, fresh, ignore=shutil.ignore_patterns(".steep"))
    with Project.open(fresh) as project:
        world.indexed(project)
        return {**world.found(project), "crew": world.seen_by(project, "crew")}


def mended(folder: Path, gone: list[str]) -> dict[str, Any]:
    """What the next `steep index` makes of it, and what is wrong then."""
    with Project.open(folder) as project:
        world.indexed(project)
        check(project)
        found = {**world.found(project), "crew": world.seen_by(project, "crew")}
        texts = [passage["text"] for passage in found["passages"]]
        wrong = [f"{code} was deleted, and is found" for code in gone if any(code in text for text in texts)]
        library = project.library()
        retriever = project.retriever(library)
        for code in gone[-5:]:
            wrong += [f"{code} was deleted, and is found by {name}" for name in world.finding(library, retriever, code)]
    wrong += [f"doctor: {each.name}: {each.found}" for each in diagnose(folder) if each.state == "broken"]
    return {**found, "wrong": wrong}


@contextmanager
def told(work: Callable[[Callable[[dict[str, Any]], None]], None]) -> Iterator[tuple[int, Iterator[str]]]:
    """A fork that does some work, and the lines that it says meanwhile."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        with suppress(BaseException):
            work(lambda word: _write(writing, json.dumps(word).encode() + b"\n"))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        yield process, iter(pipe.readline, "")
    os.waitpid(process, 0)


def forked(work: Callable[[], Any]) -> dict[str, Any]:
    """The result of a function, called in a fork, or what it raised."""

    def tried(say: Callable[[dict[str, Any]], None]) -> None:
        try:
            say({"result": work()})
        except BaseException:
            say({"error": traceback.format_exc(limit=-6)})

    with told(tried) as (_, lines):
        return dict(json.loads(next(lines, '{"error": "it ended without a word"}')))


def result_of(work: Callable[[], Any]) -> Any:
    outcome = forked(work)
    if "result" not in outcome:
        raise RuntimeError(outcome["error"])
    return outcome["result"]


def _write(pipe: int, content: bytes) -> None:
    while content:
        content = content[os.write(pipe, content) :]


if __name__ == "__main__":
    main()
