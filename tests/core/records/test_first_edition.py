"""A .steep of steep 0.1 is taken over when it is opened: what cannot be made again is kept, the rest is made again."""

import json
import os
import signal
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from steep.errors import Damaged, NotIndexed
from steep.flows.index import index
from steep.records.database import Database
from steep.workspace.project import Project

# as 0.1 wrote them
SCHEMA = """
CREATE TABLE files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, sha256 TEXT NOT NULL,
    reader TEXT NOT NULL, version TEXT, error TEXT
);
CREATE TABLE documents (
    version TEXT PRIMARY KEY, id TEXT NOT NULL, path TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
    blocks TEXT NOT NULL, pages TEXT NOT NULL
);
CREATE TABLE passages (
    splitter TEXT NOT NULL, id TEXT NOT NULL, version TEXT NOT NULL, ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL, page INTEGER,
    PRIMARY KEY (splitter, version, ordinal)
);
CREATE INDEX passages_by_id ON passages (splitter, id);
CREATE TABLE splits (splitter TEXT NOT NULL, version TEXT NOT NULL, PRIMARY KEY (splitter, version));
CREATE TABLE generations (
    number INTEGER PRIMARY KEY AUTOINCREMENT, fingerprint TEXT NOT NULL, splitter TEXT NOT NULL,
    documents INTEGER NOT NULL, passages INTEGER NOT NULL, created REAL NOT NULL
);
CREATE TABLE members (
    generation INTEGER NOT NULL, ordinal INTEGER NOT NULL, version TEXT NOT NULL, PRIMARY KEY (generation, ordinal)
);
CREATE TABLE current (one INTEGER PRIMARY KEY CHECK (one = 1), generation INTEGER NOT NULL);
CREATE TABLE datasets (version TEXT PRIMARY KEY, created REAL NOT NULL, pairs INTEGER NOT NULL);
CREATE TABLE adapters (
    version TEXT PRIMARY KEY, name TEXT NOT NULL, base TEXT NOT NULL, score REAL, lineage TEXT NOT NULL,
    created REAL NOT NULL
);
CREATE TABLE aliases (
    name TEXT NOT NULL, alias TEXT NOT NULL, version TEXT NOT NULL, PRIMARY KEY (name, alias)
);
CREATE TABLE alias_history (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, alias TEXT NOT NULL, version TEXT NOT NULL,
    previous TEXT, reason TEXT NOT NULL, created REAL NOT NULL
);
CREATE TABLE runs (
    id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, state TEXT NOT NULL, created REAL NOT NULL, details TEXT NOT NULL
);
CREATE TABLE steps (
    run TEXT NOT NULL, ordinal INTEGER NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, result TEXT,
    seconds REAL, PRIMARY KEY (run, name)
);
"""
KEPT = ("datasets", "adapters", "aliases", "alias_history")


@pytest.fixture
def old(project_folder, open_project):
    """A project with a dataset and two adapters, whose records are as steep 0.1 kept them; closed."""
    project = open_project(project_folder(), clock=lambda: 1.0)
    project.datasets.save(pairs=(), dev=frozenset(), recipe={}, summary={}, now=1.0)
    versions = []
    for number in (1, 2):
        source = project.state / "work" / "adapter"
        source.mkdir(parents=True)
        (source / "adapter_model.safetensors").write_bytes(b"weights" * number)
        added = project.adapters.add(
            name="harbor", source=source, base="quoter-1", score=0.5, lineage={"n": number}, now=float(number)
        )
        project.adapters.point("harbor", "production", added.version, reason=f"the {number}.", now=float(number))
        versions.append(added.version)
    rows = {table: project.records.find(table) for table in KEPT}
    project.close()
    (project.state / "records.sqlite").unlink()
    (project.state / "opening").unlink()
    with closing(sqlite3.connect(project.state / "manifest.sqlite")) as connection, connection:
        connection.executescript(f"PRAGMA journal_mode = WAL; {SCHEMA} PRAGMA user_version = 1;")
        for table, values in rows.items():
            for row in values:
                names, marks = ", ".join(row), ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))
        document = ("v1", "d1", "ferries.md", "Ferries", "The Heron leaves at nine.", '[["heading", 0, 3, 1]]', "[]")
        connection.execute("INSERT INTO documents VALUES (?,?,?,?,?,?,?)", document)
        connection.execute("INSERT INTO files VALUES ('ferries.md', 25, 7, 'x', 'r', 'v1', NULL)")
        connection.execute("INSERT INTO generations VALUES (7, 'f', 's', 1, 1, 0.0)")
        connection.execute("INSERT INTO members VALUES (7, 0, 'v1')")
        connection.execute("INSERT INTO current VALUES (1, 7)")
        connection.execute("INSERT INTO runs VALUES ('r', 'f', 'running', 0.0, '{}')")
    (project.state / "generations" / "7").mkdir(parents=True)
    (project.state / "generations" / "7" / "files.json").write_text("{}", "utf-8")
    project.state.chmod(0o755)
    return project.folder, rows


def kept(state):
    with closing(Database(state)) as records:
        return {table: records.find(table) for table in KEPT}


def test_what_cannot_be_made_again_is_kept_and_the_rest_is_made_again(old, open_project):
    folder, rows = old
    project = open_project(folder)
    assert {table: project.records.find(table) for table in KEPT} == rows
    assert not list(project.state.glob("manifest*"))
    assert project.state.stat().st_mode & 0o777 == 0o700
    assert len(project.datasets.versions()) == 1
    first, second = (row["version"] for row in rows["alias_history"])
    assert project.adapters.resolve("harbor").version == second
    assert project.adapters.rollback("harbor", "production", now=3.0).version == first
    assert project.runs.latest() is None
    with pytest.raises(NotIndexed, match="run `steep index` first"):
        project.library()
    assert index(project, progress=lambda step: None).documents == 3
    assert len(tuple(project.library().documents())) == 3
    assert not (project.state / "generations" / "7").exists()


def test_killed_before_the_manifest_is_removed_it_is_not_taken_over_twice(old):
    folder, rows = old
    manifest = (folder / ".steep" / "manifest.sqlite").read_bytes()
    for _ in range(2):
        (folder / ".steep" / "manifest.sqlite").write_bytes(manifest)
        assert kept(folder / ".steep") == rows


def test_it_goes_to_postgresql_where_the_records_are_kept_there(old, server, open_project):
    folder, rows = old
    url = server.url()
    config = (folder / "steep.toml").read_text("utf-8")
    (folder / "steep.toml").write_text(config.replace("[project]\n", f"[project]\nrecords = {json.dumps(url)}\n"))
    project = open_project(folder)
    assert {table: project.records.find(table) for table in KEPT} == rows
    version = rows["aliases"][0]["version"]
    project.adapters.point("harbor", "staging", version, reason="the numbers go on", now=4.0)
    assert len(project.records.find("alias_history")) == 3


@pytest.mark.parametrize("content", [b"", b"x" * 5000])
def test_a_manifest_that_is_damaged_is_said_and_what_the_folders_hold_is_registered(old, content):
    from steep.diagnosis import rebuild_records

    folder, _ = old
    (folder / ".steep" / "manifest.sqlite").write_bytes(content)
    with pytest.raises(Damaged, match="steep doctor --rebuild"):
        Project.open(folder)
    assert "Registered again: 1 dataset, 2 adapters" in rebuild_records(folder)
    with Project.open(folder) as project:
        assert len(project.adapters.versions()) == 2


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # the child opens records, and nothing else
def test_killed_at_any_statement_it_is_taken_over_whole_at_the_next_opening(old, tmp_path):
    """The process dies before its n-th statement, for every n there is; the statements of a commit count too."""
    folder, rows = old
    state = folder / ".steep"
    manifest = (state / "manifest.sqlite").read_bytes()
    kills = 0
    while True:
        kills += 1
        process = os.fork()
        if process == 0:
            _die_at(kills, state)
        killed = os.WIFSIGNALED(os.waitpid(process, 0)[1])
        assert kept(state) == rows, kills
        if not killed:
            break
        for file in (*state.glob("records.sqlite*"), *state.glob("manifest*")):
            file.unlink()
        (state / "manifest.sqlite").write_bytes(manifest)
    assert kills > 25  # tables, indexes, versions, rows


def _die_at(number, state):
    seen = 0

    @event.listens_for(Engine, "before_cursor_execute")
    @event.listens_for(Engine, "commit")
    def count(*arguments):
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        Database(state).close()
    finally:
        os._exit(0)
