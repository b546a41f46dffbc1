"""The generator `openai`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.errors import AdapterError, ModelError
from steep.values import content_id
from steep_plugins.generators.drafting import messages_of, readable_passages, sayings_of
from steep_plugins.models.endpoint import Address, Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from steep.kinds import AdapterRef, Asked, AtHand, Saying


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What the server calls things. An adapter goes into ``adapter_field`` as ``adapter_name`` spells it."""

    model: str
    adapter_field: str | None = None
    adapter_name: str = "{version}"
    limit_field: str = "max_tokens"
    logprobs: bool = False


class RemoteModel:
    """Answers through a server. What does not fit its context is the server's to refuse.

    ``digest`` names address and model: what weights stand behind them is not known.
    """

    def __init__(self, address: Address, served: Served, endpoint: Endpoint | None = None) -> None:
        self._served = served
        self._endpoint = endpoint or Endpoint(address)
        self._digest = "remote-" + content_id("endpoint", address.url, served.model)

    @property
    def digest(self) -> str:
        return self._digest

    @property
    def others(self) -> tuple[str, ...]:
        return ()

    @property
    def closed_book(self) -> bool:
        return True

    def close(self) -> None:
        self._endpoint.close()

    def answer(self, request: Asked, at_hand: AtHand) -> Iterator[Saying]:
        answer = self._endpoint.chat(self._body(request, at_hand.adapter))
        choice = answer["choices"][0]
        try:
            text = choice["message"]["content"] or ""
        except (KeyError, TypeError):
            raise ModelError(f"the answer of {self._served.model!r} has no message: {str(choice)[:200]!r}") from None
        usage = answer.get("usage") or {}
        yield from sayings_of(
            text,
            confidence=_mean_probability(choice),
            reason=f"cut after {request.max_tokens} tokens" if choice.get("finish_reason") == "length" else "",
            prompt_tokens=int(usage.get("prompt_tokens") or 0),
            tokens=int(usage.get("completion_tokens") or 0),
        )

    def _body(self, request: Asked, adapter: AdapterRef | None) -> dict[str, Any]:
        messages = messages_of(request, readable_passages(request), request.history)
        body: dict[str, Any] = {
            "model": self._served.model,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "temperature": request.temperature,
            "seed": request.seed,
            self._served.limit_field: request.max_tokens,
        }
        if self._served.logprobs:
            body["logprobs"] = True
        if adapter is not None:
            body.update(self._adapter(adapter))
        return body

    def _adapter(self, adapter: AdapterRef) -> dict[str, str]:
        if self._served.adapter_field is None:
            raise AdapterError(
                f"the adapter {adapter.version} was asked for, and this server is not known to serve adapters. Set "
                '`adapter_field` in [generator]: "model" for vLLM, "adapter_id" for LoRAX.'
            )
        return {self._served.adapter_field: self._served.adapter_name.format(version=adapter.version)}


def _mean_probability(choice: Mapping[str, Any]) -> float | None:
    """The geometric mean of the tokens' probabilities, where the server tells them."""
    tokens = (choice.get("logprobs") or {}).get("content") or []
    if not tokens:
        return None
    return math.exp(sum(token["logprob"] for token in tokens) / len(tokens))
