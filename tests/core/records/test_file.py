"""Records in a file: every way it can be hurt has its sentence."""

import multiprocessing
import os
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from steep.errors import Damaged, NotIndexed, WorkspaceError
from steep.records import FILE
from steep.records.database import Database
from steep.records.glance import glance
from steep.records.recovering import put_right


@pytest.fixture
def file(tmp_path):
    return tmp_path / FILE


def test_records_of_a_newer_steep_are_refused(file, opened):
    opened()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(WorkspaceError, match=r"written by a newer steep .*9999.*upgrade steep"):
        opened()


@pytest.mark.parametrize("kept", ["datasets", "adapters", "generations"])
@pytest.mark.parametrize("harm", ["emptied", "deleted"])
def test_lost_records_beside_something_kept_are_damage_not_a_beginning(file, opened, kept, harm):
    opened().close()
    (file.parent / kept / "abc").mkdir(parents=True)
    if harm == "emptied":
        file.write_bytes(b"")
    else:
        file.unlink()
    with pytest.raises(Damaged, match="steep doctor --rebuild"):
        opened()
    with pytest.raises(Damaged, match="empty or missing"):
        opened()
    assert opened(anew=True).check() == "ok"


@pytest.mark.parametrize("at", [0, 20, 100, 4096])
def test_overwritten_bytes_are_damage_with_advice(file, opened, a_run, at):
    records = opened()
    with records.transaction() as write:
        write.put("runs", [a_run(str(number), details="x" * 100) for number in range(500)])
    records.close()
    content = bytearray(file.read_bytes())
    content[at : at + 4000] = b"\xaa" * 4000
    file.write_bytes(content)

    def use():
        with closing(Database(file.parent)) as damaged:
            state = damaged.check()
            if state != "ok":
                raise Damaged(f"doctor sees it: {state}. steep doctor --rebuild")

    with pytest.raises(Damaged, match="steep doctor --rebuild"):
        use()


def test_a_text_file_in_its_place_is_damage(file, opened):
    file.write_text("this is a letter to my aunt, and long enough to be a header " * 10, "utf-8")
    with pytest.raises(Damaged, match="not a database"):
        opened()


def test_a_damaged_log_leaves_what_was_checkpointed(file, opened, a_run):
    records = opened()
    with records.transaction() as write:
        write.put("runs", [a_run("a")])
    records.close()
    file.with_name(file.name + "-wal").write_bytes(b"\xde\xad" * 5000)
    again = opened()
    assert again.check() == "ok"
    assert again.find("runs") == [a_run("a")]


@pytest.fixture
def killed(file, a_run):
    """A file of records whose last forty runs are only in the log that a kill has left."""
    process = os.fork()
    if process == 0:
        records = Database(file.parent)
        for number in range(40):
            with records.transaction() as write:
                write.put("runs", [a_run(f"run {number}", details="x" * 300)])
        os._exit(0)
    os.waitpid(process, 0)
    log = file.with_name(f"{FILE}-wal")
    content = log.read_bytes()
    at = content.rindex(b"run 20")
    at += (31 - at) % 4  # the highest bit of a word, of which the log's checksums tell next to nothing
    log.write_bytes(content[:at] + bytes([content[at] ^ 128]) + content[at + 1 :])
    return log


def test_a_log_whose_wrong_bit_cannot_be_told_is_kept_until_the_doctor_mends_it(file, killed, opened, a_run):
    spoiled = killed.read_bytes()
    for _ in range(2):
        with pytest.raises(Damaged, match=r"cannot be told which.*`steep doctor --rebuild`"):
            opened()
        assert glance(file.parent) is None
        with pytest.raises(Damaged, match="cannot be told which"):
            opened(read_only=True)
        assert killed.read_bytes() == spoiled
    put_right(file)
    records = opened()
    assert records.check() == "ok"
    assert {row["id"] for row in records.find("runs")} == {f"run {number}" for number in range(40)}


def test_a_name_in_the_schema_that_is_no_text_is_damage(file, opened):
    opened().close()
    content = file.read_bytes()
    at = content.index(b"CREATE TABLE answers") + 7
    file.write_bytes(content[:at] + b"\xf4" + content[at + 1 :])
    with pytest.raises(Damaged, match="steep doctor --rebuild"):
        opened()


def test_another_writer_is_waited_for_and_then_named(file, opened):
    opened()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        records = opened(patience=0.05)

        def write_now():
            with records.transaction():
                pass

        with pytest.raises(WorkspaceError, match="in use by another steep process; try again"):
            write_now()


def test_a_full_database_loses_nothing_and_can_be_written_again(opened, a_run):
    records = opened()
    with records.transaction() as write:
        write.put("runs", [a_run("before")])
    pages = records.ask(text("PRAGMA page_count"))[0]["page_count"]
    records.ask(text(f"PRAGMA max_page_count = {pages}"))

    def too_much():
        with records.transaction() as write:
            write.put("runs", [a_run(str(number), details="x" * 1000) for number in range(1000)])

    with pytest.raises(WorkspaceError, match="free some space and run the command again") as caught:
        too_much()
    assert not isinstance(caught.value, Damaged)
    assert records.find("runs") == [a_run("before")]
    records.ask(text("PRAGMA max_page_count = 100000"))
    too_much()
    assert records.count("runs") == 1001


def _open_and_write(folder, row):
    with closing(Database(folder)) as records, records.transaction() as write:
        write.put("runs", [row])


def test_processes_may_begin_the_same_records_at_once(tmp_path, opened, a_run):
    context = multiprocessing.get_context("fork")
    rows = [a_run(str(number)) for number in range(6)]
    workers = [context.Process(target=_open_and_write, args=(tmp_path, row)) for row in rows]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 6
    assert opened().find("runs", order=["id"]) == rows


def test_a_file_that_nobody_may_write_can_be_read(opened, a_run, file):
    records = opened()
    with records.transaction() as write:
        write.put("runs", [a_run("a")])
    reading = opened(read_only=True)  # what was written waits in the log
    assert reading.find("runs") == [a_run("a")]
    reading.close()
    records.close()
    before = file.read_bytes()
    reading = opened(read_only=True)
    assert reading.find("runs") == [a_run("a")]

    def write_now():
        with reading.transaction():
            pass

    with pytest.raises(WorkspaceError, match="cannot be written; check the folder's permissions"):
        write_now()
    assert file.read_bytes() == before
    assert sorted(each.name for each in file.parent.iterdir()) == ["opening", FILE]


def test_reading_where_there_is_nothing_yet_says_so(opened):
    with pytest.raises(NotIndexed, match="nothing has been indexed"):
        opened(read_only=True)
