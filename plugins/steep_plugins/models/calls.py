"""The calls of tools that a model writes into its reply, in the forms that chat templates teach."""

from __future__ import annotations

import json
from typing import Any

from steep.kinds import ToolCall
from steep.values import content_id

_OPEN, _CLOSE = "<tool_call>", "</tool_call>"
_LISTED = "[TOOL_CALLS]"


def calls_of(text: str) -> tuple[str, tuple[ToolCall, ...]]:
    """The reply without its calls, and the calls: between tags (Hermes, Qwen, SmolLM), listed (Mistral), or bare JSON.

    What looks like a call and is none stays in the text.
    """
    said, found = text, []
    if _OPEN in text:
        said, _, rest = text.partition(_OPEN)
        for each in rest.split(_OPEN):
            found += _read(each.partition(_CLOSE)[0])
    elif text.strip().startswith((_LISTED, "{", "[")):
        said, found = "", _read(text.strip().removeprefix(_LISTED))
    calls = tuple(
        ToolCall(id=f"call-{content_id('call', str(number), name, arguments)[:12]}", name=name, arguments=arguments)
        for number, (name, arguments) in enumerate(found)
    )
    return (said.strip(), calls) if calls else (text, ())


def _read(written: str) -> list[tuple[str, str]]:
    try:
        parsed = json.loads(written)
    except ValueError:
        return []
    found = []
    for call in parsed if isinstance(parsed, list) else [parsed]:
        arguments = _arguments(call)
        if arguments is None:
            return []
        found.append((str(call["name"]), arguments if isinstance(arguments, str) else json.dumps(arguments)))
    return found


def _arguments(call: Any) -> Any:
    if not isinstance(call, dict) or not isinstance(call.get("name"), str):
        return None
    return call.get("arguments", call.get("parameters"))
