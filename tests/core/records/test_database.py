"""What holds of records wherever they are kept: in a file, and on a PostgreSQL server."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from steep.records import HEAD, queries
from steep.records.migrating import SCRIPTS, migrate
from steep.records.schema import tables


@pytest.fixture
def records(opened, where):
    return opened(**where)


def test_a_transaction_is_all_or_nothing(records, a_run):
    def half():
        with records.transaction() as write:
            write.put("runs", [a_run("a")])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    assert records.find("runs") == []
    with records.transaction() as write:
        write.put("runs", [a_run("b")])
    assert records.find("runs") == [a_run("b")]


def test_what_is_written_is_seen_inside_and_by_others_once_it_is_committed(records, a_run):
    with records.transaction() as write:
        write.put("runs", [a_run("a")])
        assert write.one("runs", id="a") == a_run("a")
        assert records.one("runs", id="a") is None
    assert records.one("runs", id="a") == a_run("a")


def test_a_defect_of_the_caller_is_not_called_damage(records, a_run):
    def without_a_state():
        with records.transaction() as write:
            write.put("runs", [a_run("a", state=None)])

    with pytest.raises(IntegrityError):
        without_a_state()
    assert records.find("runs") == []


def test_putting_replaces_and_adding_leaves(records, a_run):
    with records.transaction() as write:
        write.put("runs", [a_run("a"), a_run("b")])
        write.put("runs", [a_run("a", state="done")])
        write.add("runs", [a_run("b", state="done"), a_run("c")])
        write.put("splits", [{"splitter": "s", "version": "v"}] * 2)
    states = {row["id"]: row["state"] for row in records.find("runs")}
    assert states == {"a": "done", "b": "running", "c": "running"}
    assert records.count("splits") == 1


def test_rows_come_in_the_order_that_is_asked_for_and_only_those_that_are(records, a_run):
    with records.transaction() as write:
        write.put("runs", [a_run(name, created=time) for name, time in [("a", 1.0), ("b", 2.0), ("c", 2.0)]])
        assert write.change("runs", {"state": "done"}, id="b") == 1
        assert write.delete("runs", id="nobody") == 0
    assert [row["id"] for row in records.find("runs", order=["-created", "id"])] == ["b", "c", "a"]
    assert [row["id"] for row in records.find("runs", order=["created", "-id"], limit=2)] == ["a", "c"]
    assert [row["id"] for row in records.find("runs", state="running", created=2.0)] == ["c"]


@given(text=st.text(st.characters(codec="utf-8")))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_that_utf8_can_hold_comes_back_as_it_was(records, text):
    row = {"version": "v", "id": "d", "path": "a.md", "title": text[:9], "text": text, "more": "{}"}
    with records.transaction() as write:
        write.put("documents", [row])
    assert records.one("documents", version="v") == row


@pytest.mark.parametrize("text", ["\0", "\\0", "\\\0\\", "a\0b\\\\0"])
def test_text_that_postgresql_does_not_take_comes_back_as_it_was(records, text):
    row = {"version": "v", "id": "d", "path": "a.md", "title": "t", "text": text, "more": "{}"}
    with records.transaction() as write:
        write.put("documents", [row])
    assert records.one("documents", version="v") == row


def test_a_wildcard_in_the_beginning_that_is_looked_for_is_a_letter(records, a_run):
    with records.transaction() as write:
        write.put("runs", [a_run("a%b"), a_run("axb"), a_run("a_b")])
    found = [queries.beginning(records, "runs", "id", start, limit=9) for start in ("a%", "a_", "a")]
    assert [[row["id"] for row in rows] for rows in found[:2]] == [["a%b"], ["a_b"]]
    assert len(found[2]) == 3


def test_what_no_file_and_no_generation_names_is_forgotten(records):
    document = {"id": "d", "path": "a.md", "title": "t", "text": "", "more": "{}"}
    passage = {"splitter": "s", "ordinal": 0, "id": "p", "start": 0, "end": 1, "more": "{}"}
    names = [f"v{number}" for number in range(1200)]
    with records.transaction() as write:
        write.put("documents", [{**document, "version": name} for name in names])
        write.put("passages", [{**passage, "version": name} for name in names])
        write.put("splits", [{"splitter": "s", "version": name} for name in names])
        write.put("files", [{"path": "a.md", "sha256": "", "reader": "", "version": "v7", "error": None}])
    with records.transaction() as write:
        queries.forget_unused(write, ["v3"])
    assert queries.versions(records) == {"v3", "v7"}
    assert records.count("passages") == records.count("splits") == 2


def test_the_tables_are_what_the_migrations_make(records):
    """Alembic compares the migrated database with schema.py, and finds nothing to do."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with records._engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables) == []


def test_head_names_the_newest_migration():
    from alembic.script import ScriptDirectory

    assert ScriptDirectory(str(SCRIPTS)).get_current_head() == HEAD


NEXT = f"""
import os
from alembic import op
from sqlalchemy import Column, Text
revision, down_revision = "next", "{HEAD}"

def upgrade():
    op.create_table("later", Column("id", Text, primary_key=True))
    op.execute("UPDATE runs SET state = 'moved'")
    if os.environ.get("STOP_HALF_WAY"):
        raise KeyboardInterrupt
    op.add_column("runs", Column("why", Text))
"""


def test_a_migration_that_is_stopped_has_not_happened_and_runs_at_the_next_try(records, a_run, tmp_path, monkeypatch):
    import shutil

    from sqlalchemy import inspect

    scripts = shutil.copytree(SCRIPTS, tmp_path / "scripts 100%")
    (scripts / "versions" / "next.py").write_text(NEXT, "utf-8")
    with records.transaction() as write:
        write.put("runs", [a_run("a")])
    monkeypatch.setenv("STOP_HALF_WAY", "1")
    with pytest.raises(KeyboardInterrupt):
        migrate(records._engine, "here", scripts=scripts)
    assert records.find("runs") == [a_run("a")]
    assert not inspect(records._engine).has_table("later")
    monkeypatch.delenv("STOP_HALF_WAY")
    migrate(records._engine, "here", scripts=scripts)
    assert records.find("runs") == [a_run("a", state="moved")]
    assert inspect(records._engine).has_table("later")


def test_threads_that_write_at_once_wait_for_each_other(records, a_run):
    def add(number):
        with records.transaction() as write:
            write.put("runs", [a_run(str(number))])

    threads = [threading.Thread(target=add, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert records.count("runs") == 12
