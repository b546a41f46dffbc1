"""The strategy `dpo`: the better of two replies, from a file, and from what people said of answers.

A line of the file is `{"prompt": "…", "chosen": "…", "rejected": "…"}`, or has `messages` instead of `prompt`.
The objective is that of Rafailov et al., "Direct Preference Optimization" (arXiv 2305.18290).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, model_validator

from steep.values import Message, PreferenceRow, content_id
from steep_plugins.strategies.lines import read_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from steep.kinds import Objective, TuneSource
    from steep.values import Row


class Said(BaseModel, extra="ignore", frozen=True):
    role: str = Field(pattern="^(system|user|assistant)$")
    content: str = Field(min_length=1)


class Line(BaseModel, extra="ignore", frozen=True):
    prompt: str = ""
    messages: tuple[Said, ...] = ()
    chosen: str = Field(min_length=1)
    rejected: str = Field(min_length=1)

    @model_validator(mode="after")
    def _asks_something_and_prefers_something(self) -> Line:
        if not (self.prompt or (self.messages and self.messages[-1].role == "user")):
            raise ValueError("give a `prompt`, or `messages` that end with the user's")
        if self.chosen == self.rejected:
            raise ValueError("`chosen` and `rejected` are the same")
        return self

    def row(self) -> PreferenceRow:
        said = self.messages or (Said(role="user", content=self.prompt),)
        messages = tuple(Message(role=each.role, content=each.content) for each in said)  # type: ignore[arg-type]
        return PreferenceRow(messages=messages, chosen=self.chosen, rejected=self.rejected)


class Preferences:
    """Where a person wrote a better answer, it is preferred to the one that was given."""

    objectives: tuple[Objective, ...] = ("preference",)

    def __init__(self, *, file: Path | None, held_out: float) -> None:
        self._file = file
        self._held_out = held_out

    def rows(self, source: TuneSource) -> Iterator[Row]:
        rows = list({row.id: row for row in self._all(source)}.values())
        ranked = sorted(rows, key=lambda row: content_id("held out", row.id))
        apart = {row.id for row in ranked[: max(1, round(len(rows) * self._held_out))]}
        yield from (row for row in rows if len(rows) == 1 or (row.id in apart) == (source.part == "dev"))

    def _all(self, source: TuneSource) -> Iterator[PreferenceRow]:
        if self._file is not None:
            for line in read_lines(self._file, Line.model_validate, asked_by="dpo"):
                yield line.row()
        for said in source.feedback:
            if said.better and not said.right and said.better != said.reply:
                yield PreferenceRow(messages=said.messages, chosen=said.better, rejected=said.reply)
