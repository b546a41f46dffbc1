"""A project in a folder that nobody may write can be searched and answered from."""

import shutil
import subprocess

import pytest

from steep.errors import NotIndexed, WorkspaceError
from steep.flows.answer import Answerer, AnswerRequest
from steep.flows.index import index
from steep.values import OPERATOR
from steep.workspace.project import Project


@pytest.fixture
def read_only(tmp_path):
    """Copy a folder to a file system that may only be read, where this user may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")

    def copy(folder):
        copied = shutil.copytree(folder, place / "project")
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        return copied

    yield copy
    subprocess.run(["umount", "-l", str(place)], check=True)


def listed(folder):
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*"))


@pytest.mark.parametrize("closed", [True, False], ids=["closed", "with a log that waits"])
def test_it_is_searched_and_answered_from_and_refuses_to_be_written(project, read_only, closed):
    index(project, progress=lambda step: None)
    if closed:
        project.close()
    folder = read_only(project.folder)
    before = listed(folder)
    with Project.open(folder) as reading:
        assert reading.records.read_only
        answer = Answerer(reading).answer(AnswerRequest(question="When does the Heron leave?", caller=OPERATOR))
        assert answer.text == "The Heron leaves at nine."
        with pytest.raises(WorkspaceError, match="cannot be written"):
            index(reading, progress=lambda step: None, rebuild=True)
        with pytest.raises(WorkspaceError, match="cannot be written; check the folder's permissions"):
            reading.runs.begin("f", details={}, now=1.0)
    assert listed(folder) == before


def test_one_that_was_never_indexed_says_so(project_folder, read_only):
    folder = project_folder()
    (folder / ".steep").mkdir()
    with pytest.raises(NotIndexed, match="nothing has been indexed"):
        Project.open(read_only(folder))


def test_one_of_an_earlier_steep_says_who_must_bring_it_up_to_date(project, read_only):
    project.close()
    (project.state / "manifest.sqlite").write_bytes(b"")
    with pytest.raises(WorkspaceError, match="must be brought up to date, but cannot be written"):
        Project.open(read_only(project.folder))


def test_what_is_made_is_for_its_owners_eyes_alone(project):
    index(project, progress=lambda step: None)
    assert project.state.stat().st_mode & 0o777 == 0o700
