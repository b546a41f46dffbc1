"""The generators that come with steep: one that quotes, one that lets a language model write, and both in turn.

This module imports nothing heavy: a builder imports the part when it is built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Generator


_MODEL = (
    'language models are named apart from what answers with them now: write [model.main] with `use = "{use}"` and the '
    'options that stood here, and [generator] with `use = "chat"`'
)


class ExtractOptions(BaseModel, extra="forbid", frozen=True):
    threshold: float | None = Field(
        None, ge=0, le=1, description="answers less sure than this are not given; None: as calibrated"
    )
    sentences: bool = Field(True, description="answer how, why, whether and what to do with a whole sentence")
    device: str | None = Field(None, description="cpu, cuda, cuda:1, mps; None: the project's device")
    adapters: int = Field(4, ge=1, description="how many adapters stay loaded")


class TransformersOptions(BaseModel, extra="forbid", frozen=True):
    """Code that comes with a model is never run, so there is no option for it."""

    weights: str = Field(min_length=1, description="a folder, or a model's id on the hub")
    revision: str | None = Field(None, description="a commit, tag or branch on the hub")
    dtype: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="auto: bf16 where the device computes it fast"
    )
    device: str | None = Field(None, description="cpu, cuda, cuda:1, mps; None: the project's device")
    max_context: int | None = Field(None, ge=32, description="tokens; None: the model's own limit")
    adapters: int = Field(8, ge=1, description="how many adapters stay loaded")
    dev_score: Literal["loss", "f1"] = Field(
        "loss", description="what tuning watches: loss on replies (fast), or F1 of written replies (slow)"
    )


class ChatOptions(BaseModel, extra="forbid", frozen=True):
    answerable: float = Field(
        0.5, ge=0, le=1, description="least probability that the passages hold the answer, by a model taught to tell"
    )


class CascadeOptions(BaseModel, extra="forbid", frozen=True):
    quick: str = Field("extract", description="the generator that is asked first")
    careful: str = Field("chat", description="the generator that is asked where the quick one is not sure")
    sure: float = Field(0.6, ge=0, le=1, description="the confidence from which the quick answer is given")
    sentences: bool = Field(True, description="let the careful one answer where a sentence is wanted: how, why")


def build_extract(options: ExtractOptions, context: Context) -> Generator:
    from steep_plugins.generators.reader.generator import ReaderGenerator

    return ReaderGenerator(
        device=options.device or context.device,
        adapters=options.adapters,
        threshold=options.threshold,
        sentences=options.sentences,
    )


def build_transformers(options: TransformersOptions, context: Context) -> Generator:
    from steep_plugins.generators.causal.generator import LanguageModel, Placement
    from steep_plugins.models.loading import find_model

    return LanguageModel(
        find_model(options.weights, revision=options.revision, project=context.project),
        Placement(dtype=options.dtype, device=options.device or context.device, max_context=options.max_context),
        adapters=options.adapters,
        dev_score=options.dev_score,
    )


def build_chat(options: ChatOptions, context: Context) -> Generator:
    from steep_plugins.generators.chat import Chat

    return Chat(answerable=options.answerable)


def build_cascade(options: CascadeOptions, context: Context) -> Generator:
    from steep_plugins.generators.cascade import Cascade

    return Cascade(quick=options.quick, careful=options.careful, sure=options.sure, sentences=options.sentences)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="generator",
        name="extract",
        summary="Quotes the passages with a small embedded reader, says how sure it is, and abstains",
        config=ExtractOptions,
        build=build_extract,
        formerly={"reader": 'it is called `extract` now: write `use = "extract"`'},
    )
    yield offer(
        kind="generator",
        name="transformers",
        summary="Any causal or encoder-decoder language model of Hugging Face's layout, tuned with LoRA",
        config=TransformersOptions,
        build=build_transformers,
    )
    yield offer(
        kind="generator",
        name="chat",
        summary="A language model of [model.NAME] reads what was found and writes the answer, citing by number",
        config=ChatOptions,
        build=build_chat,
        formerly={"openai": _MODEL.format(use="openai")},
    )
    yield offer(
        kind="generator",
        name="cascade",
        summary="A quick generator first, a careful one where that is not sure or a sentence is wanted",
        config=CascadeOptions,
        build=build_cascade,
    )
