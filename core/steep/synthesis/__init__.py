"""What happens between a synthesizer and a dataset: filters applied, pairs balanced, documents held out."""

from __future__ import annotations

from steep.synthesis.contamination import Contamination
from steep.synthesis.remembered import Remembered
from steep.synthesis.selection import balanced, dev_pairs
from steep.synthesis.sifting import Sifter

__all__ = ["Contamination", "Remembered", "Sifter", "balanced", "dev_pairs"]
