"""Contract kits: the laws of each kind, as pytest classes to subclass, and hypothesis strategies for odd texts.

A kit has one fixture to override, named after the kind, and inherited tests that state what the flows rely on::

    class TestBlocklist(GuardrailContract):
        @pytest.fixture
        def guardrail(self):
            return Blocklist(words=("whilst",))

Kits are imported when they are asked for: they need pytest, and some need numpy or torch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from steep.testing.embedder import EmbedderContract
    from steep.testing.filter import FilterContract
    from steep.testing.formatter import FormatterContract
    from steep.testing.generator import GeneratorContract
    from steep.testing.guardrail import GuardrailContract
    from steep.testing.index import IndexContract
    from steep.testing.metric import MetricContract
    from steep.testing.model import ModelContract
    from steep.testing.offer import OfferContract
    from steep.testing.reader import ReaderContract
    from steep.testing.reranker import RerankerContract
    from steep.testing.retriever import RetrieverContract
    from steep.testing.rewriter import RewriterContract
    from steep.testing.router import RouterContract
    from steep.testing.splitter import SplitterContract
    from steep.testing.strategy import StrategyContract
    from steep.testing.synthesizer import SynthesizerContract
    from steep.testing.tool import ToolContract
    from steep.testing.tracker import TrackerContract

__all__ = [
    "EmbedderContract",
    "FilterContract",
    "FormatterContract",
    "GeneratorContract",
    "GuardrailContract",
    "IndexContract",
    "MetricContract",
    "ModelContract",
    "OfferContract",
    "ReaderContract",
    "RerankerContract",
    "RetrieverContract",
    "RewriterContract",
    "RouterContract",
    "SplitterContract",
    "StrategyContract",
    "SynthesizerContract",
    "ToolContract",
    "TrackerContract",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{name.removesuffix('Contract').lower()}")
    return getattr(module, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
