"""The vocabulary: what flows through steep, as frozen keyword-only values.

The words here are the words everywhere: in code, on the command line, in JSON, on pages and in documents.
"""

from __future__ import annotations

from steep.values.ask import ARMS, OPERATOR, PRESETS, Answer, Arm, Caller, Citation, Hit, Message, Timing, Versions
from steep.values.derived import derived_blocks
from steep.values.events import AdapterMoved, Answered, Event, FeedbackGiven, StageEnded, StageStarted
from steep.values.findings import Action, Finding, Score, Verdict
from steep.values.rows import (
    ELSEWHERE,
    AdapterVersion,
    ChatRow,
    Conversation,
    Evidence,
    Pair,
    PreferenceRow,
    Question,
    Row,
    SpanRow,
    TextRow,
)
from steep.values.structure import (
    Item,
    ItemList,
    Table,
    blocks_in,
    cells_of,
    item_words,
    lists_of,
    row_cells,
    row_runs,
    tables_of,
)
from steep.values.text import Block, BlockKind, Document, Generation, LeftOut, Passage, Span, content_id

__all__ = [
    "ARMS",
    "ELSEWHERE",
    "OPERATOR",
    "PRESETS",
    "Action",
    "AdapterMoved",
    "AdapterVersion",
    "Answer",
    "Answered",
    "Arm",
    "Block",
    "BlockKind",
    "Caller",
    "ChatRow",
    "Citation",
    "Conversation",
    "Document",
    "Event",
    "Evidence",
    "FeedbackGiven",
    "Finding",
    "Generation",
    "Hit",
    "Item",
    "ItemList",
    "LeftOut",
    "Message",
    "Pair",
    "Passage",
    "PreferenceRow",
    "Question",
    "Row",
    "Score",
    "Span",
    "SpanRow",
    "StageEnded",
    "StageStarted",
    "Table",
    "TextRow",
    "Timing",
    "Verdict",
    "Versions",
    "blocks_in",
    "cells_of",
    "content_id",
    "derived_blocks",
    "item_words",
    "lists_of",
    "row_cells",
    "row_runs",
    "tables_of",
]
