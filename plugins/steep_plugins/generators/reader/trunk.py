"""The trunk: an encoder made ready for answering, which turns windows into states that the heads read."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from steep.engine.device import compute_dtype
from steep_plugins.encoders.widths import alike, padded_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import torch

    from steep_plugins.encoders.bert import Bert
    from steep_plugins.generators.reader.windows import Window


class Lined:
    """Any network of transformers, on any device: texts are lines of one width, filled up with ``nothing``."""

    def __init__(self, network: Any, *, nothing: int, device: str = "cpu") -> None:
        self._network = network
        self._nothing = nothing
        self._device = device

    @property
    def width(self) -> int:
        return int(self._network.config.hidden_size)

    def states(self, rows: Sequence[Sequence[int]]) -> list[torch.Tensor]:
        """The last layer of each text: float32, (tokens, width)."""
        import torch

        ids, mask = (None if one is None else one.to(self._device) for one in padded(rows, self._nothing))
        with torch.inference_mode():
            hidden = self._network(ids, attention_mask=mask).last_hidden_state.float()
        return [line[: len(row)] for line, row in zip(hidden, rows, strict=True)]

    def share_words(self, other: Lined) -> None:
        self._network.embeddings = other._network.embeddings


def readied(network: Any, *, nothing: int, device: str = "cpu") -> Bert | Lined:
    """A network of transformers as it reads fastest: on its device, in the number format that is fastest there.

    BERT and MPNet on a CPU read texts end to end, which takes two thirds of the time. ``network`` is used up.
    """
    from steep_plugins.encoders.bert import Bert, Formats, reads

    dtype = compute_dtype(device)
    if device == "cpu" and reads(network.config.model_type):
        return Bert.of(network, Formats(products=dtype, whole=dtype))
    from steep_plugins.generators.reader.network import fused

    return Lined(fused(network).to(device=device, dtype=dtype).eval(), nothing=nothing, device=device)


class Trunk:
    """Holds an encoder and the states of the ``kept`` windows read last. Thread-safe.

    They are kept where two heads look at the same windows, one after the other: reading is nearly all of the work.
    """

    def __init__(self, encoder: Bert | Lined, *, kept: int = 0) -> None:
        self.encoder = encoder
        self._kept = kept
        self._lock = threading.Lock()
        self._states: OrderedDict[tuple[int, ...], torch.Tensor] = OrderedDict()

    def batches(self, lengths: Sequence[int], most: int) -> Iterator[slice]:
        """Windows in order of length, as they are best read."""
        if isinstance(self.encoder, Lined):
            return alike(lengths, most)
        return (slice(at, at + most) for at in range(0, len(lengths), most))

    def read(self, windows: Sequence[Window]) -> list[torch.Tensor]:
        """Of each window the states of its pieces, (pieces, width) in fp32; those not kept are read as one batch."""
        with self._lock:
            found = {window.ids: self._states[window.ids] for window in windows if window.ids in self._states}
        lacking = list(dict.fromkeys(window.ids for window in windows if window.ids not in found))
        if lacking:
            found |= zip(lacking, self.encoder.states(lacking), strict=True)
            self._keep({ids: found[ids] for ids in lacking})
        return [found[window.ids] for window in windows]

    def share_words(self, other: Trunk) -> None:
        """Hold the vectors of words once for two trunks of one encoder, whose blocks differ."""
        self.encoder.share_words(other.encoder)  # type: ignore[arg-type]  # both are of one sort

    def _keep(self, states: dict[tuple[int, ...], torch.Tensor]) -> None:
        if not self._kept:
            return
        with self._lock:
            for ids, state in states.items():
                self._states[ids] = state
                self._states.move_to_end(ids)
            while len(self._states) > self._kept:
                self._states.popitem(last=False)


def padded(rows: Sequence[Sequence[int]], nothing: int) -> tuple[torch.Tensor, torch.Tensor | None]:
    """What a network is given for texts: their pieces, a line a text, and the mask, if there is need of one."""
    import torch

    width = padded_width(len(row) for row in rows)
    gaps = [width - len(row) for row in rows]
    ids = torch.tensor([[*row, *[nothing] * gap] for row, gap in zip(rows, gaps, strict=True)])
    if not any(gaps):
        return ids, None  # nothing is to be masked, which spares an addition in every layer
    return ids, torch.tensor([[1] * (width - gap) + [0] * gap for gap in gaps])
