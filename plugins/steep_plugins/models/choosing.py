"""How the next token is chosen: the likeliest, or one drawn with a seed.

Drawing adds Gumbel noise to the scores and takes the largest, which samples from softmax(scores / temperature)
(Gumbel-max; Maddison et al. 2014, section 2). The noise comes from a generator of the request's own, so that
nothing depends on what other threads, or other rows of a batch, draw.
"""

from __future__ import annotations

import math

import torch
from transformers import LogitsProcessor


class Choice(LogitsProcessor):  # type: ignore[misc]  # transformers ships no types
    """Chooses for one request and keeps the log-probability of what it chose.

    Probabilities are those of the model at temperature 1, whatever the temperature of the drawing, and whatever a
    grammar allows. ``top_p`` leaves the likeliest tokens to draw from that have this share together, at that
    temperature and of what is allowed (nucleus sampling; Holtzman et al. 2020, section 3.1).
    """

    def __init__(self, *, temperature: float, seed: int, top_p: float = 1.0) -> None:
        self._temperature = temperature
        self._top_p = top_p
        self._noise = torch.Generator().manual_seed(seed)
        self.log_probabilities: list[float] = []

    def pick(self, known: torch.Tensor, allowed: torch.Tensor | None = None) -> int:
        """The next token, given the log-probabilities of all (on the CPU, 32 bit) and which of them may follow."""
        wanted = known if allowed is None else known.masked_fill(~allowed, -math.inf)
        if self._temperature > 0:
            uniform = torch.rand(known.shape, generator=self._noise).clamp_min(1e-20)
            wanted = self._nucleus(wanted / self._temperature) - torch.log(-torch.log(uniform))
        chosen = int(wanted.argmax())
        self.log_probabilities.append(float(known[chosen]))
        return chosen

    def _nucleus(self, scores: torch.Tensor) -> torch.Tensor:
        """The scores, of which those are gone that are not drawn from."""
        if self._top_p >= 1:
            return scores
        shares, order = torch.softmax(scores, dim=-1).sort(descending=True)
        left_out = shares.cumsum(dim=-1) - shares >= self._top_p  # the likeliest always stays
        left_out[0] = False
        return scores.index_fill(-1, order[left_out], -math.inf)

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """For `generate`, with a batch of one: leaves one token a finite score, so that greedy decoding takes it."""
        chosen = self.pick(torch.log_softmax(scores[0].float(), dim=-1).cpu())
        return torch.full_like(scores, -math.inf).index_fill(-1, torch.tensor([chosen], device=scores.device), 0.0)
