"""The filters of pairs that come with steep. This module imports nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.errors import ConfigError, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    from steep.kinds import Asked, Draft, Filter

    T = TypeVar("T")


class DuplicatesOptions(BaseModel, extra="forbid", frozen=True):
    similar: float = Field(0.8, gt=0, le=1, description="word similarity from which two questions are one")


class OverlapOptions(BaseModel, extra="forbid", frozen=True):
    most: float = Field(0.9, gt=0, le=1, description="share of a question's words its sentence may hold")


class RoundTripOptions(BaseModel, extra="forbid", frozen=True):
    k: int = Field(5, ge=1, description="a question must find its own passage among this many")


class AgreementOptions(BaseModel, extra="forbid", frozen=True):
    least: float = Field(0.3, gt=0, le=1, description="token F1 of the generator's answer that a pair must reach")


class AnsweredOptions(BaseModel, extra="forbid", frozen=True):
    most: float = Field(0.5, ge=0, lt=1, description="an unanswerable pair answered more surely is dropped")
    passages: int = Field(5, ge=1, description="how many passages the generator is shown")


def build_duplicates(options: DuplicatesOptions, context: Context) -> Filter:
    from steep_plugins.filters.duplicates import Duplicates

    return Duplicates(options.similar)


def build_overlap(options: OverlapOptions, context: Context) -> Filter:
    from steep_plugins.filters.overlap import Overlap

    return Overlap(_given(context.library, "overlap"), options.most)


def build_round_trip(options: RoundTripOptions, context: Context) -> Filter:
    from steep_plugins.filters.round_trip import RoundTrip

    return RoundTrip(_made(context.retriever, "round-trip"), options.k)


def build_agreement(options: AgreementOptions, context: Context) -> Filter:
    from steep_plugins.filters.agreement import Agreement

    return Agreement(_answering(context, "agreement"), _given(context.library, "agreement"), options.least)


def build_answered(options: AnsweredOptions, context: Context) -> Filter:
    from steep_plugins.filters.unanswerable import AnsweredAfterAll

    return AnsweredAfterAll(
        _answering(context, "answered-after-all"),
        _made(context.retriever, "answered-after-all"),
        _given(context.library, "answered-after-all"),
        k=options.passages,
        most=options.most,
    )


def _given(what: T | None, name: str) -> T:
    if what is None:
        raise ConfigError(f"the filter `{name}` judges the pairs of a project, and was built outside one.")
    return what


def _answering(context: Context, name: str) -> Callable[[Asked], Draft]:
    if context.answer is None:
        raise ModelError(f"the filter `{name}` lets the project's generator answer, which cannot be done here.")
    return context.answer


def _made(make: Callable[[], T] | None, name: str) -> T:
    return _given(make, name)()


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="filter",
        name="duplicates",
        summary="Questions that were asked already, or have two answers",
        config=DuplicatesOptions,
        build=build_duplicates,
    )
    yield offer(
        kind="filter",
        name="overlap",
        summary="Questions that only repeat the sentence that answers them",
        config=OverlapOptions,
        build=build_overlap,
    )
    yield offer(
        kind="filter",
        name="round-trip",
        summary="Questions that do not find their own passage",
        config=RoundTripOptions,
        build=build_round_trip,
    )
    yield offer(
        kind="filter",
        name="agreement",
        summary="Pairs whose answer the generator does not find in the passage it is shown",
        config=AgreementOptions,
        build=build_agreement,
    )
    yield offer(
        kind="filter",
        name="answered-after-all",
        summary="Unanswerable pairs that the generator can answer from the index",
        config=AnsweredOptions,
        build=build_answered,
    )
