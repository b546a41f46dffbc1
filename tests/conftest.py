"""Projects of small real parts: tiny_parts.py reads, embeds, answers, asks and learns in microseconds."""

import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from steep.workspace.project import Project

# laws hold on a busy machine too: no example has a deadline, and slow data is no failure
settings.register_profile("steep", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steep")

TINY = """
[project]
name = "harbor"
[plugins]
files = ["tiny_parts.py"]
[reader."tiny-parts:plain"]
[embedder]
use = "tiny-parts:hashed"
[generator]
use = "tiny-parts:quoter"
[[synthesizer]]
use = "tiny-parts:asker"
[guardrails]
input = []
passages = []
output = ["citations"]
"""
DOCUMENTS = {
    "ferries.md": "# Ferries\n\nThe Heron leaves at nine. The Gull leaves at noon and returns at four.\n",
    "tickets.md": "# Tickets\n\nA day ticket costs 12 euros. Dogs travel free on every ferry.\n",
    "winter/ice.txt": "In winter the small harbour is closed. Skates can be had at the boathouse.\n",
}


@pytest.fixture
def project_folder(tmp_path):
    """Make a folder with steep.toml (the usual tables and further ones), tiny_parts.py and documents by path."""

    def make(documents=DOCUMENTS, *, config=TINY, tables="", more=None, name="project"):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        shutil.copy(Path(__file__).with_name("tiny_parts.py"), folder)
        (folder / "steep.toml").write_text(config + tables, "utf-8")
        documents = {**documents, **(more or {})}
        for path, content in documents.items():
            put(folder / path, content)
        return folder

    return make


@pytest.fixture
def open_project():
    """Open projects that are closed when the test ends."""
    opened = []

    def make(folder, **options):
        opened.append(Project.open(folder, **options))
        return opened[-1]

    yield make
    for project in opened:
        project.close()


@pytest.fixture
def project(project_folder, open_project):
    """An opened project of small parts and three documents, not indexed yet."""
    return open_project(project_folder())


@pytest.fixture
def done():
    """What was read and embedded since the last call, by word: {"read": 2, "embed": 5}."""

    def count(project):
        log = project.folder / ".tiny.log"
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return dict(Counter(line.partition(" ")[0] for line in lines))

    return count


def put(file, content):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


@pytest.fixture
def calls():
    """How many calls, of Python and of C, a function makes: work that can be compared without a clock."""

    def count(function, *arguments):
        made = 0

        def note(frame, event, argument):
            nonlocal made
            made += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(note)
        try:
            function(*arguments)
        finally:
            sys.setprofile(before)
        return made

    return count
