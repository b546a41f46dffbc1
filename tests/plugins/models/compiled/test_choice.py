"""Which runtime runs a model, and what is said where the one that was asked for cannot."""

import os
import subprocess
import sys

import pytest

from steep.errors import MissingDependency, ModelError
from steep.kinds import Ask
from steep.testing.tiny_models import tiny_gguf
from steep.values import Message

ASK = Ask(messages=(Message(role="user", content="Who keeps the keys?"),), max_tokens=2)


@pytest.fixture
def absent(monkeypatch):
    monkeypatch.setattr("steep_plugins.compiled.installed", lambda: False)


@pytest.fixture
def present(monkeypatch):
    monkeypatch.setattr("steep_plugins.compiled.installed", lambda: True)


@pytest.mark.usefixtures("present")
def test_torch_runs_what_nothing_else_was_asked_for(build, llama_folder):
    assert build(llama_folder).card().runs == build(llama_folder, runtime="torch").card().runs == "cpu, float32"
    assert build(llama_folder, runtime="openvino").card().runs == "cpu, float32, OpenVINO"


@pytest.mark.usefixtures("absent")
def test_the_extra_is_named_where_the_library_is_missing(build, llama_folder):
    model = build(llama_folder, runtime="openvino")
    for run in (model.card, lambda: list(model.chat([ASK]))):
        with pytest.raises(MissingDependency, match=r"openvino.*pip install 'steep\[openvino\]'"):
            run()


@pytest.mark.usefixtures("absent")
def test_it_is_named_for_a_file_that_was_not_converted_yet(build, tmp_path, monkeypatch):
    monkeypatch.setenv("STEEP_CACHE", str(tmp_path / "cache"))
    file = tiny_gguf(tmp_path / "tiny.gguf", ["Hall B opens at six."])
    with pytest.raises(MissingDependency, match=r"steep\[openvino\]"):
        build(file, runtime="openvino").card()
    assert build(file).card().runs == "cpu, float32"


@pytest.mark.usefixtures("present")
def test_builds_that_it_does_not_run_are_refused_by_name(build, t5_folder):
    model = build(t5_folder, runtime="openvino")
    for run in (model.card, lambda: list(model.chat([ASK]))):
        with pytest.raises(ModelError, match=r"\(t5\) cannot be run by OpenVINO.*runtime = \"auto\""):
            run()


def test_what_it_cannot_compile_is_an_error_with_the_way_out(build, llama_folder):
    pytest.importorskip("openvino", reason="pip install 'steep[openvino]'")
    model = build(llama_folder, runtime="openvino")
    model._loaded()._decoder._settings["NO_SUCH_SETTING"] = "as with another version of the library"
    with pytest.raises(ModelError, match=r"(?s)cannot compile this model.*runtime = \"torch\""):
        list(model.chat([ASK]))


def test_what_reports_the_librarys_imports_is_never_loaded(tmp_path):
    pytest.importorskip("openvino", reason="pip install 'steep[openvino]'")
    (tmp_path / "openvino_telemetry").mkdir()
    (tmp_path / "openvino_telemetry" / "__init__.py").write_text("raise SystemExit('it was loaded')\n", "utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", "import steep_plugins.compiled.runner"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
