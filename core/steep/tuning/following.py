"""Instructions whose replies a program can check: of form, length, words, order, JSON, facts (after IFEval, Zhou 2023).

They stand in `instructions.toml`, each with what is checked of a reply; all of it must hold.
"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from steep.language import sentence_spans
from steep.values import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["INSTRUCTIONS", "Instruction", "followed"]

Range = tuple[int, int]

_NUMBERED = re.compile(r"^\d{1,2}[.)]\s*\S")
_DASHED = re.compile(r"^[-–*•]\s*\S")
_ENDS = " \t\n\"'”’*_)]"  # what may stand around what a reply ends with


class Instruction(BaseModel, extra="forbid", frozen=True):
    """What is asked, what must hold of the reply, and a reply that does as asked and one that does not."""

    ask: str
    right: str
    wrong: str
    is_: tuple[str, ...] = Field((), alias="is", description="the whole reply is one of these")
    has: tuple[str, ...] = Field((), description="all of these stand in it")
    any: tuple[str, ...] = Field((), description="one of these stands in it")
    avoids: tuple[str, ...] = Field((), description="none of these stands in it")
    order: tuple[str, ...] = Field((), description="these stand in it, in this order, and in no other")
    begins: tuple[str, ...] = Field((), description="it begins with one of these words")
    ends: str = Field("", description="it ends with this")
    words: Range | None = Field(None, description="how many it has")
    sentences: Range | None = Field(None, description="how many it has")
    lines: Range | None = Field(None, description="how many it has that are not empty")
    numbered: Range | None = Field(None, description="how many lines begin with a number")
    dashes: Range | None = Field(None, description="how many lines begin with a dash")
    keys: tuple[str, ...] = Field((), description="a JSON object in it has these keys")
    case: Literal["", "upper", "lower"] = Field("", description="all letters are such")
    matches: str = Field("", description="it holds what this expression finds")

    @property
    def messages(self) -> tuple[Message, ...]:
        return (Message(role="user", content=self.ask),)

    def holds(self, said: str) -> bool:
        """Whether a reply does as asked."""
        return bool(said.strip()) and all(self._held(said.strip()))

    def _held(self, said: str) -> Iterator[bool]:
        words = _words(said)
        text = f" {' '.join(words)} "
        if self.is_:
            yield " ".join(words) in self.is_
        yield all(f" {each} " in text for each in self.has)
        yield not self.any or any(f" {each} " in text for each in self.any)
        yield not any(f" {each} " in text for each in self.avoids)
        if self.order:
            yield [word for word in words if word in self.order] == list(self.order)
        yield not self.begins or words[:1] in [[each] for each in self.begins]
        yield said.casefold().rstrip(_ENDS).rstrip(_ENDS if self.ends in "?!." else _ENDS + "?!.").endswith(self.ends)
        yield _within(len(words), self.words)
        yield self.sentences is None or _within(len(sentence_spans(said)), self.sentences)
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        yield _within(len(lines), self.lines)
        yield _within(sum(bool(_NUMBERED.match(line)) for line in lines), self.numbered)
        yield _within(sum(bool(_DASHED.match(line)) for line in lines), self.dashes)
        yield not self.keys or set(self.keys) <= _keys(said)
        yield said in {"": said, "upper": said.upper(), "lower": said.lower()}[self.case]
        yield not self.matches or re.search(self.matches, said) is not None


def followed(replies: Sequence[str]) -> tuple[bool, ...]:
    """Which of the instructions each reply, in their order, is as asked."""
    return tuple(each.holds(reply) for each, reply in zip(INSTRUCTIONS, replies, strict=True))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _within(count: int, bounds: Range | None) -> bool:
    return bounds is None or bounds[0] <= count <= bounds[1]


def _keys(text: str) -> set[str]:
    """Those of the JSON object that stands in a text."""
    found = re.search(r"\{.*\}", text, re.DOTALL)
    try:
        read = json.loads(found[0]) if found else None
    except ValueError:
        return set()
    return set(read) if isinstance(read, dict) else set()


def _read() -> tuple[Instruction, ...]:
    text = (Path(__file__).parent / "instructions.toml").read_text("utf-8")
    return tuple(Instruction.model_validate(each) for each in tomllib.loads(text)["instruction"])


INSTRUCTIONS = _read()
