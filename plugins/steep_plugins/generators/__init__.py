"""The generators that come with steep: an extractive reader, language models here, and language models served.

This module imports nothing heavy: a builder imports the part when it is built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Generator


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


class OpenAIOptions(BaseModel, extra="forbid", frozen=True):
    """An OpenAI-compatible server: vLLM, Ollama, llama.cpp's server, LoRAX, or a provider."""

    url: str = Field(pattern=r"^https?://", description="the address before /chat/completions, usually ending in /v1")
    served: str = Field(min_length=1, description="the model's name there")
    api_key_env: str | None = Field(None, description="the environment variable with the key; None: no key is sent")
    timeout: float = Field(120.0, gt=0, description="seconds for one answer")
    retries: int = Field(3, ge=0, description="how often a busy or unreachable server is asked again")
    adapter_field: str | None = Field(
        None, description='the field that names an adapter: "model" (vLLM), "adapter_id" (LoRAX); None: no adapters'
    )
    adapter_name: str = Field(
        "{version}", pattern=r"^[^{}]*\{version\}[^{}]*$", description="how the server spells an adapter's name"
    )
    limit_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    logprobs: bool = Field(False, description="ask for token probabilities, which give a confidence")


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


def build_openai(options: OpenAIOptions, context: Context) -> Generator:
    from steep_plugins.generators.openai_compatible.generator import RemoteModel, Served
    from steep_plugins.models.endpoint import Address

    address = Address(
        url=options.url.rstrip("/").removesuffix("/chat/completions"),
        api_key_env=options.api_key_env,
        timeout=options.timeout,
        retries=options.retries,
    )
    served = Served(
        model=options.served,
        adapter_field=options.adapter_field,
        adapter_name=options.adapter_name,
        limit_field=options.limit_field,
        logprobs=options.logprobs,
    )
    return RemoteModel(address, served)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="generator",
        name="extract",
        summary="Quotes the passages with a small embedded reader, says how sure it is, and abstains",
        config=ExtractOptions,
        build=build_extract,
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
        name="openai",
        summary="Any server with the OpenAI chat interface: vLLM, Ollama, llama.cpp, a provider",
        config=OpenAIOptions,
        build=build_openai,
    )
