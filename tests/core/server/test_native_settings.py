"""Adapters, settings, status, models and reports over /api/v1."""

import json

import pytest

from steep.values import Caller, content_id
from steep.workspace.secrets import without_secrets

OTTO = Caller(name="otto", scope="operate")
EDITOR = Caller(name="edith", scope="edit")
NARROW = Caller(name="nina", scope="operate", documents=frozenset({content_id("document", "berths.md")}))


def tuned(project, tmp_path, number, lineage=None):
    source = tmp_path / f"adapter{number}"
    source.mkdir()
    (source / "adapter_config.json").write_text(json.dumps({"number": number}), "utf-8")
    found = project.adapters.add(
        name="harbor", source=source, base="finder-1", score=number / 10, lineage=lineage or {}, now=float(number)
    )
    return found.version


@pytest.fixture
def project(make_project):
    return make_project()


@pytest.fixture
def versions(project, tmp_path):
    return [tuned(project, tmp_path, number, {"dataset": "d", "forgetting": None}) for number in (1, 2)]


@pytest.fixture
def ask(service, project):
    with service(project, OTTO, EDITOR, NARROW) as opened:
        yield opened


def test_an_alias_is_moved_with_a_reason_and_moved_back(ask, project, versions):
    seen = []
    project.follow(type("Seeing", (), {"saw": lambda self, event: seen.append(event)})())
    for version in versions:
        moved = ask(OTTO).post(f"/adapters/{version}/promote", {"reason": "it is better"})
        assert (moved.status_code, moved.json()["version"]) == (200, version)
    told = ask(OTTO).get("/adapters").json()
    assert told["aliases"] == {"harbor@production": versions[1]}
    assert [(each["version"], each["aliases"]) for each in told["adapters"]] == [
        (versions[1], ["harbor@production"]),
        (versions[0], []),
    ]
    assert ask(OTTO).post("/adapters/rollback", {}).json()["version"] == versions[0]
    moves = ask(OTTO).get("/adapters/history").json()["moves"]
    assert [each["reason"] for each in moves[:2]] == ["it is better (otto)"] * 2
    assert [type(event).__name__ for event in seen] == ["AdapterMoved"] * 3


def test_an_alias_that_was_moved_meanwhile_is_left(ask, versions):
    first = {"reason": "x", "standing": ""}
    assert ask(OTTO).post(f"/adapters/{versions[0]}/promote", first).status_code == 200
    again = ask(OTTO).post(f"/adapters/{versions[1]}/promote", first)
    assert (again.status_code, versions[0] in again.json()["error"]["message"]) == (409, True)
    assert ask(OTTO).post("/adapters/rollback", {"standing": versions[1]}).status_code == 409
    assert ask(OTTO).post("/adapters/rollback", {"standing": versions[0]}).status_code == 409


def test_a_damaged_or_unknown_version_is_not_promoted(ask, project, versions):
    (project.state / "adapters" / versions[0] / "adapter_config.json").write_text("{}", "utf-8")
    refused = ask(OTTO).post(f"/adapters/{versions[0]}/promote", {"reason": "x"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
    assert "not those that were saved" in refused.json()["error"]["message"]
    assert ask(OTTO).get(f"/adapters/{versions[0]}").json()["damage"]
    assert ask(OTTO).post("/adapters/nothing/promote", {"reason": "x"}).status_code == 404
    for reason in ({}, {"reason": ""}, {"reason": " "}, {"reason": "x" * 1001}):
        assert ask(OTTO).post(f"/adapters/{versions[1]}/promote", reason).status_code == 400
    assert project.adapters.aliases() == {}


def test_an_adapter_that_cannot_be_used_is_the_servers_fault_and_none_to_compare_with_a_conflict(
    ask, project, versions
):
    early = ask(OTTO).post("/rollouts", {"version": versions[1]})
    assert (early.status_code, early.json()["error"]["code"]) == (409, "conflict")
    question = {"question": "How much is a day ticket?", "profile": "both"}
    assert ask(OTTO).post("/answer", question).json()["error"]["code"] == "adapter_not_found"
    ask(OTTO).post(f"/adapters/{versions[0]}/promote", {"reason": "x"})
    (project.state / "adapters" / versions[0] / "adapter_config.json").write_text("{}", "utf-8")
    broken = ask(OTTO).post("/answer", question)
    assert (broken.status_code, broken.json()["error"]["type"]) == (503, "server_error")
    assert broken.json()["error"]["code"] == "adapter_unusable"
    assert "steep adapters promote" in broken.json()["error"]["message"]
    assert str(project.folder) not in broken.text


def test_a_version_is_tried_on_some_callers_and_the_trial_is_ended_once(ask, versions):
    ask(OTTO).post(f"/adapters/{versions[0]}/promote", {"reason": "x"})
    begun = ask(OTTO).post("/rollouts", {"version": versions[1], "share": 0.2, "guards": ["wrong"]})
    assert (begun.status_code, begun.json()["candidate"]) == (201, versions[1])
    second = ask(OTTO).post("/rollouts", {"version": versions[1]})
    assert (second.status_code, second.json()["error"]["code"]) == (409, "conflict"), "one is running"
    (told,) = ask(OTTO).get("/rollouts").json()["rollouts"]
    assert (told["state"], told["share"], [each["metric"] for each in told["watched"]]) == ("running", 0.2, ["wrong"])
    assert told["versions"]["candidate"]["answers"] == 0
    stop = f"/rollouts/{told['id']}/stop"
    assert (ask(EDITOR).post(stop).status_code, ask(EDITOR).get("/rollouts").status_code) == (403, 403)
    assert ask(OTTO).post(stop).json()["state"] == "rolled back"
    assert ask(OTTO).post(stop).status_code == 409
    assert ask(OTTO).post("/rollouts/none/stop").status_code == 404
    assert ask(OTTO).post("/rollouts", {"version": versions[1], "guards": ["luck"]}).status_code == 400
    assert ask(OTTO).post("/rollouts", {"version": versions[0]}).status_code == 409, "it answers all already"
    assert ask(OTTO).post("/rollouts", {"version": versions[1], "share": 1}).status_code == 400


def test_who_may_not_operate_looks_at_none_of_it(ask, versions):
    for path in ("/adapters", f"/adapters/{versions[0]}", "/settings", "/status", "/models", "/reports", "/reports/x"):
        assert ask(EDITOR).get(path).status_code == 403
    assert ask(EDITOR).post(f"/adapters/{versions[0]}/promote", {"reason": "x"}).status_code == 403
    assert ask(NARROW).get("/reports").status_code == 403


def test_the_status_says_what_answers_and_what_waits(ask):
    told = ask(OTTO).get("/status").json()
    assert (told["profiles"]["rag"], "steep tune" in told["profiles"]["both"]) == ("", True)
    assert (told["job"], told["reviews_waiting"], told["generation"]["documents"]) == (None, 0, 2)
    assert ask(OTTO).get("/models").json() == {"models": []}
    assert ask(OTTO).get("/settings").json()["settings"]["project"]["name"] == "harbor"


def test_arms_that_the_generator_cannot_have_are_ruled_out_and_lack_nothing(ask):
    told = ask(OTTO).get("/status").json()
    assert list(told["profiles"]) == ["rag", "both"]
    assert list(told["ruled_out"]) == ["base", "tuned"]
    assert "`base` does not exist with the generator `" in told["ruled_out"]["base"]


def test_reports_are_listed_and_one_that_is_damaged_hides_none(ask, project):
    from steep.flows.measure import measure

    (project.folder / "asked.jsonl").write_text(
        '{"question": "How much is a day ticket?", "answers": ["12 euros"]}\n', "utf-8"
    )
    made = measure(project, progress=lambda step: None, questions=project.folder / "asked.jsonl", arms=["rag"])
    broken = project.state / "reports" / "broken"
    broken.mkdir()
    (broken / "report.json").write_text("{", "utf-8")
    (listed,) = ask(OTTO).get("/reports").json()["reports"]
    assert listed["id"] == made.id
    assert ask(OTTO).get(f"/reports/{made.id}").json()["arms"][0]["name"] == "rag"
    page = ask(OTTO).get(f"/reports/{made.id}/page")
    assert (page.status_code, page.headers["content-type"].startswith("text/html")) == (200, True)
    for wrong in ("broken", "..", "nothing"):
        assert ask(OTTO).get(f"/reports/{wrong}").status_code == 404


def test_secrets_are_left_out_wherever_they_stand():
    given = {
        "project": {"records": "postgresql+psycopg://anna:pa55@db/x"},
        "model": {"far": {"api_key": "sk-1", "url": "https://u:p@host", "headers": {"Authorization": "Bearer x"}}},
        "tracker": [{"use": "drift", "url": "https://chat.example/in/swordfish?x=1", "every": 5}],
        "tool": [{"secret": ["a", "b"], "token": {"inner": "x"}, "max_tokens": 256, "name": "key"}],
    }
    shown = json.dumps(without_secrets(given))
    assert without_secrets(given)["tracker"] == [{"use": "drift", "url": "https://chat.example/…?x=1", "every": 5}]
    assert not [secret for secret in ("pa55", "swordfish", "sk-1", "Bearer", ":p@", '"a"', '"x"') if secret in shown]
    assert without_secrets(given)["tool"][0]["max_tokens"] == 256
    assert "anna:…@db/x" in without_secrets(given)["project"]["records"]
