"""What a generator is handed for one question."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from steep.errors import ConfigError
from steep.kinds import drafted
from steep.values import OPERATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from steep.answering.searching import Search
    from steep.answering.speakers import Speaker
    from steep.kinds import AdapterRef, Asked, Draft, Model, Saying, Tool
    from steep.values import AdapterVersion, Called, Caller, Hit

__all__ = ["Hand", "said_by"]


@runtime_checkable
class Closes(Protocol):
    """An iterator whose work can be ended before it is through."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """``search`` is None for an arm that answers without documents: then nothing is found.

    ``confirm`` asks who asked about a call that changes something; None where that cannot be done.
    """

    speaker: Speaker
    caller: Caller = OPERATOR
    tuned: AdapterVersion | None = None
    search: Search | None = None
    tools: Mapping[str, Tool] = field(default_factory=dict)
    confirm: Callable[[Called], bool] | None = None

    @property
    def adapter(self) -> AdapterRef | None:
        return self.speaker.adapted(self.tuned)

    @property
    def model(self) -> Model:
        return self.speaker.model

    def confirmed(self, call: Called) -> bool:
        return self.confirm is not None and self.confirm(call)

    def find(self, question: str, k: int | None = None) -> tuple[Hit, ...]:
        return self.search.find(question, k) if self.search else ()

    def titles(self) -> Mapping[str, str]:
        return self.search.titles() if self.search else {}

    def read(self, path: str) -> tuple[Hit, ...]:
        return self.search.read(path) if self.search else ()

    def through(self, generator: str, asked: Asked) -> Iterator[Saying]:
        if generator not in self.speaker.others:
            raise ConfigError(f"the generator `{self.speaker.name}` did not say that it lets `{generator}` answer.")
        return replace(self, speaker=self.speaker.others[generator]).sayings(asked)

    def sayings(self, asked: Asked) -> Iterator[Saying]:
        """The answer as it is said; closing this ends the generator's work."""
        sayings = iter(self.speaker.generator.answer(asked, self))
        try:
            yield from sayings
        finally:
            if isinstance(sayings, Closes):
                sayings.close()


def said_by(speaker: Speaker, asked: Asked) -> Draft:
    """A whole draft for the project's own work, without an adapter and without further searches."""
    return drafted(Hand(speaker=speaker).sayings(asked))
