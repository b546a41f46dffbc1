"""Documents over /api/v1: what is indexed, as it was read, and what was left out and why."""

import pytest

from steep.values import Caller, content_id

ANNA = Caller(name="anna")
NARROW = Caller(name="nina", documents=frozenset({content_id("document", "berths.md")}))


@pytest.fixture
def ask(service, make_project):
    project = make_project()
    (project.folder / "plan.xyz").write_text("?", "utf-8")
    (project.folder / "new.md").write_text("# New", "utf-8")
    with service(project, ANNA, NARROW) as opened:
        yield opened


def test_the_documents_are_listed_with_their_passages(ask):
    told = ask(ANNA).get("/documents").json()
    assert [each["path"] for each in told["documents"]] == ["berths.md", "ferries.md"]
    assert all(each["passages"] > 0 and each["title"] for each in told["documents"])
    page = ask(ANNA).get("/documents", params={"limit": 1, "offset": 1}).json()
    assert (page["total"], [each["path"] for each in page["documents"]]) == (2, ["ferries.md"])
    assert ask(ANNA).get("/documents", params={"q": "BERTH"}).json()["total"] == 1
    assert ask(ANNA).get("/documents", params={"limit": 0}).status_code == 400


def test_a_document_is_shown_as_it_was_read(ask):
    told = ask(ANNA).get("/documents/ferries.md").json()
    first = told["passages"][0]
    assert told["text"][first["start"] : first["end"]] in first["indexed_text"]
    assert "day ticket costs 12 euros" in told["text"]


def test_what_the_guardrails_take_out_of_a_passage_is_blanked_and_offsets_stay(service, make_project):
    with service(make_project(), ANNA) as ask:
        blanked = ask(ANNA).get("/documents/ferries.md").json()
    tables = '[generator]\nuse = "finder"\n[guardrails]\noutput = []\n'
    with service(make_project(tables), ANNA) as ask:
        raw = ask(ANNA).get("/documents/ferries.md").json()
    assert "+49 30 1234567" in raw["text"]
    assert "1234567" not in str(blanked)
    assert len(raw["text"]) == len(blanked["text"])


def test_what_a_caller_may_not_see_is_nowhere(ask):
    assert [each["path"] for each in ask(NARROW).get("/documents").json()["documents"]] == ["berths.md"]
    hidden, missing = (ask(NARROW).get(f"/documents/{path}") for path in ("ferries.md", "ferrys.md"))
    assert hidden.status_code == missing.status_code == 404
    assert hidden.json()["error"]["message"].replace("ferries", "ferrys") == missing.json()["error"]["message"]
    assert ask(NARROW).get("/left-out").json()["files"] == []


def test_files_that_were_left_out_say_why(ask):
    told = {each["path"]: each["reason"] for each in ask(ANNA).get("/left-out").json()["files"]}
    assert "no reader takes `.xyz`" in told["plan.xyz"]
    assert told["new.md"] == "is new: `steep index` reads it."
    assert "ferries.md" not in told


@pytest.mark.parametrize("path", ["../steep.toml", "%2e%2e/steep.toml", "steep.toml", ".steep/records.sqlite", "", "/"])
def test_nothing_but_documents_is_shown(ask, path):
    reply = ask(ANNA).get(f"/documents/{path}")
    assert reply.status_code in (404, 200)
    assert "embedder" not in reply.text
    assert "documents" in reply.json() or reply.json()["error"]["code"] == "not_found"
