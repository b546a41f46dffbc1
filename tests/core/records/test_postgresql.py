"""Records on a PostgreSQL server, and what happens when it goes away."""

import json

import pytest

from steep.diagnosis import rebuild_records
from steep.errors import ConfigError, Damaged, MissingDependency, WorkspaceError
from steep.flows.index import index
from steep.values import Answer
from steep.workspace.answers import Feedback
from steep.workspace.project import Project


@pytest.fixture
def on_server(server, project_folder, open_project):
    """A project whose records are on the server."""
    folder = project_folder()
    config = (folder / "steep.toml").read_text("utf-8")
    records = f"[project]\nrecords = {json.dumps(server.url())}\n"
    (folder / "steep.toml").write_text(config.replace("[project]\n", records), "utf-8")
    return open_project(folder)


def indexed(project, **options):
    return index(project, progress=lambda step: None, **options)


def test_a_project_is_indexed_and_read_and_changed_there(on_server):
    assert indexed(on_server).documents == 3
    assert indexed(on_server).rebuilt is False
    (on_server.folder / "tickets.md").write_text("# Tickets\n\nA week ticket costs 55 euros.\n", "utf-8")
    assert indexed(on_server).changed == 1
    assert any("55 euros" in passage.text for passage in on_server.library().all_passages())
    assert not (on_server.state / "records.sqlite").exists()
    assert on_server.records.check() == "ok"


def test_a_server_that_goes_away_in_mid_work_is_one_clear_error_and_nothing_is_lost(on_server, server):
    indexed(on_server)
    before = on_server.library().all_passages()
    (on_server.folder / "new.md").write_text("The new pier opens in May.", "utf-8")

    def hang_up(step):
        if step.stage == "split" and step.done == 2:
            server.hang_up()
            server.stop()

    try:
        with pytest.raises(WorkspaceError, match=r"cannot be reached or used .*run the command again") as caught:
            index(on_server, progress=hang_up)
        assert type(caught.value) is WorkspaceError
        with pytest.raises(WorkspaceError, match="see that the server runs"):
            Project.open(on_server.folder)
    finally:
        server.start()
    assert on_server.library().all_passages() == before  # a connection that is gone is replaced
    assert indexed(on_server).added == 1


def test_a_connection_that_is_lost_inside_a_transaction_takes_all_of_it_back(on_server, server):
    def lose():
        with on_server.records.transaction() as write:
            write.put("splits", [{"splitter": "s", "version": "a"}])
            server.hang_up()
            write.put("splits", [{"splitter": "s", "version": "b"}])

    with pytest.raises(WorkspaceError, match="cannot be reached or used"):
        lose()
    assert on_server.records.find("splits") == []


def test_a_connection_that_was_lost_between_two_uses_is_replaced(on_server, server):
    assert on_server.runs.latest() is None
    server.hang_up()
    assert on_server.runs.latest() is None


def test_a_password_is_not_shown(tmp_path):
    from steep.records.database import Database

    with pytest.raises(WorkspaceError) as caught:
        Database(tmp_path, url="postgresql+psycopg://anna:secret@127.0.0.1:1/nothing")
    assert "anna:***@127.0.0.1:1/nothing" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://host/db", "nonsense", "sqlite:///file", "postgresql+nothing://host/db"])
def test_an_address_of_something_else_says_what_to_write(tmp_path, url):
    from steep.records.database import Database

    with pytest.raises(ConfigError, match=r"`records` in \[project\] cannot be used .*postgresql\+psycopg://"):
        Database(tmp_path, url=url)


def test_a_missing_driver_says_what_to_install(tmp_path, monkeypatch):
    from steep.records.database import Database

    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(MissingDependency, match=r"pip install 'steep\[postgres\]'"):
        Database(tmp_path, url="postgresql+psycopg://host/db")


def test_empty_records_beside_datasets_are_not_a_beginning(on_server, server, project_folder):
    (on_server.state / "datasets" / "abc").mkdir(parents=True)
    config = (on_server.folder / "steep.toml").read_text("utf-8")
    with Project.open(on_server.folder):
        pass
    lines = [f"records = {json.dumps(server.url())}" if "records" in line else line for line in config.splitlines()]
    (on_server.folder / "steep.toml").write_text("\n".join(lines), "utf-8")
    with pytest.raises(WorkspaceError, match="steep doctor --rebuild"):
        Project.open(on_server.folder)


@pytest.mark.parametrize("text", ["\ud800 half a character", "nul \0", "\\0 😀"])
def test_answers_and_what_was_said_of_them_are_kept_there(on_server, text):
    answer = Answer(question=text, text=text, citations=(), confidence=None, abstained=False, id="a1b2", caller=text)
    on_server.answers.add(answer, now=1.0)
    assert on_server.answers.find("a1").answer == answer
    said = Feedback(answer="a1b2", caller="bo", verdict="wrong", better="nul \0", created=2.0)
    on_server.answers.judge(said)
    assert on_server.answers.feedback() == (said,)
    assert on_server.answers.delete_older(2.0) == 1
    assert on_server.answers.feedback() == ()


def test_records_that_move_to_a_server_are_registered_there_with_their_aliases(project, server):
    source = project.state / "work" / "adapter"
    source.mkdir(parents=True)
    (source / "adapter_model.safetensors").write_bytes(b"w")
    adapter = project.adapters.add(name="harbor", source=source, base="b", score=None, lineage={}, now=1.0)
    project.adapters.point("harbor", "production", adapter.version, reason="by hand", now=1.0)
    history = project.adapters.history("harbor", "production")
    project.close()
    config = (project.folder / "steep.toml").read_text("utf-8")
    records = f"[project]\nrecords = {json.dumps(server.url())}\n"
    (project.folder / "steep.toml").write_text(config.replace("[project]\n", records), "utf-8")
    with pytest.raises(Damaged, match="steep doctor --rebuild"):
        Project.open(project.folder)
    assert "Registered again: 0 datasets, 1 adapter, 1 alias" in rebuild_records(project.folder)
    with Project.open(project.folder) as moved:
        assert moved.adapters.resolve("harbor").version == adapter.version
        assert moved.adapters.history("harbor", "production") == history
    assert "is whole; nothing was rebuilt" in rebuild_records(project.folder)
