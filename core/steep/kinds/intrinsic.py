"""An intrinsic: one job of a model, as data. Any model can be asked for it; some were taught it by an adapter."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from steep.prompts import defused
from steep.values import Message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from steep.kinds.model import AdapterRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What makes a probability of the log-odds of two replies, fitted on rows that were not taught."""

    scale: float = 1.0
    shift: float = 0.0

    def probability(self, odds: float) -> float:
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, self.scale * odds + self.shift))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A worked example: what was asked of which passages, and the reply that is wanted."""

    passages: tuple[str, ...]
    fields: Mapping[str, str]
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Intrinsic:
    """What is asked, to the letter: an adapter was trained on exactly these words.

    The user's message is the passages, each laid out by ``passage`` and joined by ``between``, and then ``question``
    with its fields filled in; ``fields`` names them. ``replies`` are what ``Model.score`` weighs, where the job is to
    choose; ``abstention`` is the reply that says there is none. ``adapters``, and what calibrates them, are by the
    digest of their base model; ``quoting`` are those taught to quote the sentence that decides before they reply,
    ``filling`` those that fill in a JSON schema better with their adapter than without it.
    ``shown`` are worked examples for a model that was not taught the job.
    """

    name: str
    system: str
    question: str
    passage: str = ""
    between: str = "\n"
    replies: tuple[str, ...] = ()
    abstention: str = ""
    schema: Mapping[str, Any] | None = None
    max_tokens: int = 128
    adapters: Mapping[str, AdapterRef] = field(default_factory=dict)
    calibrations: Mapping[str, Calibration] = field(default_factory=dict)
    quoting: frozenset[str] = frozenset()
    filling: frozenset[str] = frozenset()
    shown: tuple[Shown, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(re.findall(r"\{(\w+)\}", self.question)))

    def messages(self, passages: Sequence[str] = (), **fields: str) -> tuple[Message, ...]:
        """The messages that ask for it. Passages come first, so that what is read of them can be kept.

        Nothing in a passage or field can close a passage's fence.
        """
        laid_out = self.between.join(
            self.passage.format(number=number, text=defused(text)) for number, text in enumerate(passages, start=1)
        )
        asked = self.question.format(**{name: defused(value) for name, value in fields.items()})
        user = laid_out + asked if passages else asked.lstrip()
        return (Message(role="system", content=self.system), Message(role="user", content=user))

    def examples(self, most: int) -> tuple[Message, ...]:
        """Worked examples as turns before the user's: what is asked, and the reply.

        Always the same ones, so that a model that keeps what it has read reads them once.
        """
        return tuple(
            turn
            for each in self.shown[:most]
            for turn in (
                self.messages(each.passages, **each.fields)[-1],
                Message(role="assistant", content=each.reply),
            )
        )

    def adapter(self, digest: str) -> AdapterRef | None:
        """The adapter that taught a model this job; None for a model that is asked by prompt alone."""
        return self.adapters.get(digest)

    def quotes(self, digest: str) -> bool:
        """Whether a model of this digest was taught to quote the sentence that decides before it replies."""
        return digest in self.quoting

    def fills(self, digest: str) -> bool:
        """Whether a model of this digest fills in a JSON schema better with its adapter than without it."""
        return digest in self.filling

    def probability(self, digest: str, odds: float) -> float:
        """How likely the first of two replies is, by how much likelier a model of this digest finds it to write."""
        return self.calibrations.get(digest, Calibration()).probability(odds)
