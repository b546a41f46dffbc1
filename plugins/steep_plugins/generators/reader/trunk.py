"""The trunk: an encoder made ready for answering, which turns windows into states that the heads read."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from steep_plugins.encoders.widths import padded_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from steep_plugins.generators.reader.windows import Window


class Trunk:
    """Holds an encoder and the states of the ``kept`` windows read last. Thread-safe.

    They are kept where two heads look at the same windows, one after the other: reading is nearly all of the work.
    """

    def __init__(self, encoder: Any, *, nothing: int, device: str = "cpu", kept: int = 0) -> None:
        self.encoder = encoder
        self._nothing = nothing
        self._device = device
        self._kept = kept
        self._lock = threading.Lock()
        self._states: OrderedDict[tuple[int, ...], torch.Tensor] = OrderedDict()

    def read(self, windows: Sequence[Window]) -> list[torch.Tensor]:
        """Of each window the states of its pieces, (pieces, width) in fp32; those not kept are read as one batch."""
        with self._lock:
            found = {window.ids: self._states[window.ids] for window in windows if window.ids in self._states}
        lacking = {window.ids: window for window in windows if window.ids not in found}
        if lacking:
            found |= zip(lacking, self._read(list(lacking.values())), strict=True)
            self._keep({ids: found[ids] for ids in lacking})
        return [found[window.ids] for window in windows]

    def _read(self, windows: Sequence[Window]) -> list[torch.Tensor]:
        import torch

        ids, mask = (None if one is None else one.to(self._device) for one in padded(windows, self._nothing))
        with torch.inference_mode():
            hidden = self.encoder(ids, attention_mask=mask).last_hidden_state.float()
        return [line[: len(window.ids)] for line, window in zip(hidden, windows, strict=True)]

    def _keep(self, states: dict[tuple[int, ...], torch.Tensor]) -> None:
        if not self._kept:
            return
        with self._lock:
            for ids, state in states.items():
                self._states[ids] = state
                self._states.move_to_end(ids)
            while len(self._states) > self._kept:
                self._states.popitem(last=False)


def padded(windows: Sequence[Window], nothing: int) -> tuple[torch.Tensor, torch.Tensor | None]:
    """What an encoder is given for windows: their pieces, a line a window, and the mask, if there is need of one."""
    import torch

    width = padded_width(len(window.ids) for window in windows)
    gaps = [width - len(window.ids) for window in windows]
    ids = torch.tensor([[*w.ids, *[nothing] * gap] for w, gap in zip(windows, gaps, strict=True)])
    if not any(gaps):
        return ids, None  # nothing is to be masked, which spares an addition in every layer
    return ids, torch.tensor([[1] * (width - gap) + [0] * gap for gap in gaps])
