"""A strategy: what is learned from, row by row, and by which objective. The loop is the platform's.

Beside it, what the loop trains: a trainee, which a model or a generator gives.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from steep.kinds.course import CourseOptions
from steep.kinds.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from steep.kinds.model import AdapterRef
    from steep.values import Conversation, Document, Hit, Message, Pair, Passage, Row

    Features = Mapping[str, list[int]]

Objective = Literal["next-token", "reply", "preference", "span"]
"""How it is learned: running text from its first token to its last; the last message of a conversation (text beside it
is learned whole); which of two replies is the better one; where in the passages an answer stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What a person said of a reply: ``right``, or not, or wrote what would have been ``better``.

    ``pair`` is what it teaches, where the documents support it; ``answer`` is the id of the answer that was judged.
    """

    messages: tuple[Message, ...]
    reply: str
    right: bool | None = None
    better: str = ""
    pair: Pair | None = None
    answer: str = ""

    @property
    def prefers(self) -> bool:
        """Whether it says which of two replies is the better one."""
        return bool(self.better and self.reply and not self.right and self.better != self.reply)


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneSource:
    """What a strategy may make rows of, for one part of a training: to learn from, or held out.

    ``objective`` is the first of the strategy's that the trainee takes. ``pairs`` are those of the part; all their
    passages are in the index. ``find`` gives the passages nearest to a question, best first; ``passages`` those with
    the given ids. ``format`` lays a pair out with the passages shown beside it. ``feedback`` looks up what people said
    of answers; the adapter of a strategy that does not ask for it does not depend on it. ``count`` is how many rows are
    wanted where they are a share of a mixture, else None: all there are.
    """

    objective: Objective
    part: Literal["train", "dev"]
    documents: Callable[[], Iterable[Document]]
    pairs: tuple[Pair, ...]
    find: Callable[[str, int], tuple[Hit, ...]]
    passages: Callable[[Sequence[str]], tuple[Passage, ...]]
    format: Callable[[Pair, Sequence[Passage]], Conversation]
    feedback: Callable[[], tuple[Feedback, ...]] = tuple
    distractors: int = 4
    count: int | None = None
    seed: int = 0


class Strategy(Protocol):
    """Makes rows, the same ones for the same source; no loop, no model.

    ``objectives`` are those that it has rows for, the one it would rather have first.
    """

    @property
    def objectives(self) -> tuple[Objective, ...]: ...

    def rows(self, source: TuneSource) -> Iterable[Row]: ...


@runtime_checkable
class FromFiles(Protocol):
    """A strategy whose rows stand in files of the user's; the lineage of an adapter names each by its sha256."""

    @property
    def files(self) -> tuple[Path, ...]: ...


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
    """A model made ready for tuning: a PEFT model, and what the loop must know about its rows.

    ``objectives`` are those it can take. ``encode`` returns features, lists of ints by name (one row may give
    several), and what was dropped; it raises DatasetError for a row of another sort, and for one that was not cut and
    leaves nothing to learn. The loop looks at their ``input_ids``, at ``supervised`` ([how much is learned from]; 1
    where it is missing), and, where rows may be packed as trees, at ``shared`` (see ``steep.engine.packing``).
    ``collate`` makes a batch of features, ``loss`` the mean over what is supervised in it. ``scores`` has a figure for
    each row that counts, higher is better, always the same rows for the same ones given; its mean is what early
    stopping watches. ``save`` writes PEFT's layout.
    """

    @property
    def model(self) -> Any: ...

    @property
    def objectives(self) -> tuple[Objective, ...]: ...

    def encode(self, rows: Sequence[Row]) -> tuple[list[Features], Dropped]: ...

    def collate(self, features: Sequence[Features]) -> Any: ...

    def loss(self, batch: Any) -> Any: ...

    def scores(self, rows: Sequence[Row]) -> Sequence[float]: ...

    def save(self, folder: Path) -> None: ...


@runtime_checkable
class Settles(Protocol):
    """A trainee that also fits something beside its weights, once, when they are final.

    The loop calls ``settle`` after its last step and before ``save``; the scores it returns are the trainee's from then
    on, one for each row that ``scores`` counts, and must not be flattered by what was fitted to the rows themselves.
    """

    def settle(self, train: Sequence[Row], dev: Sequence[Row]) -> Sequence[float]: ...


@runtime_checkable
class Writes(Protocol):
    """A trainee whose model writes: the replies to conversations, the likeliest token each time."""

    def write(self, asked: Sequence[tuple[Message, ...]], *, max_tokens: int) -> list[str]: ...


@runtime_checkable
class Tunable(Protocol):
    """A model or generator that can be tuned. A new trainee shares nothing with what answers."""

    @property
    def digest(self) -> str: ...

    def trainee(self, shape: LoraShape, seed: int, start: AdapterRef | None = None) -> Trainee: ...


KIND = Kind(
    name="strategy",
    summary="says what is learned from, and by which objective",
    table='[[tune.default.phases]]\nuse = "NAME"',
    reserved=("use", "share", "mixture", *CourseOptions.model_fields),
    advice=(
        "`source.part` is `train` or `dev`. Pairs come divided; whoever makes rows of documents divides them "
        "by their ids. Four sorts of rows are in `steep.values`: `TextRow` for `next-token`, `ChatRow` for "
        "`reply`, `PreferenceRow`, `SpanRow`. Random numbers come from `random.Random(source.seed)`."
    ),
)
