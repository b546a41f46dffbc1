"""Commands, questions and adapters that cannot be served are refused in one sentence."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from steep.errors import AdapterError, QuestionError
from steep.flows.answer import Answerer, AnswerRequest
from steep.values import OPERATOR
from steep.workspace.project import Project

from .conftest import finds, indexed


def test_a_question_of_100_000_characters_is_refused_with_the_limit(project):
    indexed(project)
    with pytest.raises(QuestionError, match="100,000 characters; the limit is 10,000"):
        Answerer(project).answer(AnswerRequest(question="x" * 100_000, caller=OPERATOR))


def test_files_that_cannot_be_read_leave_the_exit_code_0_and_are_named_twice(steep, make):
    project = make({"empty.md": b"", "bad.pdf": b"%PDF-"})
    code, out, err = steep("index", "-C", project.folder, "--json")
    assert code == 0
    assert set(json.loads(out)["failed"]) == {"empty.md", "bad.pdf"}
    assert [line.split()[1] for line in err.splitlines()] == ["bad.pdf", "empty.md"]
    code, out, err = steep("index", "-C", project.folder)
    assert code == 0
    assert "2 files could not be read (named above)" in out


def damaged(folder):
    (folder / ".steep" / "records.sqlite").write_bytes(b"x" * 5000)


@pytest.mark.parametrize(
    ("harm", "command", "code", "kind", "message"),
    [
        (lambda folder: (folder / "steep.toml").unlink(), ["index"], 2, "ConfigError", "run `steep init`"),
        (lambda folder: (folder / "steep.toml").write_text("[projet]"), ["index"], 2, "ConfigError", "`project`?"),
        (lambda folder: (folder / "good.md").unlink(), ["index"], 3, "WorkspaceError", "no document in"),
        (damaged, ["index"], 3, "Damaged", "steep doctor --rebuild"),
        (lambda folder: None, ["search", "x"], 3, "NotIndexed", "run `steep index` first"),
        (lambda folder: None, ["ask", "x" * 20_000], 8, "QuestionError", "the limit is 10,000"),
        (lambda folder: None, ["ask", "x", "-p", "rga"], 2, "ConfigError", "rag"),
        (lambda folder: None, ["adapters", "show", "x"], 6, "UnknownAdapter", "run `steep tune` first"),
        (lambda folder: None, ["adapters", "rollback"], 6, "AdapterConflict", "no earlier version"),
    ],
)
def test_each_error_has_its_exit_code_one_sentence_and_one_json_object(steep, make, harm, command, code, kind, message):
    project = make({})
    project.close()
    harm(project.folder)
    exit_code, out, err = steep(*command, "-C", project.folder, "--json")
    assert exit_code == code
    error = json.loads(out)["error"]
    assert (error["type"], error["exit_code"]) == (kind, code)
    assert message in error["message"]
    assert err == f"steep: {error['message']}\n"
    assert steep(*command, "-C", project.folder)[:2] == (code, "")


def test_a_defect_is_one_sentence_too_and_says_how_to_see_more(steep, make, monkeypatch):
    project = make({})
    monkeypatch.setattr("steep.flows.index.index", lambda *arguments, **options: {}["missing"])
    code, out, err = steep("index", "-C", project.folder, "--json")
    assert code == 1
    assert json.loads(out)["error"]["type"] == "KeyError"
    assert "STEEP_DEBUG=1" in err


def test_init_writes_only_what_can_be_read_again(steep, tmp_path):
    folder = tmp_path / "déjà vu"
    folder.mkdir()
    (folder / "a.md").write_text("The Heron leaves at nine.", "utf-8")
    assert steep("init", folder, "--name", "no spaces, please")[0] == 2
    assert not (folder / "steep.toml").exists()
    code, out, _ = steep("init", folder, "--json")
    assert (code, json.loads(out)["documents"], json.loads(out)["name"]) == (0, 1, "d-j-vu")
    assert steep("init", folder)[0] == 2
    assert steep("init", folder, "--force")[0] == 0
    assert steep("init", tmp_path / "nowhere")[0] == 2


def test_doctor_rebuild_begins_new_records_from_what_is_kept(steep, project):
    import pathlib

    indexed(project)
    source = project.state / "work" / "adapter"
    source.mkdir(parents=True)
    (source / "adapter_config.json").write_text('{"target_modules": ["b", "a"]}', "utf-8")
    saved = project.datasets.save(pairs=(), dev=frozenset(), recipe={}, summary={}, now=1.0)
    adapter = project.adapters.add(name="harbor", source=source, base="b", score=None, lineage={}, now=1.0)
    project.adapters.point("harbor", "production", adapter.version, reason="by hand", now=1.0)
    before = finds(project)
    project.close()
    file = project.state / "records.sqlite"
    whole = file.read_bytes()
    (project.state / "datasets" / "half.building").mkdir()

    for harm in (b"", whole[:2000] + b"\xaa" * 3000 + whole[5000:], None):
        file.write_bytes(harm) if harm is not None else file.unlink()
        pathlib.Path(f"{file}-wal").write_bytes(b"garbage" * 1000)
        code, out, _ = steep("doctor", "--rebuild", "-C", project.folder, "--json")
        assert "Registered again: 1 dataset, 1 adapter" in json.loads(out)["rebuilt"]
        code, out, _ = steep("index", "-C", project.folder, "--json")
        assert (code, json.loads(out)["documents"], json.loads(out)["embedded"]) == (0, 3, 0)
        with Project.open(project.folder) as again:
            assert finds(again) == before
            assert again.datasets.load()[0].version == saved.version
            assert again.adapters.versions() == (adapter,)
    code, out, _ = steep("doctor", "--rebuild", "-C", project.folder, "--json")
    assert "is whole; nothing was rebuilt" in json.loads(out)["rebuilt"]


def test_an_adapter_of_another_base_is_refused_before_anything_is_generated(project):
    indexed(project)
    source = project.state / "work" / "adapter"
    source.mkdir(parents=True)
    (source / "adapter_model.safetensors").write_bytes(b"w")
    adapter = project.adapters.add(name="harbor", source=source, base="another", score=None, lineage={}, now=1.0)
    project.adapters.point("harbor", "production", adapter.version, reason="by hand", now=1.0)
    with pytest.raises(AdapterError, match=r"was tuned on another, but .* is quoter-1 now; run `steep tune` again"):
        Answerer(project).answer(AnswerRequest(question="When does it leave?", caller=OPERATOR, profile="both"))


def test_a_damaged_adapter_is_refused_and_the_arms_without_one_go_on(project):
    indexed(project)
    source = project.state / "work" / "adapter"
    source.mkdir(parents=True)
    (source / "adapter_model.safetensors").write_bytes(b"weights")
    base = project.generator().digest
    adapter = project.adapters.add(name="harbor", source=source, base=base, score=None, lineage={}, now=1.0)
    project.adapters.point("harbor", "production", adapter.version, reason="by hand", now=1.0)
    (Path(adapter.folder) / "adapter_model.safetensors").write_bytes(b"wei")
    request = AnswerRequest(question="When does it leave?", caller=OPERATOR, profile="both")
    answerer = Answerer(project)
    with pytest.raises(AdapterError, match=r"is damaged: .* are not those that were saved\. Restore .* `steep tune`"):
        answerer.answer(request)
    assert answerer.answer(replace(request, profile="rag")).arm == "rag"
