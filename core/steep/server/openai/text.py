"""/v1/completions: the interface before chats, which benchmarks and older programs speak. A prompt is a question."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

import uuid
from collections.abc import Sequence
from typing import Annotated, Any

from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.params import JSONBody
from pydantic import Field

from steep.flows.answer import Finished
from steep.kinds import Chance
from steep.server.admission import WORK, given_up
from steep.server.callers import caller_of, needs
from steep.server.errors import BadRequest
from steep.server.openai.asking import asked, several
from steep.server.openai.chunks import Chunks, Head
from steep.server.openai.events import begun, streamed
from steep.server.openai.models import asked_profile, known_model
from steep.server.openai.settings import Sampling, Tokens, headers, ignored, prompts_of, refuse
from steep.server.openai.shown import Form, beside, finish_reason, usage
from steep.server.schemas import WORDS, Streaming

__all__ = ["ROUTES", "TextRequest"]

_REFUSED = {
    "echo": "an answer does not repeat its question",
    "suffix": "an answer is not put into a text",
}
_MOST = 32  # answers to one request

Text = Annotated[str, WORDS]
Texts = Annotated[list[Text], Field(min_length=1)]


class TextRequest(Sampling):
    """OpenAI's request; each prompt is a question, ``n`` answers are given to each."""

    prompt: Text | Texts | Tokens
    max_tokens: int | None = Field(None, ge=1)
    logprobs: int | None = Field(None, ge=0, le=5)
    best_of: int | None = Field(None, ge=1)


@post(
    "/v1/completions",
    status_code=200,
    sync_to_thread=True,
    guards=[needs("ask"), known_model],
    opt=WORK,
    operation_class=Streaming,
)
def text_completions(request: Request[Any, Any, Any], state: State, data: JSONBody[TextRequest]) -> Response[Any]:
    """Answers to questions without a conversation, in OpenAI's older shape, whole or as server-sent events."""
    refuse(data, _REFUSED)
    prompts = prompts_of(data.prompt, "prompt")
    count = data.n or 1
    if data.best_of is not None and data.best_of != count:
        raise BadRequest("`best_of` other than `n` is not supported.", param="best_of", code="unsupported_parameter")
    if len(prompts) * count > _MOST:
        raise BadRequest(f"`prompt` asks for more than {_MOST} answers.", param="prompt", code="invalid_value")
    profile, caller = asked_profile(state.project, state.answerer, data.model), caller_of(request)
    further: dict[str, Any] = {"given_up": given_up(request), "max_tokens": data.max_tokens, "chances": data.logprobs}
    wanted = [
        each
        for prompt in prompts
        for each in several(asked(data, prompt, profile=profile, caller=caller, **further), count, state.project)
    ]
    said = headers(ignored(data, state.answerer.heeds(profile)))
    head = Head(identity=f"cmpl-{uuid.uuid4().hex}", created=int(state.project.clock()), model=data.model)
    form = Form(stops=data.stops, address=str(request.base_url), folder=str(state.project.folder))
    if not data.stream:
        return Response(_completion([state.answerer.finished(each) for each in wanted], head, form), headers=said)
    first, *others = (state.answerer.stream(each) for each in wanted)
    chunks = Chunks(head=head, shape=TextShape(), form=form, usage=data.usage_wanted)
    return streamed(chunks.events([begun(first), *others]), said)


def _completion(answered: Sequence[Finished], head: Head, form: Form) -> dict[str, Any]:
    alone = len(answered) == 1
    choices = [
        {"index": index, "text": form.text(each.answer), **_last(each)} | ({} if alone else beside(each.answer))
        for index, each in enumerate(answered)
    ]
    told = beside(answered[0].answer) if alone else {}
    return {**head.of("text_completion"), "choices": choices, "usage": usage(answered), **told}


class TextShape:
    kind = "text_completion"

    def begun(self) -> list[dict[str, Any]]:
        return []

    def said(self, text: str) -> dict[str, Any]:
        return {"text": text}

    def ended(self, finished: Finished, form: Form) -> list[dict[str, Any]]:
        return [{"text": "", **_last(finished)}]


def _last(finished: Finished) -> dict[str, Any]:
    return {"logprobs": _likelihoods(finished.chances), "finish_reason": finish_reason(finished)}


def _likelihoods(chances: Sequence[Chance]) -> dict[str, Any] | None:
    """The tokens in four lists, as this interface has them."""
    if not chances:
        return None
    offsets = [sum(len(each.token) for each in chances[:number]) for number in range(len(chances))]
    return {
        "tokens": [each.token for each in chances],
        "token_logprobs": [each.log_probability for each in chances],
        "top_logprobs": [dict(each.others) for each in chances],
        "text_offset": offsets,
    }


ROUTES = [text_completions]
