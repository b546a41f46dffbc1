"""The rewriters that belong to no language; those by rules stand with theirs. Importing this loads nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Rewriter


class ModelOptions(BaseModel, extra="forbid", frozen=True):
    model: str = Field("main", description="a model of [model.NAME]")
    turns: int = Field(3, ge=1, le=20, description="how many questions and answers before the last one it is shown")


def build_model(options: ModelOptions, context: Context) -> Rewriter:
    from steep_plugins.rewriters.model import ModelRewriter

    if context.model is None:
        raise ConfigError("the rewriter `model` needs a project whose steep.toml names a model in [model.NAME].")
    return ModelRewriter(context.model(options.model), turns=options.turns)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="rewriter",
        name="model",
        summary="Follow-up questions by a language model of [model.NAME], best one that was taught it",
        config=ModelOptions,
        build=build_model,
    )
