"""Repeats what it is told: a model without weights, to try a project's other parts with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.errors import AdapterError, ModelError
from steep.kinds import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from steep.kinds import Ask, Model, Scored


class Options(BaseModel, extra="forbid", frozen=True):
    """What a user may write beside `use = "my-model"`."""

    context: int = Field(default=2048, ge=16, description="how many words a request and its reply may have")


class MyModel:
    """Replies with the words of the last message, one a piece."""

    digest = "my-model:1"

    def __init__(self, *, context: int) -> None:
        self._context = context

    @property
    def context(self) -> int:
        return self._context

    def chat(self, asks: Sequence[Ask]) -> Iterator[Piece]:
        for number, ask in enumerate(asks):
            yield from self._reply(number, ask)

    def score(self, asks: Sequence[Scored]) -> Sequence[float]:
        raise ModelError("the model `my-model` has no likelihoods; name another one where they are needed.")

    def _reply(self, number: int, ask: Ask) -> Iterator[Piece]:
        if ask.adapter is not None:
            raise AdapterError(f"the model `my-model` takes no adapter, and {ask.adapter.version} was asked for.")
        if ask.tools or ask.schema is not None:
            raise ModelError("the model `my-model` can neither call tools nor keep to a schema.")
        words = ask.messages[-1].content.split()
        said = [f"{' ' if at else ''}{word}" for at, word in enumerate(words[: ask.max_tokens])]
        whole = "".join(said)
        stops = [place for place in map(whole.find, filter(None, ask.stop)) if place >= 0]
        kept, end = (whole[: min(stops)], "stop") if stops else (whole, "stop" if len(said) == len(words) else "length")
        for at in range(0, len(kept), 8):
            yield Piece(ask=number, text=kept[at : at + 8])
        yield Piece(ask=number, end=end, prompt_tokens=len(words), tokens=len(said))


def build(options: Options, context: Context) -> Model:
    return MyModel(context=options.context)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="model",
        name="my-model",
        summary="Repeats what it is told",
        config=Options,
        build=build,
    )
