"""The strategy `dpo`: the better of two replies, from a file, and from what people said of answers.

A line of the file is `{"prompt": "…", "chosen": "…", "rejected": "…"}`, or has `messages` instead of `prompt`; each may
also be a list of messages, as `steep feedback export` writes them.
The objective is that of Rafailov et al., "Direct Preference Optimization" (arXiv 2305.18290).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, field_validator, model_validator

from steep.errors import DatasetError
from steep.values import PreferenceRow
from steep_plugins.strategies.lines import read_lines
from steep_plugins.strategies.showing import held_out
from steep_plugins.strategies.told import Said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from steep.kinds import Objective, TuneSource
    from steep.values import Row


class Line(BaseModel, extra="ignore", frozen=True):
    prompt: str = ""
    messages: tuple[Said, ...] = ()
    chosen: str = Field(min_length=1)
    rejected: str = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _a_prompt_may_be_messages(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("prompt"), list):
            return {**value, "prompt": "", "messages": value["prompt"]}
        return value

    @field_validator("chosen", "rejected", mode="before")
    @classmethod
    def _a_reply_may_be_a_message(cls, value: Any) -> Any:
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
            return value[0].get("content")
        return value

    @model_validator(mode="after")
    def _asks_something_and_prefers_something(self) -> Line:
        if not (self.prompt or (self.messages and self.messages[-1].role == "user")):
            raise ValueError("give a `prompt`, or `messages` that end with the user's")
        if self.chosen == self.rejected:
            raise ValueError("`chosen` and `rejected` are the same")
        return self

    def row(self, beta: float) -> PreferenceRow:
        said = self.messages or (Said(role="user", content=self.prompt),)
        messages = tuple(each.message for each in said)
        return PreferenceRow(messages=messages, chosen=self.chosen, rejected=self.rejected, beta=beta)


class Preferences:
    """Where a person wrote a better answer, it is preferred to the one that was given."""

    objectives: tuple[Objective, ...] = ("preference",)

    def __init__(self, *, file: Path | None, held_out: float, beta: float) -> None:
        self._file = file
        self._held_out = held_out
        self._beta = beta

    @property
    def files(self) -> tuple[Path, ...]:
        return (self._file,) if self._file else ()

    def rows(self, source: TuneSource) -> Iterator[Row]:
        rows = list({row.id: row for row in self._all(source)}.values())
        if not rows and source.count is None:
            raise DatasetError(
                "the strategy `dpo` found no preference: of no answer was said what would have been better "
                '(`steep feedback ID --better "…"`), as `steep feedback export` shows, and it has no `file`.'
            )
        yield from held_out(rows, self._held_out, source, question=lambda row: row.messages[-1].content)

    def _all(self, source: TuneSource) -> Iterator[PreferenceRow]:
        if self._file is not None:
            for line in read_lines(self._file, Line.model_validate, asked_by="dpo"):
                yield line.row(self._beta)
        for said in source.feedback():
            if said.prefers:
                yield PreferenceRow(messages=said.messages, chosen=said.better, rejected=said.reply, beta=self._beta)
