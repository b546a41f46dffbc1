"""OpenAI's chat completion: whole, and what its chunks hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from steep.server.openai.shown import beside, finish_reason, likelihoods, usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.flows.answer import Finished
    from steep.server.openai.chunks import Head
    from steep.server.openai.shown import Form

__all__ = ["ChatShape", "completion"]


def completion(answered: Sequence[Finished], head: Head, form: Form) -> dict[str, Any]:
    """The answers as choices. What is known of one stands beside all, of several in each choice."""
    alone = len(answered) == 1
    choices = [
        _choice(index, each, form) | ({} if alone else beside(each.answer)) for index, each in enumerate(answered)
    ]
    return {
        **head.of("chat.completion"),
        "choices": choices,
        "usage": usage(answered),
        **(beside(answered[0].answer) if alone else {}),
    }


def _choice(index: int, finished: Finished, form: Form) -> dict[str, Any]:
    refusal, calls = form.refusal(finished.answer), _calls(finished, form)
    message: dict[str, Any] = {
        "role": "assistant",
        "content": None if refusal is not None or calls else form.text(finished.answer),
        "refusal": refusal,
        "annotations": form.annotations(finished.answer),
        **({"tool_calls": calls} if calls else {}),
    }
    return {"index": index, "message": message, **_last(finished)}


def _calls(finished: Finished, form: Form) -> list[dict[str, Any]]:
    return [
        {"id": call["id"], "type": "function", "function": {"name": call["name"], "arguments": call["arguments"]}}
        for call in form.calls(finished.answer)
    ]


def _last(finished: Finished) -> dict[str, Any]:
    return {"logprobs": likelihoods(finished.chances), "finish_reason": finish_reason(finished)}


class ChatShape:
    """The role first; the text; a refusal or the annotations; the end."""

    kind = "chat.completion.chunk"

    def begun(self) -> list[dict[str, Any]]:
        return [{"delta": {"role": "assistant", "content": "", "refusal": None}}]

    def said(self, text: str) -> dict[str, Any]:
        return {"delta": {"content": text}}

    def ended(self, finished: Finished, form: Form) -> list[dict[str, Any]]:
        refusal, annotations = form.refusal(finished.answer), form.annotations(finished.answer)
        further: list[dict[str, Any]] = [{"refusal": refusal}] if refusal is not None else []
        further += [{"annotations": annotations}] if annotations else []
        further += [{"tool_calls": [{"index": at, **call}]} for at, call in enumerate(_calls(finished, form))]
        return [*({"delta": each} for each in further), {"delta": {}, **_last(finished)}]
