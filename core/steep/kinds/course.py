"""What a user may say about a course of training, beside its rows: keys of a phase in steep.toml."""

from __future__ import annotations

from pydantic import BaseModel, Field


class CourseOptions(BaseModel, extra="forbid", frozen=True):
    """Defaults for LoRA: ten times the rate of full tuning, small batches, few epochs, minutes on two cores."""

    epochs: int = Field(3, ge=1, description="how often each row is seen, at most")
    max_steps: int = Field(45, ge=0, description="how many steps are made at most; 0: as many as the epochs want")
    learning_rate: float = Field(5e-4, gt=0, description="the highest rate; it falls to zero along a cosine")
    batch: int = Field(16, ge=1, description="rows a step")
    tokens: int = Field(
        1280, ge=64, description="about so many tokens of a step's rows in memory at once; halved where it runs out"
    )
    warmup: float = Field(0.1, ge=0, lt=1, description="share of the steps in which the rate rises")
    weight_decay: float = Field(0.0, ge=0, description="how strongly weights are drawn to zero")
    max_norm: float = Field(1.0, gt=0, description="longer gradients are shortened to this")
    evaluations: int = Field(2, ge=1, description="how often an epoch the held-out rows are scored")
    patience: int = Field(3, ge=1, description="stop after so many evaluations without a better score")
    dev_rows: int = Field(100, ge=1, description="at most so many held-out rows are scored")
    answered: int = Field(
        0, ge=0, description="so many held-out questions are answered, and stopping goes by them, for what writes"
    )
    max_minutes: float | None = Field(None, gt=0, description="fewer steps are made where they would take longer")
