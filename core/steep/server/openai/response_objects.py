"""OpenAI's response object, as it is when it begins and when it has ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from steep.server.openai.shown import beside, finish_reason, likelihoods

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.flows.answer import Finished
    from steep.server.openai.shown import Form

__all__ = ["ResponseHead", "calls_of", "ended", "part_of", "text_part"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseHead:
    """What every state of one response repeats; ``said`` is what the request set."""

    identity: str
    created: int
    model: str
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The id of its message."""
        return f"msg_{self.identity.removeprefix('resp_')}"

    def of(self, status: str, **further: Any) -> dict[str, Any]:
        return {
            "id": self.identity,
            "object": "response",
            "created_at": self.created,
            "status": status,
            "model": self.model,
            "output": [],
            "error": None,
            "incomplete_details": None,
            "previous_response_id": None,
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "reasoning": {"effort": None, "summary": None},
            "store": False,
            "background": False,
            "service_tier": "default",
            "truncation": "disabled",
            "usage": None,
            "user": None,
            **self.said,
            **further,
        }

    def item(self, status: str, content: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "type": "message",
            "id": self.message,
            "status": status,
            "role": "assistant",
            "content": content,
        }


def ended(head: ResponseHead, finished: Finished, form: Form) -> dict[str, Any]:
    """The response with its answer. One that was cut, or stopped by a guardrail, is incomplete and says why."""
    reason = {"length": "max_output_tokens", "content_filter": "content_filter"}.get(finish_reason(finished))
    status = "incomplete" if reason else "completed"
    return head.of(
        status,
        output=calls_of(finished, form) or [head.item(status, [part_of(finished, form)])],
        incomplete_details={"reason": reason} if reason else None,
        usage={
            "input_tokens": finished.answer.prompt_tokens,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": finished.answer.tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": finished.answer.prompt_tokens + finished.answer.tokens,
        },
        **beside(finished.answer),
    )


def calls_of(finished: Finished, form: Form) -> list[dict[str, Any]]:
    """The calls that are handed to the client, in place of a message."""
    return [
        {
            "type": "function_call",
            "id": f"fc_{call['id'].removeprefix('call_')}",
            "call_id": call["id"],
            "name": call["name"],
            "arguments": call["arguments"],
            "status": "completed",
        }
        for call in form.calls(finished.answer)
    ]


def part_of(finished: Finished, form: Form) -> dict[str, Any]:
    """What the message says: the text with its annotations, or the refusal where the text had to be of a form."""
    refusal = form.refusal(finished.answer)
    if refusal is not None:
        return {"type": "refusal", "refusal": refusal}
    known = likelihoods(finished.chances)
    return text_part(form.text(finished.answer), form.files(finished.answer), known["content"] if known else [])


def text_part(text: str, annotations: list[dict[str, Any]], known: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": annotations, "logprobs": known}
