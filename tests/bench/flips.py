"""One bit flipped in something that a project keeps: is it found, and mended by the command that the message names?

    python tests/bench/flips.py [--flips 200] [--seed 0] [--json]

The same small project as kills.py, with an index, pairs, an adapter, a report, answers, judgements, talks and keys, and
a log that a kill has left. Each time one random bit of one file is flipped: half of them in the database and its log,
the others anywhere else in .steep. Then the project shows all that it has, as the commands do, and the doctor looks at
it. Either everything is as before, or something says what is wrong and names a command; the first that is named is run,
and so on, and then everything is as before. What is neither is a problem: silent (something else is shown, and nobody
says so), a dead end (no command, or none that mends it), or an error that is none of steep's.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import re
import shutil
import signal
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import kill_world as world
from kill_doings import Doing, Worker
from kills import brought_in, forked, made, reported, result_of

from steep.cli.commands import app
from steep.diagnosis import diagnose
from steep.errors import SteepError
from steep.flows.measure import measure
from steep.workspace.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAMED = re.compile(r"`steep ([a-z][^`]*)`")
_ROUNDS = 5  # a command's own message may name another
_WHATS = ("ask", "ask", "ask", "judge", "talk", "talk", "talk", "judge", "key", "key", "revoke", "pair", "point", "ask")


def main() -> None:
    reported(Trial, "flips", __doc__)


class Trial:
    """One project, spoiled again and again, each time from its whole state."""

    def __init__(self, scratch: Path, drawn: random.Random) -> None:
        self._template = scratch / "template"
        self._folder = scratch / "project"
        self._drawn = drawn

    def run(self, flips: int, until: float) -> dict[str, Any]:
        world.begin(self._template, self._drawn)
        result_of(lambda: made(self._template))
        shutil.copytree(self._template, self._folder)
        brought_in(self._folder)
        result_of(lambda: filled(self._template))
        with contextlib.suppress(RuntimeError):
            result_of(lambda: logged(self._template))
        assert (self._template / ".steep" / "records.sqlite-wal").stat().st_size, "the kill left a log"
        self._again()
        expected = forked(lambda: shown(self._folder))["result"]
        outcomes: dict[str, Counter[str]] = {}
        problems = []
        for number in range(flips):
            if time.monotonic() > until:
                flips = number
                break
            self._again()
            flipped = self._flip(number % 2 == 0)
            outcome, told = self._tried(expected)
            outcomes.setdefault(_place(flipped[0]), Counter())[outcome] += 1
            if outcome not in ("harmless", "mended"):
                problems.append({"outcome": outcome, "file": flipped[0], "bit": flipped[1], "told": told})
        return {"flips": flips, "outcomes": {k: dict(v) for k, v in sorted(outcomes.items())}, "problems": problems}

    def _again(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        shutil.copytree(self._template, self._folder)

    def _flip(self, database: bool) -> tuple[str, int]:
        """Flip a bit of the database, or of a file that is drawn from the others, large or small."""
        state = self._folder / ".steep"
        files = sorted(each for each in state.rglob("*") if each.is_file() and each.stat().st_size)
        ours = [each for each in files if each.name.startswith("records.sqlite") and not each.name.endswith("-shm")]
        others = [each for each in files if not each.name.startswith("records.sqlite")]
        weights = [each.stat().st_size for each in ours]
        file = self._drawn.choices(ours, weights)[0] if database else self._drawn.choice(others)
        bit = self._drawn.randrange(8 * file.stat().st_size)
        content = bytearray(file.read_bytes())
        content[bit // 8] ^= 1 << bit % 8
        file.write_bytes(content)
        return file.relative_to(state).as_posix(), bit

    def _tried(self, expected: dict[str, Any]) -> tuple[str, Any]:
        """What came of it, and what was said."""
        told: list[Any] = []
        ran: list[str] = []
        for _ in range(_ROUNDS):
            found = forked(lambda: shown(self._folder))
            if "result" not in found:
                return "an error that is none of steep's", found
            seen, said = found["result"], found["result"].pop("said")
            strange = [each for each in said if each.startswith("!")]
            if strange:
                return "an error that is none of steep's", [*told, *strange]
            differing = {
                name: _first(expected[name], seen.get(name))
                for name in expected
                if name != "said" and expected[name] != seen.get(name)
            }
            named = dict.fromkeys(each for line in said for each in _NAMED.findall(line))
            commands = [each for each in named if each not in ran][:1]
            if not differing and not said:
                return ("mended" if told else "harmless"), told
            if not said:
                return ("silent" if not told else "a dead end"), [*told, differing]
            told.append({"said": said, "differing": differing})
            if not commands:
                return "a dead end", told
            ran += commands
            told.append(forked(lambda commands=commands: [command(self._folder, each) for each in commands]))
        return "a dead end", [*told, differing]


def filled(folder: Path) -> None:
    """A report, answers, judgements, talks, keys, an alias, a pair of a person's."""
    drawn = random.Random(1)
    with Project.open(folder) as project:
        measure(project, progress=world.silent)
        worker = Worker(project)
        for what in _WHATS:
            worker.do(Doing(what=what, who="ada", number=drawn.getrandbits(30) | 1))


def logged(folder: Path) -> None:
    """Some more, and a kill that leaves it in the database's log."""
    worker = Worker(Project.open(folder))
    for number, what in enumerate(("talk", "ask", "judge", "key", "ask", "pair", "judge")):
        worker.do(Doing(what=what, who="ben", number=3 * number + 1))
    os.kill(os.getpid(), signal.SIGKILL)


def shown(folder: Path) -> dict[str, Any]:
    """Everything as it is shown, and what was said against it; `!` begins what no user should see."""
    found: dict[str, Any] = {}
    said: list[str] = []
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            with Project.open(folder) as project:
                for name, look in world.everything(project).items():
                    with _noting(said):
                        found[name] = json.loads(json.dumps(look()))
        except SteepError as error:
            said.append(str(error))
        with _noting(said):
            said += [f"{each.found} {each.advice}" for each in diagnose(folder) if each.state == "broken"]
    return {**found, "said": list(dict.fromkeys(said))}


@contextlib.contextmanager
def _noting(said: list[str]) -> Iterator[None]:
    try:
        yield
    except SteepError as error:
        said.append(str(error))
    except Exception as error:
        said.append(f"! {type(error).__name__}: {error}"[:500])


def command(folder: Path, words: str) -> str:
    """Run a command as the shell would; what it says."""
    os.chdir(folder)
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            app(words.split(), standalone_mode=False)
    except BaseException as error:
        out.write(f"{type(error).__name__}: {error}")
    return f"{words}: {out.getvalue()[-300:]}"


def _first(before: Any, after: Any, path: str = "") -> str:
    """Where two values of JSON first differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [key for key in [*before, *after] if before.get(key) != after.get(key)]
        return _first(before.get(keys[0]), after.get(keys[0]), f"{path}/{keys[0]}")
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        at = next(at for at in range(len(before)) if before[at] != after[at])
        return _first(before[at], after[at], f"{path}/{at}")
    return f"{path}: {str(before)[:80]} → {str(after)[:80]}"


def _place(path: str) -> str:
    """records.sqlite, or the folder with the sort of file."""
    parts = path.split("/")
    return parts[0] if len(parts) == 1 else f"{parts[0]}/…/{parts[-1]}" if parts[0] != "embeddings" else "embeddings"


if __name__ == "__main__":
    main()
