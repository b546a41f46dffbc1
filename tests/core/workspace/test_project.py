"""Opening a project, and one writer at a time."""

import os

import filelock
import pytest
from sqlalchemy import text

from steep.errors import BadOptions, ConfigError, Damaged, NotIndexed, PluginNotFound, WorkspaceError
from steep.flows.answer import Answerer, SearchRequest
from steep.flows.index import index
from steep.kinds import IndexQuery
from steep.values import OPERATOR
from steep.workspace.checking import check_parts
from steep.workspace.project import Project


def test_a_folder_without_steep_toml_is_no_project(tmp_path):
    with pytest.raises(ConfigError, match="run `steep init` there first"):
        Project.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_opening_makes_a_state_folder_that_version_control_ignores(project):
    assert (project.state / ".gitignore").read_text("utf-8") == "*\n"
    with pytest.raises(NotIndexed, match="steep index"):
        project.library()


def test_a_file_in_the_place_of_the_state_folder_is_said(project_folder):
    folder = project_folder()
    (folder / ".steep").write_text("x", "utf-8")
    with pytest.raises(WorkspaceError, match=r"\.steep cannot be made .*check the permissions"):
        Project.open(folder)


def test_a_second_writer_is_refused_and_the_first_goes_on(project, open_project):
    other = open_project(project.folder)
    with project.writing(), pytest.raises(WorkspaceError, match="another steep process is writing"):
        index(other, progress=lambda step: None)
    assert index(other, progress=lambda step: None).generation == 1


def test_parts_are_built_once(project):
    assert project.embedder() is project.embedder()
    assert project.index("dense") is project.index("dense")


def test_an_unknown_part_and_a_wrong_option_are_said_before_anything_is_built(project_folder, open_project):
    unknown = open_project(project_folder(tables='[splitter]\nuse = "sentence"\n', name="a"))
    with pytest.raises(PluginNotFound, match="did you mean `sentences`"):
        check_parts(unknown)
    wrong = open_project(project_folder(tables='[splitter]\nuse = "sentences"\nwrods = 50\n', name="b"))
    with pytest.raises(BadOptions, match=r"\[splitter\] .*unknown key `wrods`; did you mean `words`"):
        check_parts(wrong)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may write everywhere")
def test_a_project_that_may_not_be_written_is_said(project):
    project.state.chmod(0o555)
    try:
        with pytest.raises(WorkspaceError, match=r"cannot be written .*permissions"):
            index(project, progress=lambda step: None)
    finally:
        project.state.chmod(0o755)


def test_a_lock_and_records_that_may_not_be_written_are_said(project, monkeypatch):
    with project.records.transaction() as write:
        write.do(text("PRAGMA query_only = 1"))
    with pytest.raises(WorkspaceError, match=r"records.sqlite cannot be written .*check the folder's permissions"):
        index(project, progress=lambda step: None)

    def refuse(self, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    with pytest.raises(WorkspaceError, match=r"cannot be written \(Permission denied\); check the permissions"):
        index(project, progress=lambda step: None)


def test_an_index_that_fails_since_its_files_are_spoiled_is_said_to_be_damaged(project):
    index(project, progress=lambda step: None)
    file = project.state / "generations" / "1" / "dense" / "ids.jsonl"
    content = bytearray(file.read_bytes())
    content[1] ^= 1
    file.write_bytes(content)
    library = project.library()
    said = r"ids.jsonl is not what was written. Run `steep index`"
    with pytest.raises(Damaged, match=said):
        library.search("dense", IndexQuery(text="ferry", k=9, vector=library.embed("ferry")))
    with pytest.raises(Damaged, match=said):
        library.passages([content[1:25].decode()])
    with pytest.raises(Damaged, match=said):
        Answerer(project).search(SearchRequest(question="ferry", caller=OPERATOR))
    with pytest.raises(KeyError, match="nobody's"):
        library.document("nobody's")
