"""The strategies that come with steep. This module imports nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Strategy


class InstructOptions(BaseModel, extra="forbid", frozen=True):
    """Defaults for LoRA: ten times the rate of full tuning, small batches, few epochs, minutes on two cores."""

    epochs: int = Field(3, ge=1, description="how often each pair is seen, at most")
    max_steps: int | None = Field(45, ge=1, description="how many steps are made at most; None: as the epochs want")
    learning_rate: float = Field(5e-4, gt=0, description="the highest rate; it falls to zero along a cosine")
    batch: int = Field(16, ge=1, description="rows a step")
    micro_batch: int | None = Field(2, ge=1, description="rows in memory at once; None: the whole batch")
    warmup: float = Field(0.1, ge=0, lt=1, description="share of the steps in which the rate rises")
    weight_decay: float = Field(0.0, ge=0)
    max_norm: float = Field(1.0, gt=0, description="longer gradients are shortened to this")
    evaluations: int = Field(2, ge=1, description="how often an epoch the dev score is taken")
    patience: int = Field(3, ge=1, description="stop after so many evaluations without a better score")
    dev_rows: int = Field(100, ge=1, description="at most so many dev pairs are scored")
    max_minutes: float | None = Field(None, gt=0, description="fewer steps are made where they would take longer")


def build_instruct(options: InstructOptions, context: Context) -> Strategy:
    from steep_plugins.strategies.instruct.strategy import Instruct

    return Instruct(options)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="strategy",
        name="instruct",
        summary="Supervised tuning on the answers of pairs, stopped when the dev score no longer rises",
        config=InstructOptions,
        build=build_instruct,
    )
