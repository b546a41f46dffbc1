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

    from torch import nn

    from steep_plugins.encoders import EncoderModel
    from steep_plugins.encoders.bert import Bert
    from steep_plugins.generators.reader.trunk import Lined, Trunk

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
        """The network of transformers with the starter's adapter merged in, to tune. Loads the weights."""
        from steep_plugins.encoders import verified
        from steep_plugins.generators.reader.model import bare_reader, merged

        return merged(bare_reader(verified(self.encoder)), self.folder, name="starter")

    def network(self, *, nothing: int, device: str) -> tuple[Bert | Lined, nn.Linear]:
        """What reads windows, and the head for spans on it; ``nothing`` is the mark of what is not there.

        On a CPU it is made of the files alone: to import transformers takes as long as all the rest.
        """
        from steep_plugins.generators.reader.trunk import readied

        if device == "cpu":
            return self._read(self.folder), read_head(self.folder, "qa_outputs")
        model = self.base()
        return readied(model.base_model, nothing=nothing, device=device), model.qa_outputs

    def for_statements(self, spans: Callable[[], Trunk], *, nothing: int, device: str) -> tuple[Trunk, nn.Linear]:
        """What reads windows for statements, and the head on it; ``spans`` gives the trunk of the span reader."""
        from steep_plugins.generators.reader.statement_network import loaded, loaded_head
        from steep_plugins.generators.reader.trunk import Trunk, readied

        if self.together:
            trunk = spans()
            return trunk, loaded_head(self.statements / HEAD, trunk.encoder.width).to(device)
        if device == "cpu":
            return Trunk(self._read(self.folder, self.statements)), read_head(self.statements, "statement")
        encoder, head = loaded(self.base().base_model, self.statements)
        return Trunk(readied(encoder, nothing=nothing, device=device)), head.to(device)

    def _read(self, *adapters: Path) -> Bert:
        """The encoder's network out of its files, with adapters added one upon the other."""
        from safetensors.torch import load_file

        from steep.engine.device import compute_dtype
        from steep_plugins.encoders import verified
        from steep_plugins.encoders.adding import added
        from steep_plugins.encoders.bert import Bert, Formats, Shape

        weights, dtype = verified(self.encoder), compute_dtype("cpu")
        tensors = load_file(weights.model)
        for folder in adapters:
            # adapters name the network that they were trained in first, which files of an encoder do not
            added(lambda name: tensors[f"{name.partition('.')[2]}.weight"], folder, of="this reader")
        return Bert(Shape.of(weights.settings), tensors, Formats(products=dtype, whole=dtype))


def read_head(folder: Path, name: str) -> nn.Linear:
    """A head that an adapter's file holds beside its low ranks. Raises AdapterError where there is none."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file
    from torch import nn

    file = folder / "adapter_model.safetensors"
    try:
        held = load_file(file)
        weight, bias = (held[f"base_model.model.{name}.{part}"].float() for part in ("weight", "bias"))
    except (OSError, KeyError, SafetensorError) as error:
        raise AdapterError(f"{file} does not hold the head {name} ({error!r}); reinstall steep") from error
    head = nn.Linear(weight.shape[1], weight.shape[0])
    head.load_state_dict({"weight": weight, "bias": bias})
    return head.eval()


_HERE = Path(__file__).parent

STARTERS: dict[Reads, Starter] = {
    "minilm": Starter(encoder=MINILM, folder=_HERE / "starter", statements=_HERE / "statement_starter"),
    "mpnet": Starter(encoder=MPNET, folder=_HERE / "mpnet_starter", statements=_HERE / "mpnet_starter"),
}
