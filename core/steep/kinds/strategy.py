"""A strategy and a trainee: a dataset becomes an adapter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from steep.kinds.model import AdapterRef
    from steep.kinds.progress import Progress
    from steep.values import Conversation, Pair, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A row to train on: the pair, its passages (golden first, then others), and its conversation."""

    pair: Pair
    passages: tuple[Passage, ...]
    conversation: Conversation


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraShape:
    rank: int = 16
    alpha: int = 32
    dropout: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """Rows that cannot be trained on, by reason."""

    reasons: Mapping[str, int] = field(default_factory=dict)


class Trainee(Protocol):
    """A model made ready for tuning: a PEFT model, and what a strategy must know about its rows.

    ``encode`` returns the features of the examples (a mapping of int lists each; one example may give several
    windows) and what was dropped; it raises DatasetError when a row that was not truncated has no supervised token.
    ``collate`` pads features to a batch of tensors. ``model(**batch)`` returns an output with ``loss``, a mean over
    ``batch`` that ``supervised`` weighs. ``score`` is the figure that early stopping watches, higher is better.
    ``save`` writes PEFT's layout.
    """

    @property
    def model(self) -> Any: ...

    def encode(self, examples: Sequence[Example]) -> tuple[list[Mapping[str, list[int]]], Dropped]: ...

    def collate(self, features: Sequence[Mapping[str, list[int]]]) -> Mapping[str, Any]: ...

    def score(self, examples: Sequence[Example]) -> float: ...

    def save(self, folder: Path) -> None: ...


@runtime_checkable
class Settles(Protocol):
    """A trainee that also fits something beside its weights, once, when they are final.

    A strategy calls ``settle`` after its last step and before ``save``; the dev score it returns is the trainee's score
    from then on, and must not be flattered by what was fitted to the dev examples themselves.
    """

    def settle(self, train: Sequence[Example], dev: Sequence[Example]) -> float: ...


@runtime_checkable
class Tunable(Protocol):
    """A generator that can be tuned. A new trainee shares nothing with the generator that answers."""

    def trainee(self, shape: LoraShape, seed: int, start: AdapterRef | None = None) -> Trainee: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJob:
    """``folder`` is kept between tries: a strategy finds its checkpoints there and resumes."""

    trainee: Trainee
    train: tuple[Example, ...]
    dev: tuple[Example, ...]
    folder: Path
    seed: int
    progress: Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingResult:
    """``score_before`` and ``score_after`` are the trainee's dev score; ``history`` has a row an evaluation."""

    score_before: float
    score_after: float
    steps: int
    seconds: float
    history: tuple[Mapping[str, float], ...] = ()
    dropped: Dropped = field(default_factory=Dropped)


class Strategy(Protocol):
    """Trains the trainee's adapter on the job's rows and leaves it at its best state; the base is untouched."""

    def train(self, job: TrainingJob) -> TrainingResult: ...


KIND = Kind(
    name="strategy",
    summary="says what is learned from, and by which objective",
    table='[[tune.phase]]\nuse = "NAME"',
)
