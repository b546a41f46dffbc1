"""An offer: the name, the summary, the config and the builder of a part that a plugin provides.

Offers are cheap: nothing heavy is imported until one is built.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel

from steep.kinds import KINDS
from steep.validation import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from steep.kinds import Asked, Draft, Embedder, Library, Model, Retriever
    from steep.values import Answer

C = TypeVar("C", bound=BaseModel)
T = TypeVar("T")

_KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class NoOptions(BaseModel, extra="forbid", frozen=True):
    """The config of a part that has nothing to configure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a builder may need beside its own options.

    ``device`` is what `steep.engine.device.resolved` takes, asked when a model is loaded: it imports torch.
    ``project`` is the folder of steep.toml; relative paths in options are relative to it. ``library`` is the current
    generation, for retrievers and filters; ``embedder``, ``retriever`` and ``model`` build a configured part when first
    called; ``answer`` lets the project's generator answer, for filters: None where it cannot be used.
    ``answers`` gives so many of the latest answers that are kept, oldest first.
    """

    seed: int = 0
    device: str = "auto"
    project: Path | None = None
    library: Library | None = None
    embedder: Callable[[], Embedder] | None = None
    retriever: Callable[[], Retriever] | None = None
    answer: Callable[[Asked], Draft] | None = None
    model: Callable[[str], Model] | None = None
    answers: Callable[[int], Sequence[Answer]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """What `steep init` writes for a part on this machine: ``options``, by their keys, and what it ``says`` of them."""

    says: str
    options: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Generic[T]):
    """Made by ``offer``. ``kind`` is one of ``steep.kinds.KINDS``.

    ``handles`` lists what a reader takes: file suffixes with their dot, in lower case. ``formerly`` says of names that
    this part, or what it replaces, had in earlier versions how a steep.toml that uses them is mended. ``where`` belongs
    to a part that rests on a model's files: it says cheaply where they are, in words, or raises MissingDependency or
    ModelError with the line to type. ``beside`` is what `steep init --model NAME` sets as well, because this model
    answers best with it: dotted keys of steep.toml, such as ``generator.chat.judge``, and their values. ``fitted``
    looks, cheaply too, how the part is best set on this machine.
    """

    kind: str
    name: str
    summary: str
    config: type[BaseModel]
    build: Callable[[Any, Context], T]
    handles: tuple[str, ...] = ()
    formerly: Mapping[str, str] = field(default_factory=dict)
    where: Callable[[], str] | None = None
    beside: Mapping[str, str] = field(default_factory=dict)
    fitted: Callable[[], Fitting] | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"there is no kind of part named {self.kind!r}; {nearest(self.kind, KINDS)}")
        if not _KEBAB.fullmatch(self.name):
            raise ValueError(f"an offer's name is lower-case words joined by hyphens, not {self.name!r}")
        if not self.summary.strip():
            raise ValueError(f"the offer {self.name!r} has no summary; say in a sentence what it is")


def offer(
    *,
    kind: str,
    name: str,
    summary: str,
    build: Callable[[C, Context], T],
    config: type[C] = NoOptions,  # type: ignore[assignment]  # the default fits builders that ignore their options
    handles: tuple[str, ...] = (),
    formerly: Mapping[str, str] | None = None,
    where: Callable[[], str] | None = None,
    beside: Mapping[str, str] | None = None,
    fitted: Callable[[], Fitting] | None = None,
) -> Offer[T]:
    """Make an offer; generic in the config, so a builder that takes another config is a type error."""
    return Offer(
        kind=kind,
        name=name,
        summary=summary,
        config=config,
        build=build,
        handles=handles,
        formerly=formerly or {},
        where=where,
        beside=beside or {},
        fitted=fitted,
    )
