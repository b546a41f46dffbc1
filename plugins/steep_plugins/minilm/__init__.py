"""The MiniLM weights that ship as a package, shared by the embedder and the reader.

Importing this package imports neither torch nor transformers.
"""

from steep_plugins.minilm.weights import MODEL_SHA256, Weights, find_weights, verified_weights

__all__ = ["MODEL_SHA256", "Weights", "find_weights", "verified_weights"]
