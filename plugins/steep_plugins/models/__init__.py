"""Language models: those that run here, and those that are served elsewhere. Importing this loads nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Model


class TransformersOptions(BaseModel, extra="forbid", frozen=True):
    """Code that comes with a model is never run, so there is no option for it."""

    model: str = Field(min_length=1, description="a folder, or a model's id on the hub")
    revision: str | None = Field(None, description="a commit, tag or branch on the hub")
    dtype: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="auto: bf16 where the device computes it fast"
    )
    device: str | None = Field(None, description="cpu, cuda, cuda:1, mps; None: the project's device")
    max_context: int | None = Field(None, ge=32, description="tokens; None: the model's own limit")
    adapters: int = Field(8, ge=1, description="how many adapters stay loaded")


def build_transformers(options: TransformersOptions, context: Context) -> Model:
    from steep_plugins.models.language import LanguageModel, Placement
    from steep_plugins.models.loading import find_model

    return LanguageModel(
        find_model(options.model, revision=options.revision, project=context.project),
        Placement(dtype=options.dtype, device=options.device or context.device, max_context=options.max_context),
        adapters=options.adapters,
    )


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="model",
        name="transformers",
        summary="Any causal or encoder-decoder language model of Hugging Face's layout, run here",
        config=TransformersOptions,
        build=build_transformers,
    )
