"""Spoils files of every format, indexes them between whole ones, and says what that cost.

    python tests/bench/fuzzing.py FOLDER [--files 1000] [--seed 0] [--seconds 20] [--megabytes 1024]
        [--only .docm,.ott] [--json]

FOLDER holds files of the formats (`../shared/data/loaders`); small ones are made of the formats that it lacks. Every
file is read as `steep index` reads it, under `read_seconds` and `read_megabytes`, and what was read is split. Prints
how many were read and refused, in all and by format, the slowest, the memory, and the faults: a file that took longer
than its limit, an error that does not name its file, a whole file that was not read any more.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from spoiling import MADE, originals, spoiled

from steep.errors import SteepError
from steep.indexing.readers import Readers
from steep.indexing.sources import suffix_of
from steep.indexing.warm import end_waiting
from steep.kinds import Source
from steep.workspace.project import Project
from steep_plugins.readers import steep_offers

_GRACE = 5.0  # seconds beside the limit: a process is ended, and another begun
_EVERY = 25  # spoiled files between two whole ones


class Watch:
    """Reads and splits one file after the other, and notes what each cost and whether it was right."""

    def __init__(self, project: Project, seconds: float) -> None:
        self.readers = Readers(project)
        self.splitter = project.build("splitter", project.config.splitter)
        self.seconds = seconds
        self.ended: Counter[str] = Counter()
        self.formats: dict[str, Counter[str]] = {}
        self.slowest: list[tuple[float, str]] = []
        self.refusals: Counter[str] = Counter()
        self.faults: list[str] = []

    def see(self, name: str, data: bytes, *, whole: bool) -> None:
        begun = time.monotonic()
        faulthandler.dump_traceback_later(3 * self.seconds + 60, exit=True)  # nothing else ends a hang in this process
        outcome, said = self._tried(name, data)
        faulthandler.cancel_dump_traceback_later()
        took = time.monotonic() - begun
        self.ended[outcome] += not whole
        if not whole:
            self.formats.setdefault(suffix_of(name), Counter())[outcome] += 1
        self.slowest = sorted([*self.slowest, (round(took, 2), name)], reverse=True)[:8]
        if took > self.seconds + _GRACE:
            self.faults.append(f"{name} took {took:.1f} s")
        if outcome == "failed" or (outcome == "refused" and name not in said):
            self.faults.append(f"{name}: {said}")
        if whole and outcome != "read":
            self.faults.append(f"{name} is whole and was not read: {said}")

    def _tried(self, name: str, data: bytes) -> tuple[str, str]:
        try:
            document = self.readers.read(Source(path=name, data=data))
        except SteepError as error:
            self.refusals[_kind(str(error).replace(name, "FILE"))] += 1
            return "refused", str(error)
        except Exception as error:  # what would have ended the run
            return "failed", repr(error)
        try:
            passages = self.splitter.split(document)
        except Exception as error:  # a run would name it and go on, but no text should do this
            return "failed", f"could not be split: {error!r}"
        return "read" if passages else "empty", ""


def _kind(message: str) -> str:
    return message.split("(")[0].split(";")[0][:80].strip()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--only", default="", help="suffixes of the formats to spoil, parted by commas; else all")
    parser.add_argument("--keep", type=Path, help="write the files that are faults into this folder")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "steep.toml").write_text(config(chosen.seconds, chosen.megabytes), "utf-8")
        with Project.open(Path(folder)) as project:
            report = fuzzed(project, chosen)
    print(
        json.dumps(report, indent=1) if chosen.json else "\n".join(f"{key}: {value}" for key, value in report.items())
    )
    return 1 if report["faults"] else 0


def config(seconds: float, megabytes: int) -> str:
    """A project that names every reader on board."""
    tables = "".join(f"[reader.{each.name}]\n" for each in steep_offers())
    limits = f"read_seconds = {seconds:g}\nread_megabytes = {megabytes}\n"
    return f'[project]\nname = "spoiled"\ndocuments = ["**/*"]\n{limits}{tables}'


def fuzzed(project: Project, chosen: Any) -> dict[str, Any]:
    kept = originals(chosen.folder)
    if only := [each for each in chosen.only.split(",") if each]:
        kept = {suffix: kept[suffix] for suffix in only}
    watch = Watch(project, chosen.seconds)
    begun = time.monotonic()
    whole = sorted(MADE)
    for number, (name, data) in enumerate(spoiled(kept, chosen.files, random.Random(chosen.seed))):
        before = len(watch.faults)
        watch.see(name, data, whole=False)
        if chosen.keep and len(watch.faults) > before:
            chosen.keep.mkdir(parents=True, exist_ok=True)
            (chosen.keep / name).write_bytes(data)
        if number % _EVERY == 0:
            suffix = whole[number // _EVERY % len(whole)]
            watch.see(f"whole{number}{suffix}", MADE[suffix].encode(), whole=True)
        if number % 100 == 99:
            print(f"{number + 1} of {chosen.files}", file=sys.stderr)
    watch.readers.close()
    end_waiting()  # so that the memory it took is known
    return {
        "files": chosen.files,
        "formats": len(kept),
        "ended": dict(watch.ended),
        "by format": {suffix: dict(sorted(each.items())) for suffix, each in sorted(watch.formats.items())},
        "refusals": dict(watch.refusals.most_common(12)),
        "slowest": watch.slowest,
        "minutes": round((time.monotonic() - begun) / 60, 1),
        "megabytes": {"here": _most(resource.RUSAGE_SELF), "reading apart": _most(resource.RUSAGE_CHILDREN)},
        "faults": watch.faults,
    }


def _most(who: int) -> int:
    return resource.getrusage(who).ru_maxrss // 1000


if __name__ == "__main__":
    sys.exit(main())
