"""What a chat client is sent: OpenAI's completion, whole or in chunks, with the citations beside the text.

There is no standard field for citations, so they come three times: as markers and a list of sources in the text, which
any client shows, as ``citations``, and as ``steep`` with all that is known of how the answer came about.
"""

from __future__ import annotations

import json
import logging
from types import GeneratorType
from typing import TYPE_CHECKING, Any

from steep.answering.showing import NEAREST, nearest_places, place
from steep.errors import SteepError
from steep.flows.answer import Delta
from steep.prompts import MARKER
from steep.wire import answer_json, citation_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.flows.answer import Finished
    from steep.values import Answer

__all__ = ["Head", "chunks", "completion", "shown_text"]

log = logging.getLogger(__name__)

# what of an answer's JSON stands under `steep`: the rest is in the completion itself
_TOLD = (
    "id",
    "caller",
    "confidence",
    "abstained",
    "escalated",
    "refusal",
    "verdicts",
    "timings",
    "arm",
    "profile",
    "adapter",
    "generation",
    "versions",
    "note",
)


class Head:
    """What every object of one completion repeats."""

    def __init__(self, *, identity: str, created: int, model: str) -> None:
        self.identity = identity
        self.created = created
        self.model = model

    def of(self, kind: str) -> dict[str, Any]:
        return {"id": self.identity, "object": kind, "created": self.created, "model": self.model}


def completion(answered: Finished, head: Head) -> dict[str, Any]:
    answer = answered.answer
    message = {"role": "assistant", "content": shown_text(answer), "refusal": None}
    return {
        **head.of("chat.completion"),
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(answer)}],
        "usage": _usage(answered),
        **_beside(answer),
    }


def chunks(steps: Iterator[Delta | Finished], head: Head, *, include_usage: bool) -> Iterator[str]:
    """The server-sent events of a completion: the role, the text as it is released, the end, and ``[DONE]``.

    Closing this closes ``steps``, which ends the work.
    """
    # with include_usage, every chunk but the last one says that it has none
    usage: dict[str, Any] = {"usage": None} if include_usage else {}
    yield _event({**_chunk(head, {"role": "assistant", "content": ""}), **usage})
    try:
        for step in steps:
            if isinstance(step, Delta):
                yield _event({**_chunk(head, {"content": step.text}), **usage})
            else:
                yield from _ended(step, head, usage)
    except SteepError as error:  # too late for a status
        log.error("a stream failed: %s", error)
        yield _event({"error": {"message": str(error), "type": "server_error", "param": None, "code": "failed"}})
        return
    finally:
        if isinstance(steps, GeneratorType):
            steps.close()
    yield "data: [DONE]\n\n"


def _ended(finished: Finished, head: Head, usage: dict[str, Any]) -> Iterator[str]:
    answer = finished.answer
    if rest := _rest(finished):
        yield _event({**_chunk(head, {"content": rest}), **usage})
    yield _event({**_chunk(head, {}, _finish(answer)), **usage, **_beside(answer)})
    if usage:
        yield _event({**head.of("chat.completion.chunk"), "choices": [], "usage": _usage(finished)})


def _rest(finished: Finished) -> str:
    """What is still to be shown; where what was sent no longer stands, the refusal or the text that replaces it."""
    shown = shown_text(finished.answer)
    if shown.startswith(finished.sent):
        return shown[len(finished.sent) :]
    return f"\n\n{shown}"


def shown_text(answer: Answer) -> str:
    """The text for a chat: the answer with markers and sources, or the refusal."""
    if answer.abstained:
        places = "\n".join(f"- {each}" for each in nearest_places(answer))
        return f"{answer.refusal}\n\n{NEAREST}\n{places}" if places else answer.refusal
    if not answer.citations:
        return answer.text
    marks = "" if MARKER.search(answer.text) else " " + "".join(f"[{n}]" for n in range(1, len(answer.citations) + 1))
    sources = "\n".join(f"[{number}] {place(citation)}" for number, citation in enumerate(answer.citations, 1))
    return f"{answer.text}{marks}\n\nSources:\n{sources}"


def _finish(answer: Answer) -> str:
    withheld = answer.abstained and any(verdict.action in ("refuse", "escalate") for verdict in answer.verdicts)
    return "content_filter" if withheld else "stop"


def _usage(answered: Finished) -> dict[str, int]:
    """As the generator counts its tokens; a generator that counts none has read and written none."""
    return {
        "prompt_tokens": answered.prompt_tokens,
        "completion_tokens": answered.tokens,
        "total_tokens": answered.prompt_tokens + answered.tokens,
    }


def _beside(answer: Answer) -> dict[str, Any]:
    told = answer_json(answer)
    return {
        "citations": [citation_json(citation) for citation in answer.citations],
        "steep": {key: told[key] for key in _TOLD},
    }


def _chunk(head: Head, delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {**head.of("chat.completion.chunk"), "choices": [choice]}


def _event(body: dict[str, Any]) -> str:
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"
