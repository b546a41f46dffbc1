"""Tools as a generator is handed them: what they say is checked as passages are, before a model reads it.

What a tool says is data from outside. Words that the guardrails of the passages bar are blanked in it, and a text that
they stop is withheld. An answer may rest on it, but only documents are cited: the calls themselves stand in the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from steep.answering.citing import cite
from steep.answering.policy import check_stage, masked
from steep.kinds import GuardRequest, Quote, ToolResult
from steep.language import numbers, numbers_held, sentence_spans
from steep.values import Hit, Passage, content_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from steep.answering.policy import Guard, StageResult
    from steep.kinds import Tool, ToolRequest
    from steep.values import Called

__all__ = ["Watched", "harmless", "rests_on", "told", "watched"]

WITHHELD = "What the tool said is withheld by a guardrail."


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A tool of that name whose results pass through the guards; ``note`` keeps their verdicts."""

    name: str
    tool: Tool
    question: str
    guards: Sequence[Guard]
    note: Callable[[StageResult], StageResult]

    @property
    def description(self) -> str:
        return self.tool.description

    @property
    def parameters(self) -> Mapping[str, Any]:
        return self.tool.parameters

    @property
    def changes(self) -> bool:
        return self.tool.changes

    def call(self, request: ToolRequest) -> ToolResult:
        result = self.tool.call(request)
        if result.trusted:
            return result
        text = harmless(self.name, result.text, question=self.question, guards=self.guards, note=self.note)
        return ToolResult(text=text) if text == WITHHELD else replace(result, text=text)


def harmless(
    name: str, text: str, *, question: str, guards: Sequence[Guard], note: Callable[[StageResult], StageResult]
) -> str:
    """What a tool said, without the words that the guards bar; that it is withheld, where they stop it."""
    hit = _as_hit(name, text)
    seen = check_stage(guards, GuardRequest(stage="passages", text="", question=question, hits=(hit,)))
    note(seen)
    return WITHHELD if seen.stopped else masked((hit,), seen.barred)[0].passage.text


def watched(
    tools: Mapping[str, Tool],
    *,
    question: str,
    guards: Sequence[Guard],
    note: Callable[[StageResult], StageResult],
) -> dict[str, Tool]:
    return {
        name: Watched(name=name, tool=tool, question=question, guards=guards, note=note) for name, tool in tools.items()
    }


def told(calls: Sequence[Called]) -> tuple[Hit, ...]:
    """What tools said, as hits that an answer can be compared with."""
    return tuple(_as_hit(call.name, call.result) for call in calls if call.outcome == "answered" and call.result)


def rests_on(text: str, question: str, hits: Sequence[Hit]) -> tuple[Quote, ...]:
    """Where the results of tools support what an answer says: its words, or the numbers that it gives.

    A number that the question gives itself supports nothing.
    """
    found = list(cite(text, question=question, hits=hits, marked=False).quotes)
    said = [numbers(text[start:end]) - numbers_held(question) for start, end in sentence_spans(text)]
    for hit in hits:
        held = numbers_held(hit.passage.text)
        if any(each and each <= held for each in said):
            found.append(Quote(passage=hit.passage.id, start=0, end=len(hit.passage.text)))
    return tuple(dict.fromkeys(found))


def _as_hit(name: str, text: str) -> Hit:
    """A result as a passage of no document."""
    version = content_id("tool", name, text)
    passage = Passage(
        document=f"tool {name}", version=version, path=f"tool {name}", title=name, start=0, end=len(text), text=text
    )
    return Hit(passage=passage, score=1.0, rank=1)
