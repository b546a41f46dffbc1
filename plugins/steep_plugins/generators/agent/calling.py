"""One call of a tool: allowed or not, in time or not, and whatever it raises."""

from __future__ import annotations

import json
import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.errors import SteepError
from steep.kinds import Called, ToolRequest, ToolResult
from steep_plugins.generators.agent.asking import names_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.kinds import AtHand, Tool, ToolCall

log = logging.getLogger(__name__)

_MOST = 8000  # characters of a result that a model is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``result`` is None where the tool said nothing."""

    called: Called
    result: ToolResult | None = None


def made(call: ToolCall, tools: Mapping[str, Tool], at_hand: AtHand, *, untrusted: bool, seconds: float) -> Outcome:
    """Make a call, if it may be made: one that changes something needs a yes once others' words were read."""
    try:
        arguments = json.loads(call.arguments or "{}")
    except ValueError:
        arguments = None
    if call.name not in tools:
        return _failed(call, f"there is no tool {call.name!r}; there are {names_of(list(tools))}.")
    if not isinstance(arguments, dict):
        return _failed(call, "the arguments are no JSON object.")
    tool, written = tools[call.name], spelled(arguments)
    wanted = Called(name=call.name, arguments=written, result="")
    if tool.changes and untrusted and not at_hand.confirmed(wanted):
        told = "It was not called: it changes something, and nobody confirmed it. Say so in the answer."
        return Outcome(called=Called(name=call.name, arguments=written, result=told, outcome="unconfirmed"))
    return _run(tool, wanted, ToolRequest(arguments=arguments, caller=at_hand.caller, documents=at_hand), seconds)


def spelled(arguments: Any) -> str:
    """Arguments as JSON text, the same for the same arguments."""
    return json.dumps(arguments, ensure_ascii=False, sort_keys=True)


def _run(tool: Tool, wanted: Called, request: ToolRequest, seconds: float) -> Outcome:
    """Run a tool beside this thread, which waits no longer than it may; a tool that hangs is left behind."""
    found: list[ToolResult | Exception] = []

    def work() -> None:
        try:
            found.append(tool.call(request))
        except Exception as error:  # whatever a stranger's tool raises
            found.append(error)

    begun = time.monotonic()
    thread = threading.Thread(target=work, daemon=True, name=f"tool {wanted.name}")
    thread.start()
    thread.join(max(0.0, seconds))
    spent = round(time.monotonic() - begun, 3)

    def ended(result: str, outcome: Any) -> Called:
        return Called(name=wanted.name, arguments=wanted.arguments, result=result, outcome=outcome, seconds=spent)

    if not found:
        whether = " Whether it was done is not known." if tool.changes else ""
        return Outcome(called=ended(f"It did not answer within {seconds:.0f} s.{whether}", "late"))
    match found[0]:
        case SteepError() as error:
            return Outcome(called=ended(str(error)[:_MOST], "failed"))
        case Exception() as error:
            log.warning("the tool %s failed: %r", wanted.name, error)
            return Outcome(called=ended(f"The tool failed ({type(error).__name__}).", "failed"))
        case result:
            text = result.text if len(result.text) <= _MOST else f"{result.text[:_MOST]}\n(cut here)"
            return Outcome(called=ended(text, "answered"), result=result)


def _failed(call: ToolCall, why: str) -> Outcome:
    return Outcome(called=Called(name=call.name, arguments=call.arguments, result=why, outcome="failed"))
