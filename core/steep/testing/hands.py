"""A small `AtHand` for tests: a few passages to find, and a model where one is given."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from steep.errors import ConfigError
from steep.kinds import drafted
from steep.values import OPERATOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from steep.kinds import AdapterRef, Asked, Draft, Generator, Model, Saying, Tool
    from steep.values import Called, Caller, Hit

__all__ = ["PlainHand", "draft_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainHand:
    """``hits`` are what every search finds; ``others`` the generators that can be let answer, by name.

    ``confirms`` are the ids of the calls that are confirmed.
    """

    hits: tuple[Hit, ...] = ()
    answers_with: Model | None = None
    adapter: AdapterRef | None = None
    others: Mapping[str, Generator] = field(default_factory=dict)
    tools: Mapping[str, Tool] = field(default_factory=dict)
    caller: Caller = OPERATOR
    confirms: frozenset[str] = frozenset()

    def confirmed(self, call: Called) -> bool:
        return call.id in self.confirms

    @property
    def model(self) -> Model:
        if self.answers_with is None:
            raise ConfigError("no model is at hand")
        return self.answers_with

    def find(self, question: str, k: int | None = None) -> tuple[Hit, ...]:
        return self.hits[:k]

    def titles(self) -> Mapping[str, str]:
        return {hit.passage.path: hit.passage.title for hit in self.hits}

    def read(self, path: str) -> tuple[Hit, ...]:
        return tuple(hit for hit in self.hits if hit.passage.path == path)

    def through(self, generator: str, asked: Asked) -> Iterator[Saying]:
        return self.others[generator].answer(asked, replace(self))


def draft_of(generator: Generator, asked: Asked, at_hand: PlainHand | None = None) -> Draft:
    """All that a generator says to a question."""
    return drafted(generator.answer(asked, at_hand or PlainHand(hits=asked.hits)))
