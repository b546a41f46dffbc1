"""The events of a streamed response, in the order in which OpenAI's clients follow them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from steep.flows.answer import Delta
from steep.server.openai.events import close, event, failure
from steep.server.openai.response_objects import calls_of, ended, part_of, text_part
from steep.server.openai.shown import rest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.flows.answer import Finished
    from steep.server.openai.response_objects import ResponseHead
    from steep.server.openai.shown import Form

__all__ = ["ResponseEvents"]


class ResponseEvents:
    """Of one response; each event has a number of its own, counted from 0."""

    def __init__(self, head: ResponseHead, form: Form) -> None:
        self._head = head
        self._form = form
        self._number = 0
        self._text = ""
        self._opened = False

    def events(self, steps: Iterator[Delta | Finished]) -> Iterator[str]:
        """Closing this ends the work."""
        yield self._event("response.created", response=self._head.of("in_progress"))
        yield self._event("response.in_progress", response=self._head.of("in_progress"))
        try:
            for step in steps:
                if isinstance(step, Delta):
                    yield from self._said(step.text)
                else:
                    yield from self._ended(step)
        except Exception as error:  # too late for a status
            told = {"code": "server_error", "message": failure(error, self._form.folder)["error"]["message"]}
            yield self._event("response.failed", response=self._head.of("failed", error=told))
        finally:
            close(steps)

    def _begun(self, part: dict[str, Any]) -> Iterator[str]:
        yield self._event("response.output_item.added", output_index=0, item=self._head.item("in_progress", []))
        yield self._part_event("response.content_part.added", part=part)

    def _said(self, text: str) -> Iterator[str]:
        if not self._opened:
            self._opened = True
            yield from self._begun(text_part("", [], []))
        self._text += text
        yield self._part_event("response.output_text.delta", delta=text, logprobs=[])

    def _ended(self, finished: Finished) -> Iterator[str]:
        if calls := calls_of(finished, self._form):
            for at, call in enumerate(calls):
                yield from self._called(at, call)
            yield self._event("response.completed", response=ended(self._head, finished, self._form))
            return
        part = part_of(finished, self._form)
        if part["type"] == "refusal":
            yield from self._refused(part)
        else:
            if text := rest(finished, self._form):
                yield from self._said(text)
            part = {**part, "text": self._text}  # as it was sent, should a guardrail have changed it at the end
            for at, annotation in enumerate(part["annotations"]):
                name = "response.output_text.annotation.added"
                yield self._part_event(name, annotation_index=at, annotation=annotation)
            yield self._part_event("response.output_text.done", text=self._text, logprobs=part["logprobs"])
        yield self._part_event("response.content_part.done", part=part)
        response = ended(self._head, finished, self._form)
        item = self._head.item(response["status"], [part])
        yield self._event("response.output_item.done", output_index=0, item=item)
        yield self._event(f"response.{response['status']}", response={**response, "output": [item]})

    def _refused(self, part: dict[str, Any]) -> Iterator[str]:
        yield from self._begun({"type": "refusal", "refusal": ""})
        yield self._part_event("response.refusal.delta", delta=part["refusal"])
        yield self._part_event("response.refusal.done", refusal=part["refusal"])

    def _called(self, at: int, call: dict[str, Any]) -> Iterator[str]:
        place = {"item_id": call["id"], "output_index": at}
        begun = {**call, "arguments": "", "status": "in_progress"}
        yield self._event("response.output_item.added", output_index=at, item=begun)
        yield self._event("response.function_call_arguments.delta", **place, delta=call["arguments"])
        done = {"name": call["name"], "arguments": call["arguments"]}
        yield self._event("response.function_call_arguments.done", **place, **done)
        yield self._event("response.output_item.done", output_index=at, item=call)

    def _part_event(self, name: str, /, **further: Any) -> str:
        return self._event(name, item_id=self._head.message, output_index=0, content_index=0, **further)

    def _event(self, name: str, /, **further: Any) -> str:
        body = {"type": name, "sequence_number": self._number, **further}
        self._number += 1
        return event(body, name)
