"""One Protocol a kind of part: a frozen request in, one result out.

A request grows by fields with defaults, never by parameters, so a part written today goes on working.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.kinds.generating import AdapterRef, Draft, GenerationRequest, Generator, Quote
from steep.kinds.guarding import Check, Guardrail, GuardRequest
from steep.kinds.indexing import (
    Embedder,
    EmbedRequest,
    Index,
    IndexBuild,
    IndexQuery,
    Library,
    Ranked,
    RetrievalRequest,
    Retriever,
    Searchable,
)
from steep.kinds.measuring import Case, Metric
from steep.kinds.progress import Progress
from steep.kinds.reading import Reader, Source, Splitter
from steep.kinds.synthesizing import FormatRequest, Formatter, SynthesisRequest, Synthesizer
from steep.kinds.tuning import (
    Dropped,
    Example,
    LoraShape,
    Settles,
    Strategy,
    Trainee,
    TrainingJob,
    TrainingResult,
    Tunable,
)

if TYPE_CHECKING:  # an alias of numpy's types, so that importing this does not load numpy
    from steep.kinds.indexing import Vectors as Vectors

__all__ = [
    "AdapterRef",
    "Case",
    "Check",
    "Draft",
    "Dropped",
    "EmbedRequest",
    "Embedder",
    "Example",
    "FormatRequest",
    "Formatter",
    "GenerationRequest",
    "Generator",
    "GuardRequest",
    "Guardrail",
    "Index",
    "IndexBuild",
    "IndexQuery",
    "Library",
    "LoraShape",
    "Metric",
    "Progress",
    "Quote",
    "Ranked",
    "Reader",
    "RetrievalRequest",
    "Retriever",
    "Searchable",
    "Settles",
    "Source",
    "Splitter",
    "Strategy",
    "SynthesisRequest",
    "Synthesizer",
    "Trainee",
    "TrainingJob",
    "TrainingResult",
    "Tunable",
]
