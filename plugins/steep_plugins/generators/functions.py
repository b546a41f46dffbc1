"""Functions of whoever asks: the model calls one in place of an answer, or answers with what came of it.

Where one must be called, the reply is held to the functions' own schemas, so that a model which never learned of tools
can fill one in.
"""

from __future__ import annotations

import json
from collections.abc import Generator as Generated
from typing import TYPE_CHECKING, Any

from steep.errors import Unable
from steep.kinds import Abstain, Ask, Called, Numbered, Piece, Said, Weighed
from steep.prompts import ABSTENTION, closed_book_messages, grounded_messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from steep.kinds import AdapterRef, Asked, Model, Saying, ToolCall
    from steep.values import Message

_MAY = "You may call one of the functions at hand instead of answering, where that serves the question better."
_MUST = (
    "Do not answer. Reply with the call of one of these functions alone, as a JSON object with its `name` and its "
    "`arguments`:"
)


class NoPlace(Exception):
    """The model knows no functions, and need not call one: it can answer as if none were at hand."""


def with_functions(asked: Asked, model: Model, adapter: AdapterRef | None) -> Iterator[Saying]:
    """The calls that are handed over, or the answer.

    Raises NoPlace, before anything is said, where the model knows no functions and may do without.
    """
    if asked.schema is not None:
        raise Unable(
            "an answer in the form of a JSON schema and functions cannot be asked for together.", setting="functions"
        )
    yield from _results(asked.since)
    try:
        text, last = _written(_pieces(asked, model, adapter))
    except Unable as error:
        if error.setting != "functions" or asked.must_call or asked.since:
            raise
        raise NoPlace(str(error)) from error
    yield _weighed(last, model)
    if asked.must_call:
        yield _forced(text, last)
        return
    for call in last.calls:
        yield _handed(call.name, call.arguments)
    if last.calls:
        return
    if not text.strip() or text.strip().startswith(ABSTENTION):
        yield Abstain(reason="the model found no answer, and called no function")
        return
    if asked.hits:
        yield Numbered(passages=tuple(hit.passage.id for hit in asked.hits))
    yield Said(text=text)


def _written(pieces: Iterator[Piece]) -> tuple[str, Piece]:
    """All that the model wrote, and its last piece, which tells how that came about."""
    text, last = "", Piece()
    try:
        for last in pieces:
            text += last.text
    finally:
        if isinstance(pieces, Generated):
            pieces.close()
    return text, last


def _pieces(asked: Asked, model: Model, adapter: AdapterRef | None) -> Iterator[Piece]:
    rule = _MAY if asked.functions else ""
    if asked.must_call:
        rule = f"{_MUST}\n{json.dumps([_named(each) for each in asked.functions], ensure_ascii=False)}"
    return model.chat(
        [
            Ask(
                messages=(*_messages(asked, rule), *asked.since),
                adapter=adapter,
                max_tokens=asked.max_tokens,
                temperature=asked.temperature,
                top_p=asked.top_p,
                seed=asked.seed,
                stop=() if asked.must_call else asked.stop,
                schema=_schema(asked) if asked.must_call else None,
                tools=() if asked.must_call else asked.functions,
                chances=asked.chances,
            )
        ]
    )


def _messages(asked: Asked, rule: str) -> tuple[Message, ...]:
    prompt = "\n\n".join(part for part in (asked.prompt, rule) if part)
    if not asked.grounded:
        return closed_book_messages(asked.question, prompt, asked.history)
    passages = [hit.passage for hit in asked.hits]
    return grounded_messages(asked.question, passages, prompt, asked.history)


def _results(since: tuple[Message, ...]) -> Iterator[Called]:
    """The calls that were handed over before and came back with a result: an answer may rest on it."""
    calls: dict[str, ToolCall] = {call.id: call for turn in since for call in turn.calls}
    for turn in since:
        if turn.role == "tool" and turn.call in calls:
            call = calls[turn.call]
            yield Called(name=call.name, arguments=call.arguments, result=turn.content)


def _forced(text: str, last: Piece) -> Called | Abstain:
    try:
        call = json.loads(text)
        return _handed(str(call["name"]), json.dumps(call["arguments"], ensure_ascii=False))
    except (ValueError, KeyError, TypeError):
        cut = f"the call was cut after {last.tokens} tokens" if last.end == "length" else "the model wrote no call"
        return Abstain(reason=cut)


def _handed(name: str, arguments: str) -> Called:
    return Called(name=name, arguments=arguments, result="", outcome="handed")


def _schema(asked: Asked) -> dict[str, Any]:
    """What a call may be. Definitions that parameters refer to stand at the root, where they are sought."""
    shared: dict[str, Any] = {}
    calls: list[dict[str, Any]] = []
    for function in map(_named, asked.functions):
        parameters = dict(function.get("parameters") or {"type": "object"})
        for key in ("$defs", "definitions"):
            for name, each in dict(parameters.pop(key, {})).items():
                if shared.setdefault(key, {}).setdefault(name, each) != each:
                    raise Unable(f"two functions define `{name}` differently; rename one of them.", setting="functions")
        calls.append(
            {
                "type": "object",
                "properties": {"name": {"const": function["name"]}, "arguments": parameters},
                "required": ["name", "arguments"],
                "additionalProperties": False,
            }
        )
    return {**(calls[0] if len(calls) == 1 else {"anyOf": calls}), **shared}


def _named(function: Mapping[str, Any]) -> Mapping[str, Any]:
    inner: Mapping[str, Any] = function["function"]
    return inner


def _weighed(last: Piece, model: Model) -> Weighed:
    return Weighed(
        prompt_tokens=last.prompt_tokens,
        tokens=last.tokens,
        note=last.note,
        model=model.digest,
        cut=last.end == "length",
        chances=last.chances,
    )
