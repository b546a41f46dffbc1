"""/api/v1/rollouts: a version that is tried on a share of the callers, how it does, and how it is ended."""

# no `from __future__ import annotations` here: the framework reads the annotations of handlers when it starts

from typing import Annotated, Any

from litestar import get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel, Field

from steep.flows import rollout as flow
from steep.server.callers import needs
from steep.wire import to_json
from steep.workspace.sections import Name

__all__ = ["ROUTES", "RolloutBody"]


class RolloutBody(BaseModel, extra="forbid"):
    """``share`` of the alias's callers are answered with ``version``, an adapter's or its beginning; 0.5 is A/B.

    ``guards`` end it by themselves where it is shown to be worse: `wrong`, `refusals`, `slow=SECONDS`; `none` for none.
    ``alpha`` bounds how likely a false alarm is.
    """

    version: str = Field(min_length=1, max_length=200)
    share: float = Field(0.1, ge=0.001, le=0.999)
    alias: Name = "production"
    guards: list[str] = Field(list(flow.GUARDS), max_length=8)
    alpha: float = Field(0.05, ge=0.0001, le=0.5)


@get("/rollouts", sync_to_thread=True, guards=[needs("operate")])
def rollouts(state: State, ended: Annotated[int, QueryParameter(ge=0, le=100)] = 20) -> dict[str, Any]:
    """Those that are running, and so many that have ended: what came of both versions, and what that shows."""
    return {"rollouts": [each.to_json() for each in flow.listed(state.project, ended=ended)]}


@post("/rollouts", status_code=201, sync_to_thread=True, guards=[needs("operate")])
def begin(state: State, data: JSONBody[RolloutBody]) -> dict[str, Any]:
    """Begin one; who asks stays with one of the two versions. To promote the version gives it to all, and ends this."""
    begun: dict[str, Any] = to_json(
        flow.begin(
            state.project, data.version, share=data.share, alias=data.alias, guards=data.guards, alpha=data.alpha
        )
    )
    return begun


@post("/rollouts/{identity:str}/stop", status_code=200, sync_to_thread=True, guards=[needs("operate")])
def stop(state: State, identity: FromPath[str]) -> dict[str, Any]:
    """End one: the version before answers all callers again. 409 where it has ended already."""
    stopped: dict[str, Any] = to_json(flow.stop(state.project, identity))
    return stopped


ROUTES = [rollouts, begin, stop]
