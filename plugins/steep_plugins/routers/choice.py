"""A question is sent to the profile that a language model chooses by what steep.toml says of each.

Each profile's name is weighed as the reply. What the model would choose without any question is taken off, since small
models like some names better than others whatever is asked. A model that is served elsewhere and cannot weigh replies
is asked to write one of the names.
"""

from __future__ import annotations

import json
import math
from threading import Lock
from typing import TYPE_CHECKING

from steep.errors import ModelError
from steep.kinds import Ask, Route, Scored
from steep.values import Message
from steep_plugins.routers.rules import known_profile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from steep.kinds import Model, RouteRequest

_NOTHING = "…"


class Choice:
    """``about`` says of each profile what it answers; below ``least`` probability a question goes ``otherwise``."""

    def __init__(
        self, about: Mapping[str, str], model: Callable[[], Model], *, least: float, otherwise: str = ""
    ) -> None:
        self._about = dict(about)
        self._model = model
        self._least = least
        self._otherwise = otherwise
        self._priors: list[float] | None = None
        self._lock = Lock()

    def route(self, request: RouteRequest) -> Route:
        if len(request.profiles) == 1:
            return Route(profile=request.profiles[0], reason="it is the only profile")
        for profile in self._about:
            known_profile(profile, request)
        model = self._model()
        try:
            chances = self._chances(model, request.question)
        except ModelError:
            return self._written(model, request)
        profile, chance = max(zip(self._about, chances, strict=True), key=lambda each: each[1])
        if chance < self._least:
            otherwise = known_profile(self._otherwise or request.profiles[0], request)
            reason = (
                f"the model is sure of none: `{profile}` is likeliest with {chance:.2f}, of at least {self._least:g}"
            )
            return Route(profile=otherwise, reason=reason)
        return Route(profile=profile, reason=f"the model chose `{profile}` with probability {chance:.2f}")

    def _chances(self, model: Model, question: str) -> list[float]:
        with self._lock:
            if self._priors is None:
                self._priors = list(self._weighed(model, _NOTHING))
            priors = self._priors
        weighed = [each - prior for each, prior in zip(self._weighed(model, question), priors, strict=True)]
        most = max(weighed)
        parts = [math.exp(each - most) for each in weighed]
        return [each / sum(parts) for each in parts]

    def _weighed(self, model: Model, question: str) -> list[float]:
        messages = self._messages(question)
        return list(model.score([Scored(messages=messages, reply=profile) for profile in self._about]))

    def _written(self, model: Model, request: RouteRequest) -> Route:
        """The choice of a model that cannot weigh: one of the names, as JSON."""
        schema = {
            "type": "object",
            "properties": {"desk": {"enum": list(self._about)}},
            "required": ["desk"],
            "additionalProperties": False,
        }
        ask = Ask(messages=self._messages(request.question), schema=schema, max_tokens=32)
        reply = "".join(piece.text for piece in model.chat([ask]))
        try:
            profile = json.loads(reply)["desk"]
        except (ValueError, KeyError, TypeError):
            profile = None
        if profile not in self._about:
            otherwise = known_profile(self._otherwise or request.profiles[0], request)
            return Route(profile=otherwise, reason="the model chose none of the profiles")
        return Route(profile=profile, reason=f"the model chose `{profile}`")

    def _messages(self, question: str) -> tuple[Message, ...]:
        desks = "\n".join(f"{profile}: {about}" for profile, about in self._about.items())
        rules = f"Each question goes to one desk. The desks:\n{desks}\nReply with the name of the desk alone."
        return (
            Message(role="system", content=rules),
            Message(role="user", content=f"Question: {question}\nDesk?"),
        )
