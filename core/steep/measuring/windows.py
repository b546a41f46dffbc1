"""What the latest answers are compared with, to see whether they drift: said once, for the command and the tracker."""

from __future__ import annotations

from pydantic import BaseModel, Field

__all__ = ["LEAST", "Windows"]

LEAST = 30
"""Answers in each window; of fewer nothing is said."""


class Windows(BaseModel, extra="forbid", frozen=True):
    recent: int = Field(200, ge=LEAST, description="so many of the latest answers")
    baseline: int = Field(800, ge=LEAST, description="are compared with so many before them")
    alpha: float = Field(0.01, ge=0.001, le=0.5, description="how likely a false alarm may be, a look")
    limit: float = Field(0.02, ge=0, le=1, description="changes of a smaller size are passed over")
