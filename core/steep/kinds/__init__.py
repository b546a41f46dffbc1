"""One file a kind of part: a frozen request in, one result out, and its place in steep.toml.

A request grows by fields with defaults, never by parameters, so a part written today goes on working.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.kinds import (
    embedder,
    filter,
    formatter,
    generator,
    guardrail,
    index,
    metric,
    model,
    reader,
    reranker,
    retriever,
    rewriter,
    router,
    splitter,
    strategy,
    synthesizer,
    tool,
    tracker,
)
from steep.kinds.course import CourseOptions
from steep.kinds.embedder import Counting, Embedder, EmbedRequest
from steep.kinds.filter import Filter, FilterRequest, Sifted
from steep.kinds.formatter import FormatRequest, Formatter
from steep.kinds.generator import (
    SETTINGS,
    Abstain,
    Aside,
    Asked,
    AtHand,
    Draft,
    Generator,
    Heeding,
    Numbered,
    Quote,
    Said,
    Saying,
    Start,
    Taught,
    Weighed,
    drafted,
)
from steep.kinds.guardrail import Check, Guardrail, GuardRequest
from steep.kinds.index import Index, IndexBuild, IndexQuery, Ranked, Recalling, Searchable
from steep.kinds.intrinsic import Calibration, Intrinsic, Shown
from steep.kinds.kind import Kind
from steep.kinds.metric import Case, Metric
from steep.kinds.model import AdapterRef, Ask, Chance, Described, Loads, Model, ModelCard, Piece, Scored, Together
from steep.kinds.progress import Progress
from steep.kinds.reader import Reader, Source
from steep.kinds.reranker import Reranker, RerankRequest
from steep.kinds.retriever import Considerate, Library, RetrievalRequest, Retriever, quickly
from steep.kinds.rewriter import Rewriter, RewriteRequest
from steep.kinds.router import Route, Router, RouteRequest
from steep.kinds.splitter import Splitter
from steep.kinds.strategy import (
    Dropped,
    Feedback,
    FromFiles,
    LoraShape,
    Objective,
    Settles,
    Strategy,
    Trainee,
    Tunable,
    TuneSource,
    Writes,
)
from steep.kinds.synthesizer import SynthesisRequest, Synthesizer
from steep.kinds.tool import Documents, Tool, ToolRequest, ToolResult
from steep.kinds.tracker import Tracker
from steep.values import Called, ToolCall

if TYPE_CHECKING:  # aliases of types alone; numpy's are not to be loaded by importing this
    from collections.abc import Mapping

    from steep.kinds.embedder import Vectors as Vectors
    from steep.kinds.strategy import Features as Features

KINDS: Mapping[str, Kind] = {
    each.KIND.name: each.KIND
    for each in (
        reader,
        splitter,
        embedder,
        index,
        retriever,
        reranker,
        synthesizer,
        filter,
        formatter,
        strategy,
        model,
        generator,
        guardrail,
        metric,
        tool,
        router,
        rewriter,
        tracker,
    )
}
"""Every kind by its name, in the order of lists: that of the work."""

__all__ = [
    "KINDS",
    "SETTINGS",
    "Abstain",
    "AdapterRef",
    "Aside",
    "Ask",
    "Asked",
    "AtHand",
    "Calibration",
    "Called",
    "Case",
    "Chance",
    "Check",
    "Considerate",
    "Counting",
    "CourseOptions",
    "Described",
    "Documents",
    "Draft",
    "Dropped",
    "EmbedRequest",
    "Embedder",
    "Feedback",
    "Filter",
    "FilterRequest",
    "FormatRequest",
    "Formatter",
    "FromFiles",
    "Generator",
    "GuardRequest",
    "Guardrail",
    "Heeding",
    "Index",
    "IndexBuild",
    "IndexQuery",
    "Intrinsic",
    "Kind",
    "Library",
    "Loads",
    "LoraShape",
    "Metric",
    "Model",
    "ModelCard",
    "Numbered",
    "Objective",
    "Piece",
    "Progress",
    "Quote",
    "Ranked",
    "Reader",
    "Recalling",
    "RerankRequest",
    "Reranker",
    "RetrievalRequest",
    "Retriever",
    "RewriteRequest",
    "Rewriter",
    "Route",
    "RouteRequest",
    "Router",
    "Said",
    "Saying",
    "Scored",
    "Searchable",
    "Settles",
    "Shown",
    "Sifted",
    "Source",
    "Splitter",
    "Start",
    "Strategy",
    "SynthesisRequest",
    "Synthesizer",
    "Taught",
    "Together",
    "Tool",
    "ToolCall",
    "ToolRequest",
    "ToolResult",
    "Tracker",
    "Trainee",
    "Tunable",
    "TuneSource",
    "Weighed",
    "Writes",
    "drafted",
    "quickly",
]
