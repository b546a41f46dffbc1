"""The manifest: all or nothing, and every way it can be hurt has its sentence."""

import multiprocessing
import sqlite3
from contextlib import closing

import pytest

from steep.errors import Damaged, WorkspaceError
from steep.workspace.manifest import SCHEMA_VERSION, Manifest


@pytest.fixture
def file(tmp_path):
    return tmp_path / "manifest.sqlite"


@pytest.fixture
def opened():
    manifests = []

    def make(file, **options):
        manifests.append(Manifest(file, **options))
        return manifests[-1]

    yield make
    for manifest in manifests:
        manifest.close()


def add_run(write, name):
    write.execute("INSERT INTO runs VALUES (?, 'f', 'running', 0, '{}')", (name,))


def test_a_transaction_is_all_or_nothing(file, opened):
    manifest = opened(file)

    def half():
        with manifest.transaction() as write:
            add_run(write, "a")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert manifest.rows("SELECT * FROM runs") == []
    with manifest.transaction() as write:
        add_run(write, "b")
    assert manifest.rows("SELECT id FROM runs") == [("b",)]


def test_a_defect_of_the_caller_is_not_called_damage(file, opened):
    manifest = opened(file)

    def twice():
        with manifest.transaction() as write:
            add_run(write, "a")
            add_run(write, "a")

    with pytest.raises(sqlite3.IntegrityError):
        twice()
    assert manifest.rows("SELECT * FROM runs") == []


def test_a_manifest_of_a_newer_steep_is_refused(file, opened):
    opened(file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(WorkspaceError, match=f"newer steep .schema {SCHEMA_VERSION + 1}.*upgrade steep"):
        Manifest(file)


@pytest.mark.parametrize("kept", ["datasets", "adapters", "generations"])
@pytest.mark.parametrize("harm", ["emptied", "deleted"])
def test_a_lost_manifest_beside_something_kept_is_damage_not_a_beginning(file, opened, kept, harm):
    opened(file).close()
    (file.parent / kept / "abc").mkdir(parents=True)
    if harm == "emptied":
        file.write_bytes(b"")
    else:
        file.unlink()
    with pytest.raises(Damaged, match="steep doctor --rebuild"):
        Manifest(file)
    with pytest.raises(Damaged, match="empty or missing"):
        Manifest(file)
    assert opened(file, anew=True).check() == "ok"


@pytest.mark.parametrize("at", [0, 20, 100, 4096])
def test_overwritten_bytes_are_damage_with_advice(file, opened, at):
    manifest = opened(file)
    with manifest.transaction() as write:
        for number in range(500):
            write.execute("INSERT INTO runs VALUES (?, 'f', 'running', 0, ?)", (str(number), "x" * 100))
    manifest.close()
    content = bytearray(file.read_bytes())
    content[at : at + 4000] = b"\xaa" * 4000
    file.write_bytes(content)

    def use():
        with closing(Manifest(file)) as damaged:
            state = damaged.check()
            if state != "ok":
                raise Damaged(f"doctor sees it: {state}. steep doctor --rebuild")

    with pytest.raises(Damaged, match="steep doctor --rebuild"):
        use()


def test_a_text_file_in_its_place_is_damage(file):
    file.write_text("this is a letter to my aunt, and long enough to be a header " * 10, "utf-8")
    with pytest.raises(Damaged, match="not a database"):
        Manifest(file)


def test_a_damaged_log_leaves_what_was_checkpointed(file, opened):
    manifest = opened(file)
    with manifest.transaction() as write:
        add_run(write, "a")
    manifest.close()
    file.with_name(file.name + "-wal").write_bytes(b"\xde\xad" * 5000)
    again = opened(file)
    assert again.check() == "ok"
    assert again.rows("SELECT id FROM runs") == [("a",)]


def test_another_writer_is_waited_for_and_then_named(file, opened):
    opened(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        manifest = opened(file, patience=0.05)

        def write_now():
            with manifest.transaction():
                pass

        with pytest.raises(WorkspaceError, match="in use by another steep process; try again"):
            write_now()


def test_a_full_database_loses_nothing_and_can_be_written_again(file, opened):
    manifest = opened(file)
    with manifest.transaction() as write:
        add_run(write, "before")
    pages = manifest.row("PRAGMA page_count")[0]
    manifest.rows(f"PRAGMA max_page_count = {pages}")

    def too_much():
        with manifest.transaction() as write:
            for number in range(1000):
                write.execute("INSERT INTO runs VALUES (?, 'f', 'running', 0, ?)", (str(number), "x" * 1000))

    with pytest.raises(WorkspaceError, match="free some space and run the command again") as caught:
        too_much()
    assert not isinstance(caught.value, Damaged)
    manifest.rows("PRAGMA max_page_count = 100000")
    too_much()
    assert manifest.row("SELECT count(*) FROM runs") == (1001,)


def _open_and_write(file, number):
    with closing(Manifest(file)) as manifest, manifest.transaction() as write:
        add_run(write, str(number))


def test_processes_may_begin_the_same_manifest_at_once(file, opened):
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_open_and_write, args=(file, number)) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 6
    assert opened(file).row("SELECT count(*) FROM runs") == (6,)
