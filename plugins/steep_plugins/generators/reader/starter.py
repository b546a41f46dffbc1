"""The starters that ship with the package: what a reader stands on, and what it was taught before any domain."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from steep.errors import AdapterError
from steep_plugins.encoders import MINILM, MPNET
from steep_plugins.generators.reader.confidence import Calibration

if TYPE_CHECKING:
    from collections.abc import Callable

    from steep_plugins.encoders import EncoderModel
    from steep_plugins.generators.reader.trunk import Trunk

Reads = Literal["minilm", "mpnet"]
"""The encoders that a starter stands on."""

HEAD = "statements.safetensors"
"""The head for statements, where it was trained together with the one for spans and reads the same states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """An encoder, the folder of its adapter with the span head, and the folder of what weighs statements.

    The two are one where both heads were trained together, on one adapter.
    """

    encoder: EncoderModel
    folder: Path
    statements: Path

    @property
    def digest(self) -> str:
        """Names it by its weights and its scaling, the two things that answers depend on."""
        weights, config = self.folder / "adapter_model.safetensors", self.folder / "adapter_config.json"
        if not (weights.is_file() and config.is_file()):
            raise AdapterError(
                f"the starter adapter is not in {self.folder}; reinstall steep, or train it (see its README.md)"
            )
        settings = json.loads(config.read_text(encoding="utf-8"))
        digest = hashlib.sha256(weights.read_bytes())
        digest.update(f"{settings['r']}/{settings['lora_alpha']}".encode())
        return hashlib.sha256(f"{self.encoder.sha256}\n{digest.hexdigest()}".encode()).hexdigest()

    @property
    def calibration(self) -> Calibration:
        found = Calibration.load(self.folder)
        if found is None:
            raise AdapterError(
                f"{self.folder} has no calibration.json; make one with `calibrate` (see the starter's README.md)"
            )
        return found

    @property
    def together(self) -> bool:
        """Whether one reading serves both heads."""
        return self.statements == self.folder

    def base(self) -> Any:
        """The network with the starter's adapter merged in. Loads the weights."""
        from steep_plugins.encoders import verified
        from steep_plugins.generators.reader.model import bare_reader, merged

        return merged(bare_reader(verified(self.encoder)), self.folder, name="starter")

    def for_statements(self, spans: Callable[[], Trunk], *, nothing: int, device: str) -> tuple[Trunk, Any]:
        """What reads windows for statements, and the head on it; ``spans`` gives the trunk of the span reader."""
        from steep_plugins.generators.reader.statement_network import loaded, loaded_head
        from steep_plugins.generators.reader.trunk import Trunk, readied

        if self.together:
            trunk = spans()
            return trunk, loaded_head(self.statements / HEAD, trunk.encoder.width).to(device)
        encoder, head = loaded(self.base().base_model, self.statements)
        return Trunk(readied(encoder, nothing=nothing, device=device)), head.to(device)


_HERE = Path(__file__).parent

STARTERS: dict[Reads, Starter] = {
    "minilm": Starter(encoder=MINILM, folder=_HERE / "starter", statements=_HERE / "statement_starter"),
    "mpnet": Starter(encoder=MPNET, folder=_HERE / "mpnet_starter", statements=_HERE / "mpnet_starter"),
}
