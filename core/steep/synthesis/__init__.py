"""Filters between a synthesizer and a dataset: pairs in, kept pairs and dropped ones with their reason out."""

from __future__ import annotations

from steep.synthesis.contamination import Contamination
from steep.synthesis.duplicates import Duplicates
from steep.synthesis.overlap import Overlap
from steep.synthesis.reader_check import ReaderCheck
from steep.synthesis.round_trip import RoundTrip
from steep.synthesis.selection import balanced, dev_pairs
from steep.synthesis.sifting import Filter, Sifted, Sifter
from steep.synthesis.unanswerable import UnanswerableCheck

__all__ = [
    "Contamination",
    "Duplicates",
    "Filter",
    "Overlap",
    "ReaderCheck",
    "RoundTrip",
    "Sifted",
    "Sifter",
    "UnanswerableCheck",
    "balanced",
    "dev_pairs",
]
