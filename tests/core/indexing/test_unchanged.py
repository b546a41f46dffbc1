"""Nothing to do is found without building anything; whatever could matter is noticed."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from steep.cli.unchanged import told_unchanged
from steep.flows.index import index
from steep.indexing.unchanged import unchanged
from steep.records.glance import glance
from steep.workspace.project import Project

SAME_LENGTH = ("A day ticket costs 12 euros.", "A day ticket costs 13 euros.")


def indexed(project, **options):
    return index(project, progress=lambda step: None, **options)


def seen(project):
    """What a look without opening the project finds."""
    known = glance(project.state)
    return unchanged(project.folder, known) if known else None


@pytest.fixture
def project(project):
    indexed(project)
    return project


def test_a_look_finds_what_an_indexing_that_does_nothing_would(project, monkeypatch):
    summary = seen(project)
    assert (summary.rebuilt, summary.unchanged, summary.generation, summary.documents) == (False, 3, 1, 3)

    def build(self, kind, *arguments, **options):
        raise AssertionError(f"{kind} was built")

    with monkeypatch.context() as patch:
        patch.setattr(Project, "build", build)
        assert indexed(project) == summary
    assert indexed(project, rebuild=True).documents == summary.documents


def test_other_bytes_of_the_same_size_and_time_are_noticed(project, done):
    file = project.folder / "tickets.md"
    file.write_text(SAME_LENGTH[0], "utf-8")
    indexed(project)
    before = file.stat()
    done(project)
    file.write_text(SAME_LENGTH[1], "utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    assert seen(project) is None
    assert indexed(project).changed == 1
    assert done(project)["read"] == 1
    assert seen(project) is not None


def test_another_time_with_the_same_bytes_is_nothing(project, done):
    os.utime(project.folder / "tickets.md", (1, 1))
    done(project)
    assert seen(project) == indexed(project)
    assert done(project) == {}


def comment(file):
    file.write_text(file.read_text("utf-8") + "# a comment\n", "utf-8")


def into_a_pipe(folder):
    (folder / "tickets.md").unlink()
    os.mkfifo(folder / "tickets.md")


def flip_a_byte(folder):
    file = next((folder / ".steep" / "generations" / "1").rglob("*.faiss"))
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "new.md").write_text("New.", "utf-8"),
        lambda folder: (folder / "tickets.md").unlink(),
        lambda folder: (folder / "tickets.md").rename(folder / "tickets2.md"),
        lambda folder: comment(folder / "steep.toml"),
        lambda folder: comment(folder / "tiny_parts.py"),
        lambda folder: shutil.rmtree(folder / ".steep" / "generations" / "1" / "dense"),
        lambda folder: (folder / ".steep" / "records.sqlite").write_bytes(b"x" * 5000),
        lambda folder: (folder / ".steep" / "records.sqlite").unlink(),
        flip_a_byte,
        into_a_pipe,
    ],
)
def test_whatever_could_matter_is_noticed(project, change):
    project.close()
    assert seen(project) is not None
    change(project.folder)
    assert seen(project) is None


def test_lost_documents_are_noticed(project):
    with project.records.transaction() as write:
        write.delete("documents", path="tickets.md")
    assert seen(project) is None
    assert indexed(project).documents == 3


def test_what_is_installed_and_what_the_environment_says_is_noticed(project, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("STEEP_PLUGINS", "none")
        assert seen(project) is None
    (tmp_path / "site" / "other-1.0.dist-info").mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.syspath_prepend(tmp_path / "site")
        assert seen(project) is None
    assert seen(project) is not None


CUTTER = """
from pydantic import BaseModel
from steep import hookimpl, offer
from steep.errors import SteepError
from steep.values import Passage

class CutterOptions(BaseModel, extra="forbid"):
    model: str

class Cutter:
    fingerprint = "cutter"

    def split(self, document):
        if "uncuttable" in document.text:
            raise ValueError("the text says so itself")
        end = len(document.text)
        return (Passage(document=document.id, version=document.version, path=document.path, title=document.title,
                        start=0, end=end, text=document.text),)

@hookimpl
def steep_offers():
    yield offer(kind="splitter", name="cutter", summary="All of it", config=CutterOptions,
                build=lambda options, context: Cutter())
"""


@pytest.fixture
def with_a_model(project_folder, open_project):
    """A project whose splitter is of a file, and has a model beside steep.toml."""
    folder = project_folder(tables='[splitter]\nuse = "cutter:cutter"\nmodel = "model"\n')
    (folder / "cutter.py").write_text(CUTTER, "utf-8")
    config = (folder / "steep.toml").read_text("utf-8")
    (folder / "steep.toml").write_text(config.replace('["tiny_parts.py"]', '["tiny_parts.py", "./cutter.py"]'), "utf-8")
    (folder / "model").mkdir()
    (folder / "model" / "weights").write_bytes(b"1")
    return open_project(folder)


def test_a_model_beside_steep_toml_is_watched(with_a_model):
    indexed(with_a_model)
    assert seen(with_a_model) is not None
    (with_a_model.folder / "model" / "weights").write_bytes(b"12")
    assert seen(with_a_model) is None


def test_a_document_that_cannot_be_cut_is_named_every_time(with_a_model):
    indexed(with_a_model)
    (with_a_model.folder / "tickets.md").write_text("This is uncuttable.", "utf-8")
    for _ in range(2):
        assert list(indexed(with_a_model).failed) == ["tickets.md"]
        assert seen(with_a_model) is None


def test_what_was_read_before_a_kill_is_not_taken_for_indexed(project, monkeypatch):
    (project.folder / "tickets.md").write_text("A day ticket costs 13 euros.", "utf-8")

    def killed(step):
        if step.stage == "split":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index(project, progress=killed)
    assert seen(project) is None
    assert indexed(project).changed == 1


def test_a_file_that_cannot_be_read_is_named_every_time(project):
    (project.folder / "bad.md").write_text("this file is unreadable", "utf-8")
    for _ in range(2):
        assert list(indexed(project).failed) == ["bad.md"]
        assert seen(project) is None


def test_files_that_no_reader_takes_are_counted_anew(project):
    (project.folder / "table.xyz").write_text("1", "utf-8")
    assert seen(project).unsupported == {".xyz": 1}
    assert indexed(project, rebuild=True).unsupported == {".xyz": 1}


def test_the_command_loads_no_library_where_there_is_nothing_to_do(project):
    project.close()
    code = (
        "import sys; sys.argv = ['steep', 'index', '-C', sys.argv[1]]\nfrom steep.cli import main\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    assert not ended.code\n"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, project.folder], capture_output=True, text=True, check=True)
    assert "3 unchanged" in done.stdout
    assert "Nothing had changed." in done.stdout
    heavy = {
        "torch",
        "numpy",
        "sqlalchemy",
        "alembic",
        "faiss",
        "transformers",
        "steep_plugins",
        "pluggy",
        "pydantic",
        "typer",
    }
    assert set(done.stderr.split()) & heavy == set()


@pytest.mark.parametrize(
    "arguments", [[], ["search"], ["index", "--rebuild"], ["index", "-C"], ["index", "--help"], ["index", "docs"]]
)
def test_what_only_the_command_understands_is_left_to_it(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert not told_unchanged(arguments)


def test_a_project_that_is_watched_is_opened_so_that_its_trackers_are_told(project, capsys):
    known = glance(project.state)
    assert told_unchanged(["index", "-C", str(project.folder), "--json"])
    assert json.loads(capsys.readouterr().out)["unchanged"] == 3
    project.generations.note(1, settings=known.settings, search={**known.search, "watched": True})
    assert not told_unchanged(["index", "-C", str(project.folder)])
    assert capsys.readouterr().out == ""
