"""How the next token is chosen: the likeliest, or one drawn with a seed.

Drawing adds Gumbel noise to the scores and takes the largest, which samples from softmax(scores / temperature)
(Gumbel-max; Maddison et al. 2014, section 2). The noise comes from a generator of the request's own, so that
nothing depends on what other threads draw.
"""

from __future__ import annotations

import math

import torch
from transformers import LogitsProcessor


class Choice(LogitsProcessor):  # type: ignore[misc]  # transformers ships no types
    """Chooses for one request (a batch of one) and keeps the log-probability of what it chose.

    It leaves a single token with a finite score, so that greedy decoding follows it. Probabilities are those of the
    model at temperature 1, whatever the temperature of the drawing.
    """

    def __init__(self, *, temperature: float, seed: int) -> None:
        self._temperature = temperature
        self._noise = torch.Generator().manual_seed(seed)
        self.log_probabilities: list[float] = []

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        known = torch.log_softmax(scores.float(), dim=-1)  # (1, vocabulary)
        wanted = known
        if self._temperature > 0:
            uniform = torch.rand(known.shape, generator=self._noise).clamp_min(1e-20)
            wanted = known / self._temperature - torch.log(-torch.log(uniform)).to(known.device)
        chosen = wanted.argmax(dim=-1, keepdim=True)
        self.log_probabilities.append(float(known.gather(-1, chosen)))
        return torch.full_like(scores, -math.inf).scatter(-1, chosen, 0.0)

    @property
    def mean_probability(self) -> float | None:
        """The geometric mean of the tokens' probabilities: a ranking of answers, not a calibrated confidence."""
        if not self.log_probabilities:
            return None
        return math.exp(sum(self.log_probabilities) / len(self.log_probabilities))
