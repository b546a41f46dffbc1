"""The encoders on board, shared by embedders and the reader: where their weights lie, and the proof of them.

Importing this package imports neither torch nor transformers.
"""

from steep_plugins.encoders.minilm import MINILM
from steep_plugins.encoders.model import EncoderModel, Found, Weights, find, present, verified, where
from steep_plugins.encoders.mpnet import MPNET

__all__ = ["MINILM", "MPNET", "EncoderModel", "Found", "Weights", "find", "present", "verified", "where"]
