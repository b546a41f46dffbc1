"""The strategies that come with steep. This module imports nothing heavy, and none of the strategies has a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, NoOptions, Offer, hookimpl, offer
from steep.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from steep.kinds import Strategy


class PretrainOptions(BaseModel, extra="forbid", frozen=True):
    characters: int = Field(3000, ge=200, description="about so long is a stretch of a document that makes a row")
    held_out: float = Field(0.05, gt=0, lt=1, description="share of the stretches that only tell when to stop")


class PreferenceOptions(BaseModel, extra="forbid", frozen=True):
    file: str | None = Field(None, description="JSON Lines of `prompt` or `messages` with `chosen` and `rejected`")
    held_out: float = Field(0.15, gt=0, lt=1, description="share of the questions that only tell when to stop")
    beta: float = Field(
        0.1, ge=1e-4, le=10, description="how strongly the model is held to its reference; less lets it go further"
    )


class FeedbackOptions(BaseModel, extra="forbid", frozen=True):
    held_out: float = Field(0.15, gt=0, lt=1, description="share of the questions that only tell when to stop")


class RaftOptions(BaseModel, extra="forbid", frozen=True):
    golden: float = Field(
        0.8, ge=0, le=1, description="share of the pairs whose own passage is shown; it is dropped else"
    )


class ReplayOptions(BaseModel, extra="forbid", frozen=True):
    file: str = Field(min_length=1, description="JSON Lines of chat, text or reading rows, learned before or general")


class RowsOptions(BaseModel, extra="forbid", frozen=True):
    file: str = Field(
        min_length=1,
        description="JSON Lines of `messages`, `prompt` with `completion`, or `text`, as TRL has them",
    )
    dev: str | None = Field(None, min_length=1, description="such a file that only tells when to stop")
    held_out: float = Field(
        0.1, gt=0, lt=1, description="without `dev`: share that only tells when to stop; rows of a `group` together"
    )


def _instruct(options: NoOptions, context: Context) -> Strategy:
    from steep_plugins.strategies.instruct import Instruct

    return Instruct()


def _pretrain(options: PretrainOptions, context: Context) -> Strategy:
    from steep_plugins.strategies.pretrain import Pretrain

    return Pretrain(characters=options.characters, held_out=options.held_out)


def _dpo(options: PreferenceOptions, context: Context) -> Strategy:
    from steep_plugins.strategies.dpo import Preferences

    file = _within(context, options.file) if options.file else None
    return Preferences(file=file, held_out=options.held_out, beta=options.beta)


def _feedback(options: FeedbackOptions, context: Context) -> Strategy:
    from steep_plugins.strategies.feedback import Judged

    return Judged(held_out=options.held_out)


def _raft(options: RaftOptions, context: Context) -> Strategy:
    from steep_plugins.strategies.raft import Raft

    return Raft(golden=options.golden)


def _replay(options: ReplayOptions, context: Context) -> Strategy:
    from steep_plugins.strategies.replay import Replay

    return Replay(_within(context, options.file))


def _rows(options: RowsOptions, context: Context) -> Strategy:
    from steep_plugins.strategies.rows import Rows

    dev = _within(context, options.dev) if options.dev else None
    return Rows(_within(context, options.file), dev=dev, held_out=options.held_out)


def _within(context: Context, file: str) -> Path:
    if context.project is None:
        raise ConfigError(f"`file` is {file!r}, relative to a project, and there is none.")
    return context.project / file


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="strategy",
        name="instruct",
        summary="Pairs: models learn to reply from the passages shown, the reader where the answer stands",
        build=_instruct,
    )
    yield offer(
        kind="strategy",
        name="pretrain",
        summary="The documents themselves, from the first token to the last",
        config=PretrainOptions,
        build=_pretrain,
    )
    yield offer(
        kind="strategy",
        name="raft",
        summary="Pairs among hard distractors of your own index, the golden passage left out in a share",
        config=RaftOptions,
        build=_raft,
    )
    yield offer(
        kind="strategy",
        name="dpo",
        summary="Which of two replies is better, from a file and from what people said of answers",
        config=PreferenceOptions,
        build=_dpo,
    )
    yield offer(
        kind="strategy",
        name="feedback",
        summary="The pairs that people taught by judging answers, for a phase or a share of a mixture",
        config=FeedbackOptions,
        build=_feedback,
    )
    yield offer(
        kind="strategy",
        name="replay",
        summary="Rows of a file that were learned before, for a share of a mixture, so that less is forgotten",
        config=ReplayOptions,
        build=_replay,
    )
    yield offer(
        kind="strategy",
        name="rows",
        summary="Rows of a file that you have: conversations as TRL loads them, and running text",
        config=RowsOptions,
        build=_rows,
    )
