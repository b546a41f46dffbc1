"""Jobs over /api/v1: started in a process of their own, watched, stopped, and found again after a restart."""

import json
import os
import signal
import time

import pytest

from steep.flows.jobs import Starter
from steep.server.reindexing import LATER, Reindexing
from steep.values import Caller, content_id
from steep.workspace.jobs import Job, Tail

OTTO = Caller(name="otto", scope="operate")
ANNA = Caller(name="anna", scope="edit")
NARROW = Caller(name="nina", scope="operate", documents=frozenset({content_id("document", "a.md")}))
SLOW = """
import time
from steep import hookimpl, offer
from steep.values import Document


class Slow:
    def read(self, source):
        time.sleep(600)


@hookimpl
def steep_offers():
    build = lambda options, context: Slow()
    yield offer(kind="reader", name="slow", summary="Never ends", build=build, handles=(".slow",))
"""


def until(what, seconds=300):
    for _ in range(int(seconds / 0.05)):
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come about")


@pytest.fixture
def project(project_folder, open_project):
    return open_project(project_folder())


@pytest.fixture
def slow(project_folder, open_project):
    """A project whose indexing does not end by itself."""
    folder = project_folder(more={"one.slow": "x"})
    (folder / "slow.py").write_text(SLOW, "utf-8")
    config = (folder / "steep.toml").read_text("utf-8")
    config = config.replace('files = ["tiny_parts.py"]', 'files = ["tiny_parts.py", "slow.py"]')
    (folder / "steep.toml").write_text(config + '\n[reader."slow:slow"]\n', "utf-8")
    return open_project(folder)


def events(reply):
    """Without the comments that keep a silent connection open, which a busy machine gets."""
    blocks = reply.text.replace("\r\n", "\n").strip().split("\n\n")
    told = [dict(line.partition(": ")[::2] for line in block.splitlines()) for block in blocks]
    return [(each.get("id"), each["event"], json.loads(each["data"])) for each in told if "event" in each]


def test_a_job_does_what_its_command_does_and_is_watched_to_its_end(service, project):
    with service(project, OTTO) as ask:
        started = ask(OTTO).post("/jobs", {"kind": "index"})
        assert (started.status_code, started.json()["at_work"]) == (201, True)
        identity = started.json()["id"]
        told = events(ask(OTTO).get(f"/jobs/{identity}/events"))
        assert [name for _, name, _ in told[:1] + told[-1:]] == ["stage", "end"]
        assert told[-1][2]["state"] == "done"
        assert told[-1][2]["result"]["documents"] == 3
        assert project.generations.current().documents == 3
        numbers = [int(number) for number, _, _ in told[:-1]]
        assert numbers == list(range(1, len(told)))
        rest = events(ask(OTTO).get(f"/jobs/{identity}/events", headers={"last-event-id": str(numbers[-2])}))
        assert rest == told[-2:]
        assert [each["id"] for each in ask(OTTO).get("/jobs").json()["jobs"]] == [identity]
        assert ask(OTTO).get(f"/jobs/{identity}").json()["progress"]["done"] == 3
        assert ask(OTTO).get(f"/jobs/{identity}/log").status_code == 200


def test_a_job_that_fails_says_why_in_one_sentence(service, project):
    with service(project, OTTO) as ask:
        identity = ask(OTTO).post("/jobs", {"kind": "tune"}).json()["id"]
        told = events(ask(OTTO).get(f"/jobs/{identity}/events"))[-1][2]
        assert (told["state"], "steep index" in told["message"]) == ("failed", True)


def test_a_second_job_is_refused_while_one_is_at_work_and_stopping_lets_the_next_begin(service, slow):
    with service(slow, OTTO) as ask:
        identity = ask(OTTO).post("/jobs", {"kind": "index"}).json()["id"]
        second = ask(OTTO).post("/jobs", {"kind": "measure"})
        assert (second.status_code, identity in second.json()["error"]["message"]) == (409, True)
        until(lambda: slow.jobs.get(identity).state == "running" and Tail(slow.jobs.folder(identity)).read())
        assert ask(OTTO).post(f"/jobs/{identity}/stop", {}).status_code == 200
        stopped = until(lambda: (job := ask(OTTO).get(f"/jobs/{identity}").json())["at_work"] or job)
        ended = until(lambda: not (job := ask(OTTO).get(f"/jobs/{identity}").json())["at_work"] and job)
        assert (ended["state"], stopped is not None) == ("stopped", True)
        assert ask(OTTO).post(f"/jobs/{identity}/stop", {}).json()["state"] == "stopped"
        (slow.folder / "one.slow").unlink()
        again = ask(OTTO).post("/jobs", {"kind": "index"}).json()["id"]
        assert events(ask(OTTO).get(f"/jobs/{again}/events"))[-1][2]["state"] == "done"


def test_what_is_uploaded_while_a_job_is_at_work_is_indexed_when_that_has_ended(service, slow):
    """Several uploads wait as one job; no path of the machine is told."""
    with service(slow, OTTO) as ask:
        identity = ask(OTTO).post("/jobs", {"kind": "index"}).json()["id"]
        until(lambda: slow.jobs.get(identity).state == "running" and Tail(slow.jobs.folder(identity)).read())
        for name in ("winter.md", "summer.md"):
            told = ask(OTTO).post("/documents", params={"name": name}, content=f"# {name}\n\nIt is shut.\n".encode())
            assert (told.status_code, told.json()["job"], told.json()["note"]) == (201, None, LATER)
        (slow.folder / "one.slow").unlink()
        assert ask(OTTO).post(f"/jobs/{identity}/stop", {}).status_code == 200
        known = until(lambda: (each := slow.jobs.newest())[0].state == "done" and each)
        assert [(each.kind, each.state) for each in known] == [("index", "done"), ("index", "stopped")]
        assert ask(OTTO).get("/documents/summer.md").status_code == 200


def test_a_server_that_ends_waits_for_no_job(slow):
    starter = Starter(slow)
    job = starter.start("index", {}, OTTO)
    waiting = Reindexing(starter, look=600)
    assert (waiting.soon(OTTO), waiting.soon(OTTO)) == (None, None)
    waiting.end()
    starter.stop(job.id, kill=True)
    assert [each.id for each in slow.jobs.newest()] == [job.id]


def test_a_job_is_killed_at_once_where_that_is_asked_for(slow):
    starter = Starter(slow)
    job = starter.start("index", {}, OTTO)
    until(lambda: starter.found(job.id).state == "running")
    assert starter.stop(job.id, kill=True).state == "stopped"
    assert slow.jobs.active() is None


def test_a_restarted_server_finds_a_job_that_goes_on_and_one_that_was_killed(slow):
    job = Starter(slow).start("index", {}, OTTO)
    pid = until(lambda: (found := slow.jobs.get(job.id)).state == "running" and found.pid)
    restarted = Starter(slow)
    assert restarted.found(job.id).state == "running"
    os.killpg(pid, signal.SIGKILL)
    lost = until(lambda: (found := restarted.found(job.id)).at_work is False and found)
    assert (lost.state, "killed, or out of memory" in lost.message) == ("lost", True)
    assert slow.jobs.active() is None


def test_a_job_whose_process_never_began_is_not_waited_for(project):
    gone = Job(id="A", kind="index", caller="otto", created=1.0, pid=2**22 - 1)
    assert project.jobs.add(gone)
    assert Starter(project).found("A").state == "failed"


def test_a_process_whose_job_was_stopped_before_it_began_does_nothing(project):
    from steep.flows.perform import perform

    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    try:
        project.jobs.add(Job(id="A", kind="index", caller="otto", created=1.0, pid=os.getpid()))
        project.jobs.change("A", was="starting", state="stopped")
        perform(project, "A")
    finally:
        signal.signal(signal.SIGINT, before[0])
        signal.signal(signal.SIGTERM, before[1])
    assert (project.jobs.get("A").state, project.generations.current()) == ("stopped", None)


def test_only_who_operates_and_sees_all_documents_starts_and_watches(service, project):
    with service(project, ANNA, NARROW) as ask:
        for who in (ANNA, NARROW):
            assert ask(who).post("/jobs", {"kind": "index"}).status_code == 403
            for path in ("/jobs", "/jobs/x", "/jobs/x/log", "/jobs/x/events"):
                assert ask(who).get(path).status_code == 403
    assert project.jobs.newest() == ()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "shell"},
        {"kind": "index", "rebuild": "rm -rf /"},
        {"kind": "tune", "recipe": "../../x"},
        {"kind": "tune", "dataset": "$(id)"},
        {"kind": "measure", "questions": "/etc/passwd"},
        {"kind": "synthesize", "count": 0},
    ],
)
def test_what_is_no_job_is_refused_before_anything_starts(service, project, body):
    with service(project, OTTO) as ask:
        assert ask(OTTO).post("/jobs", body).status_code == 400
    assert project.jobs.newest() == ()


def test_a_job_that_is_not_there_is_404(service, project):
    with service(project, OTTO) as ask:
        for path in ("/jobs/x", "/jobs/x/log", "/jobs/x/events", "/jobs/..%2f..%2fsteep.toml/log"):
            assert ask(OTTO).get(path).status_code == 404
        assert ask(OTTO).post("/jobs/x/stop", {}).status_code == 404


def test_half_a_line_of_events_waits_for_its_other_half(tmp_path):
    tail = Tail(tmp_path)
    assert tail.read() == []
    file = tmp_path / "events.jsonl"
    file.write_text('{"id": 1}\n{"id"', "utf-8")
    assert tail.read() == [{"id": 1}]
    with file.open("a") as opened:
        opened.write(": 2}\n")
    assert tail.read() == [{"id": 2}]
    assert Tail(tmp_path, after=1).read() == [{"id": 2}]
