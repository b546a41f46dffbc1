"""Adapters kept loaded, and the check of what they were made for."""

import json

import pytest

from steep.engine.adapters import AdapterCache, check_adapter
from steep.errors import AdapterError
from steep.kinds import AdapterRef


def adapter(folder, version, **base):
    folder.mkdir()
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        (folder / name).write_text("{}")
    if base:
        (folder / "base.json").write_text(json.dumps(base))
    return AdapterRef(version=version, folder=folder)


def test_the_one_unused_for_longest_goes_first(tmp_path):
    one, two, three = (adapter(tmp_path / name, name) for name in ("one", "two", "three"))
    loaded, dropped = [], []

    def load(ref):
        loaded.append(ref.version)
        return ref.version

    cache = AdapterCache(load, digest="d", capacity=2, drop=dropped.append)
    for ref in (one, two, one, three, one, two):
        assert cache.get(ref) == ref.version
    assert loaded == ["one", "two", "three", "two"]
    assert dropped == ["two", "three"]
    assert len(cache) == 2


def test_one_that_cannot_be_loaded_is_not_kept(tmp_path):
    def failing(ref):
        raise AdapterError("no")

    cache = AdapterCache(failing, digest="d", capacity=2)
    with pytest.raises(AdapterError, match="no"):
        cache.get(adapter(tmp_path / "one", "one"))
    assert len(cache) == 0


def test_an_adapter_of_another_base_is_refused_by_name(tmp_path):
    ref = adapter(tmp_path / "theirs", "v1", digest="other-base", model="their model")
    check_adapter(ref, "other-base")
    with pytest.raises(AdapterError, match=r"the base other-base \(their model\), and this one is mine"):
        check_adapter(ref, "mine")


def test_one_made_by_peft_alone_says_nothing_of_its_base(tmp_path):
    check_adapter(adapter(tmp_path / "plain", "v1"), "mine")


def test_a_base_file_that_cannot_be_read_is_named(tmp_path):
    ref = adapter(tmp_path / "odd", "v1", nothing="here")
    with pytest.raises(AdapterError, match=r"base\.json does not name the base of the adapter v1"):
        check_adapter(ref, "mine")


def test_a_folder_without_weights_is_no_adapter(tmp_path):
    with pytest.raises(AdapterError, match=r"v1 lacks the file adapter_config\.json"):
        check_adapter(AdapterRef(version="v1", folder=tmp_path), "mine")
