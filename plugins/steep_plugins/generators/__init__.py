"""The generators that come with steep: one that quotes, one that lets a language model write, and both in turn.

This module imports nothing heavy: a builder imports the part when it is built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field

from steep import Context, Fitting, Offer, hookimpl, offer
from steep.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Generator, Model


_MODEL = (
    'language models are named apart from what answers with them now: write [model.main] with `use = "{use}"` and the '
    'options that stood here, and [generator] with `use = "chat"`'
)


class ExtractOptions(BaseModel, extra="forbid", frozen=True):
    encoder: Literal["minilm", "mpnet"] = Field(
        "minilm", description="what reads: minilm, quick; mpnet, eight times the work and more often right"
    )
    threshold: float | None = Field(
        None, ge=0, le=1, description="answers less sure than this are not given; None: as calibrated"
    )
    sentences: bool = Field(True, description="answer how, why, whether and what to do with a whole sentence")
    device: str | None = Field(None, description="cpu, cuda, cuda:1, mps; None: the project's device")
    adapters: int = Field(4, ge=1, description="how many adapters stay loaded")


class ChatOptions(BaseModel, extra="forbid", frozen=True):
    answerable: float = Field(
        0.4, ge=0, le=1, description="least probability that the passages hold the answer, by a model taught to tell"
    )
    support: float = Field(
        0.5, ge=0, le=1, description="least probability that the passages support a sentence, likewise; 0: not asked"
    )
    unsupported: Literal["drop", "withhold"] = Field(
        "drop", description="what becomes of a sentence without support: it is taken out, or the answer is withheld"
    )
    judge: str | None = Field(
        None,
        description="a model of [model.NAME] that was taught both, where the one that writes was not: `qwen`, smollm2",
    )
    examples: int = Field(
        6,
        ge=0,
        le=6,
        description="worked examples shown to a model that was not taught to answer; a large one needs none",
    )


class CascadeOptions(BaseModel, extra="forbid", frozen=True):
    quick: str = Field("extract", description="the generator that is asked first")
    careful: str = Field("chat", description="the generator that is asked where the quick one is not sure")
    sure: float = Field(0.6, ge=0, le=1, description="the confidence from which the quick answer is given")
    sentences: bool = Field(False, description="let the careful one answer where a sentence is wanted: how, why")
    doubt: float = Field(
        0.0,
        ge=0,
        le=1,
        description="below this confidence of the quick one, a careful answer must share words with what the quick one "
        'holds likeliest, in English; for a quick one that reads well, such as `extract` with `encoder = "mpnet"`: 0.4',
    )


class AgentOptions(BaseModel, extra="forbid", frozen=True):
    steps: int = Field(6, ge=1, le=50, description="how often the model may call tools before it must answer")
    seconds: float = Field(60.0, gt=0, description="how long it may take, its last word aside")
    tool_seconds: float = Field(20.0, gt=0, description="how long one call may take")
    tokens: int = Field(20_000, ge=100, description="how much it may read and write, as the model counts")


def build_extract(options: ExtractOptions, context: Context) -> Generator:
    from steep_plugins.generators.reader.generator import ReaderGenerator
    from steep_plugins.generators.reader.starter import STARTERS

    return ReaderGenerator(
        starter=STARTERS[options.encoder],
        device=options.device or context.device,
        adapters=options.adapters,
        threshold=options.threshold,
        sentences=options.sentences,
    )


def _fitted() -> Fitting:
    from steep_plugins.encoders import MPNET, present

    if present(MPNET):
        return Fitting(
            says='Passages are read with MPNet (`encoder = "mpnet"` in steep.toml), a second or two a question. '
            '`encoder = "minilm"` is several times as quick, to tune too, and right on three quarters as many.',
            options={"encoder": "mpnet"},
        )
    return Fitting(
        says="A larger reader is right on a quarter more questions, and wrong on fewer, at a second or two each: "
        f'{MPNET.install} (438 MB), and then `encoder = "mpnet"` below [generator], or `steep init --force`.'
    )


def _doubting() -> Fitting:
    """MPNet's doubt tells a model's wrong answers from its right ones; MiniLM's does not (MEASURED.md)."""
    from steep_plugins.encoders import MPNET, present

    return Fitting(says="", options={"doubt": 0.4} if present(MPNET) else {})


def build_chat(options: ChatOptions, context: Context) -> Generator:
    from steep_plugins.generators.chat import Chat

    return Chat(
        answerable=options.answerable,
        support=options.support,
        unsupported=options.unsupported,
        judge=_judge(options, context),
        examples=options.examples,
    )


def _judge(options: ChatOptions, context: Context) -> Model | None:
    if options.judge is None:
        return None
    if context.model is None:
        raise ConfigError("`judge` of [generator] needs a project whose steep.toml names a model in [model.NAME].")
    from steep_plugins.intrinsics.judging import taught

    model = context.model(options.judge)
    if not taught("answerable", model):
        raise ConfigError(
            f"`judge` of [generator] names [model.{options.judge}], which was not taught to judge, so nothing would be "
            'judged. Name a model that was, such as one with `use = "qwen"` or `use = "smollm2"`, or leave it out.'
        )
    return model


def build_cascade(options: CascadeOptions, context: Context) -> Generator:
    from steep_plugins.generators.cascade import Cascade

    return Cascade(
        quick=options.quick,
        careful=options.careful,
        sure=options.sure,
        sentences=options.sentences,
        doubt=options.doubt,
    )


def build_agent(options: AgentOptions, context: Context) -> Generator:
    from steep_plugins.generators.agent.agent import Agent, Bounds

    bounds = Bounds(steps=options.steps, seconds=options.seconds, each=options.tool_seconds, tokens=options.tokens)
    return Agent(bounds)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="generator",
        name="extract",
        summary="Quotes the passages with a small embedded reader, says how sure it is, and abstains",
        config=ExtractOptions,
        build=build_extract,
        fitted=_fitted,
        formerly={"reader": 'it is called `extract` now: write `use = "extract"`'},
    )
    yield offer(
        kind="generator",
        name="chat",
        summary="A language model of [model.NAME] reads what was found and writes the answer, citing by number",
        config=ChatOptions,
        build=build_chat,
        formerly={use: _MODEL.format(use=use) for use in ("openai", "transformers")},
    )
    yield offer(
        kind="generator",
        name="cascade",
        summary="A quick generator first, a careful one where that is not sure or a sentence is wanted",
        config=CascadeOptions,
        build=build_cascade,
        fitted=_doubting,
    )
    yield offer(
        kind="generator",
        name="agent",
        summary="A language model that may call the tools of its profile on the way to its answer, within bounds",
        config=AgentOptions,
        build=build_agent,
    )
