"""A backup: whole while the project is written in, a project itself, and never in the way of another."""

import os
import shutil
import sqlite3
import stat
import threading
from contextlib import closing

import pytest

from steep.errors import Busy, Damaged, WorkspaceError
from steep.flows.index import index
from steep.workspace.backup import back_up
from steep.workspace.project import Project


@pytest.fixture
def indexed(project):
    index(project, progress=lambda step: None)
    return project


def test_a_backup_is_a_project_that_knows_all_that_was_known(indexed, tmp_path):
    key, words = indexed.keys.new("anna", now=1.0)
    made = back_up(indexed, tmp_path / "copies" / "monday")
    assert made.records
    assert made.files == sum(each.is_file() for each in made.folder.rglob("*"))
    with Project.open(made.folder) as copy:
        assert copy.library().all_passages() == indexed.library().all_passages()
        assert copy.keys.check(words, now=2.0).id == key.id
        assert index(copy, progress=lambda step: None).rebuilt is False
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700


def test_what_is_committed_but_not_yet_in_the_file_is_in_the_copy_and_locks_are_not(indexed, tmp_path):
    with closing(sqlite3.connect(indexed.state / "records.sqlite")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM keys").fetchone()  # so that the log cannot be brought into the file
        indexed.keys.new("anna", now=1.0)
        made = back_up(indexed, tmp_path / "copy")
    names = {each.name for each in (made.folder / ".steep").iterdir()}
    assert names.isdisjoint({"lock", "opening", "incoming", "records.sqlite-wal", "records.sqlite-shm"})
    with Project.open(made.folder) as copy:
        assert [each.name for each in copy.keys.all()] == ["anna"]


def test_answers_are_kept_on_while_a_backup_is_made_and_it_holds_some_of_them_whole(indexed, tmp_path):
    ending, written = threading.Event(), []

    def write():
        while not ending.is_set():
            written.append(indexed.keys.new(f"key {len(written)}", now=1.0))

    writing = threading.Thread(target=write)
    writing.start()
    try:
        while not written:
            pass
        before = len(written)
        made = back_up(indexed, tmp_path / "copy")
    finally:
        ending.set()
        writing.join()
    with Project.open(made.folder) as copy:
        assert before <= len(copy.keys.all()) <= len(written)
        assert copy.records.check() == "ok"


def test_nothing_is_backed_up_in_the_midst_of_an_index_unless_its_end_comes_in_time(indexed, tmp_path):
    with indexed.writing(), pytest.raises(Busy, match="another steep process"):
        back_up(indexed, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    held, release = threading.Event(), threading.Event()

    def hold():
        with indexed.writing():
            held.set()
            release.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    threading.Timer(0.1, release.set).start()
    assert back_up(indexed, tmp_path / "copy", patience=60).records
    holder.join()


def test_a_place_that_is_taken_or_in_the_project_is_refused(indexed, tmp_path):
    (tmp_path / "taken").mkdir()
    for place, told in ((tmp_path / "taken", "is there already"), (indexed.folder / "backups" / "x", "in the project")):
        with pytest.raises(WorkspaceError, match=told):
            back_up(indexed, place)
    assert not (indexed.folder / "backups").exists()


def test_a_backup_that_fails_leaves_nothing_and_the_leftover_of_a_killed_one_goes(indexed, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, os.strerror(28))

    (tmp_path / ".copy.part").mkdir()
    (tmp_path / ".copy.part" / "leftover.md").touch()
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copy2", full)
        with pytest.raises(WorkspaceError, match=r"is full: free some space"):
            back_up(indexed, tmp_path / "copy")
    assert sorted(each.name for each in tmp_path.iterdir() if "copy" in each.name) == []
    (tmp_path / ".copy.part").mkdir()
    (tmp_path / ".copy.part" / "leftover.md").touch()
    made = back_up(indexed, tmp_path / "copy")
    assert not (made.folder / "leftover.md").exists()


def test_a_link_is_copied_as_a_link_and_no_pipe_is_waited_for(indexed, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "big.md").write_text("not the project's", "utf-8")
    (indexed.folder / "linked").symlink_to(outside)
    os.mkfifo(indexed.folder / "pipe")
    made = back_up(indexed, tmp_path / "copy")
    assert (made.folder / "linked").is_symlink()
    assert not (made.folder / "pipe").exists()


def test_records_that_are_damaged_make_no_backup(indexed, tmp_path):
    indexed.records.close()
    file = indexed.state / "records.sqlite"
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xff" * 4096 + whole[12288:])
    with pytest.raises(Damaged, match="records"):
        back_up(indexed, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
