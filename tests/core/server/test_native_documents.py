"""Documents over /api/v1: what is indexed, as it was read, and what was left out and why."""

import time

import pytest

from steep.access import Access
from steep.flows.index import index
from steep.flows.uploads import home, suffixes
from steep.indexing.readers import Readers
from steep.values import Caller, content_id

ANNA = Caller(name="anna")
EDITOR = Caller(name="edith", scope="edit")
NARROW_EDITOR = Caller(name="nora", scope="edit", documents=frozenset({content_id("document", "berths.md")}))
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


@pytest.fixture
def project(make_project):
    return make_project()


@pytest.fixture
def edit(service, project):
    with service(project, ANNA, EDITOR, NARROW_EDITOR) as opened:
        yield opened


def send(ask, who, name, content=b"# Winter\n\nThe harbour is closed.\n", **options):
    return ask(who).post("/documents", params={"name": name, "index": False, **options}, content=content)


def ended(project, job):
    while project.jobs.get(job).at_work:
        time.sleep(0.05)
    return project.jobs.get(job)


def test_an_upload_lies_beside_the_others_and_is_indexed_by_a_job(edit, project):
    reply = send(edit, EDITOR, "winter.md", folder="seasons/cold", index=True)
    assert (reply.status_code, reply.json()["path"], reply.json()["trash"]) == (201, "seasons/cold/winter.md", None)
    assert (project.folder / "seasons/cold/winter.md").read_bytes().startswith(b"# Winter")
    assert ended(project, reply.json()["job"]).result["added"] == 1
    assert edit(ANNA).get("/documents/seasons/cold/winter.md").status_code == 200
    assert list((project.state / "incoming").iterdir()) == []


def test_nothing_is_written_over_unless_that_is_asked_for_and_then_it_lies_in_the_trash(edit, project):
    before = (project.folder / "ferries.md").read_bytes()
    refused = send(edit, EDITOR, "ferries.md")
    assert (refused.status_code, "`replace`" in refused.json()["error"]["message"]) == (409, True)
    assert (project.folder / "ferries.md").read_bytes() == before
    trash = send(edit, EDITOR, "ferries.md", replace=True).json()["trash"]
    assert trash.startswith(".steep/trash/")
    assert (project.folder / trash).read_bytes() == before
    assert (project.folder / "ferries.md").read_bytes() != before


def test_a_deleted_document_lies_in_the_trash_and_leaves_the_index(edit, project):
    reply = edit(EDITOR).delete("/documents/ferries.md")
    assert (reply.status_code, (project.folder / reply.json()["trash"]).is_file()) == (200, True)
    ended(project, reply.json()["job"])
    assert [each["path"] for each in edit(ANNA).get("/documents").json()["documents"]] == ["berths.md"]
    assert edit(EDITOR).delete("/documents/ferries.md").status_code == 404


@pytest.mark.parametrize(
    ("name", "options", "why"),
    [
        ("../x.md", {}, "a name with a path in it"),
        ("..\\x.md", {}, "a name with a path in it"),
        ("x.md", {"folder": "../up"}, "begins with a dot"),
        ("x.md", {"folder": "/etc"}, "not below the project"),
        ("x.md", {"folder": ".steep"}, "begins with a dot"),
        ("x.md", {"folder": "node_modules"}, "would not be indexed"),
        (".hidden.md", {}, "begins with a dot"),
        ("", {}, "has no name"),
        ("a\nb.md", {}, "which not every system takes"),
        ("\u202edm.exe.md", {}, "which not every system takes"),
        ("x" * 300 + ".md", {}, "more than 200 bytes"),
        ("plan.xyz", {}, "no reader takes .xyz; these are read: "),
        ("folder", {}, "no reader takes a name without a suffix"),
        ("answering_parts.py", {"replace": True}, "no reader takes .py"),
        ("tool.md", {"content": b"\x7fELF\x02\x01"}, "is a program"),
        ("tool.md", {"content": b"MZ\x90\0"}, "is a program"),
        ("tool.md", {"content": b"#!/bin/sh\n"}, "is a program"),
        ("empty.md", {"content": b""}, "is empty"),
        ("there.md", {"replace": True}, "is a folder"),
        ("x.md", {"folder": "ferries.md/below"}, "ferries.md is a file"),
    ],
)
def test_what_is_no_document_is_refused_in_a_sentence_and_leaves_nothing(edit, project, name, options, why):
    (project.folder / "there.md").mkdir()
    before = sorted(path for path in project.folder.rglob("*") if ".steep" not in path.parts)
    reply = send(edit, EDITOR, name, **options)
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, "invalid_document")
    assert why in reply.json()["error"]["message"]
    assert sorted(path for path in project.folder.rglob("*") if ".steep" not in path.parts) == before


@pytest.mark.parametrize(
    ("globs", "folder"),
    [
        (["**/*"], ""),
        (["docs/**/*"], "docs"),
        (["a/b/*.md", "a/c/**"], "a"),
        (["a/*.md", "*.txt"], ""),
        (["a/b*/x.md", "a/b*/y.md"], "a"),
        ([], ""),
    ],
)
def test_files_belong_where_all_globs_begin(make_project, globs, folder):
    project = make_project(indexed=False)
    narrow = project.config.project.model_copy(update={"documents": globs})
    project.config = project.config.model_copy(update={"project": narrow})
    assert home(project) == folder


def test_only_files_that_the_globs_could_name_are_offered(service, make_project):
    project = make_project('[generator]\nuse = "finder"\n')
    offered = {}
    for globs in (["**/*"], ["docs/**"], ["**/*.md", "in/report-?.TXT"]):
        narrow = project.config.project.model_copy(update={"documents": globs})
        project.config = project.config.model_copy(update={"project": narrow})
        offered[globs[0]] = suffixes(project)
    assert offered["**/*"] == offered["docs/**"] == Readers(project).suffixes
    assert offered["**/*.md"] == {".md", ".txt"}


def test_an_upload_that_is_too_large_is_refused_whether_it_says_so_or_not(service, make_project):
    project = make_project('[generator]\nuse = "finder"\n')
    small = project.config.project.model_copy(update={"max_megabytes": 0.001})
    project.config = project.config.model_copy(update={"project": small})
    with service(project, EDITOR) as ask:
        told = send(ask, EDITOR, "big.md", content=b"x" * 1001)
        untold = send(ask, EDITOR, "big.md", content=iter([b"x" * 600, b"x" * 600]))
        assert (told.status_code, untold.status_code) == (413, 413)
        assert "max_megabytes" in told.json()["error"]["message"]
        assert send(ask, EDITOR, "fits.md", content=b"x" * 1000).status_code == 201
    assert not (project.folder / "big.md").exists()
    assert list((project.state / "incoming").iterdir()) == []


def test_a_link_out_of_the_project_is_not_written_through(edit, project, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (project.folder / "link").symlink_to(outside)
    (project.folder / "inner").symlink_to(project.state)
    for folder in ("link", "inner"):
        assert send(edit, EDITOR, "x.md", folder=folder).status_code == 400
    assert list(outside.iterdir()) == []
    assert not (project.state / "x.md").exists()


@pytest.mark.parametrize(
    "path", ["steep.toml", "answering_parts.py", ".steep/records.sqlite", "../x.md", "none.md", ""]
)
def test_nothing_but_a_document_is_deleted(edit, project, path):
    assert edit(EDITOR).delete(f"/documents/{path}").status_code in (404, 405)
    assert (project.folder / "steep.toml").exists()
    assert (project.folder / "answering_parts.py").exists()


def test_who_may_not_edit_or_see_changes_nothing(edit, project):
    assert send(edit, ANNA, "x.md").status_code == 403
    assert edit(ANNA).delete("/documents/ferries.md").status_code == 403
    assert edit(NARROW_EDITOR).delete("/documents/ferries.md").status_code == 404
    assert send(edit, NARROW_EDITOR, "ferries.md", replace=True).status_code == 400
    assert send(edit, NARROW_EDITOR, "berths.md", replace=True).status_code == 201


def test_who_sees_a_part_uploads_what_it_would_see_and_learns_nothing_of_the_rest(service, make_project):
    project = make_project('[generator]\nuse = "finder"\n[access.groups]\nhr = ["hr/**"]\n', indexed=False)
    (project.folder / "hr").mkdir()
    (project.folder / "hr/pay.md").write_text("# Pay\n\nThe harbour master earns 71,000 euros.\n", "utf-8")
    index(project, progress=lambda step: None)
    seen = {each: Access(project).documents(frozenset(each)) for each in ((), ("hr",))}
    edith, hugo = (
        Caller(name=name, scope="edit", documents=seen[groups], groups=frozenset(groups))
        for name, groups in (("edith", ()), ("hugo", ("hr",)))
    )
    with service(project, edith, hugo) as ask:
        assert send(ask, edith, "winter.md").status_code == 201
        assert send(ask, edith, "winter.md", folder="seasons/cold").status_code == 201
        there, absent = (send(ask, edith, name, folder="hr", replace=True) for name in ("pay.md", "pax.md"))
        assert there.status_code == absent.status_code == 400
        assert there.json()["error"]["message"].replace("pay", "pax") == absent.json()["error"]["message"]
        assert send(ask, hugo, "more.md", folder="hr").status_code == 201
        assert send(ask, hugo, "pay.md", folder="hr", replace=True).status_code == 201


def test_the_schema_says_that_the_body_is_a_file(http):
    schema = http.get("/schema").json()
    assert "application/octet-stream" in schema["paths"]["/api/v1/documents"]["post"]["requestBody"]["content"]
