"""Requests at random for every route that the application has, as its own signatures say what a route takes.

What is sent as a parameter or a field is drawn by its name. A route that takes something by a name that is not known
in `leak_fields` cannot be asked: `unknown` says so, and a test fails until it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from leak_bodies import BODIES
from leak_fields import Asking
from leak_routes import models_of

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from leak_routes import Route
    from leak_world import Person, World

__all__ = ["Draw", "Sent"]

UNKNOWN = "01JZZZZZZZZZZZZZZZZZZZZZZZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request as it goes out; ``words`` is all that it says."""

    route: Route
    method: str
    url: str
    headers: dict[str, str]
    body: bytes = b""
    words: str = ""


@dataclass(slots=True)
class Draw:
    """Draws what is sent in a world. ``made`` grows by the ids of what callers make."""

    world: World
    random: random.Random
    made: dict[str, list[str]] = field(default_factory=dict)

    def doubtful(self, talk: str) -> bool:
        """Whether what is asked in a conversation is doubtful: all of it or none, as turns are repeated in later ones.

        A reviewer is shown a doubtful answer with its question, and both say what was asked before.
        """
        return self.world.doubtful.setdefault(talk, self.random.random() < 0.3)

    def unknown(self, route: Route) -> list[str]:
        """The names that cannot be drawn, for a route that cannot be asked."""
        told = [name for name in route.parameters if self._maker(name) is None]
        if route.body is None and route.method in ("POST", "PUT", "PATCH", "*"):
            return told + ([] if (route.method, route.path) in BODIES else ["body"])
        for model in models_of(route.body):
            needed = [(each.alias or name) for name, each in model.model_fields.items() if each.is_required()]
            told += [name for name in needed if self._maker(name) is None]
        return told

    def request(self, route: Route, person: Person, *, aimed: bool = False) -> Sent:
        """One request; ``aimed`` sends what fits, where otherwise anything may be sent anywhere."""
        asking = Asking(self, route, person, aimed)
        path = re.sub(r"\{(\w+):(\w+)\}", lambda found: quote(asking.named(found[1]), safe="/"), route.path)
        path = path.replace("//", "/")
        rest = [name for name in route.parameters if f"{{{name}:" not in route.path and name != "last"]
        query = {name: asking.named(name) for name in rest if asking.sends(name)}
        method = route.method if route.method != "*" else "POST"
        kind, body = asking.body()
        headers = {**person.headers, **asking.accepts(), **({"content-type": kind} if kind else {})}
        url = path + (f"?{urlencode(query)}" if query else "")
        words = f"{path} {' '.join(query.values())} {body.decode('utf-8', 'replace')}"
        return Sent(route=route, method=method, url=url, headers=headers, body=body, words=words)

    def some_id(self, person: Person, kind: str, *, aimed: bool) -> str:
        chance = self.random.random()
        if not aimed and chance < 0.1:
            return UNKNOWN
        if not aimed and chance < 0.2:
            kind = self.random.choice(sorted(self.world.ids))
        known = self.world.ids.get(kind, []) + self.made.get(kind, [])
        if aimed and kind == "rollout":
            known = [each.id for each in self.world.project.rollouts.newest() if each.state == "running"] or known
        if aimed and kind == "conversation":  # which are for nobody else
            kept = self.world.project.conversations.of(person.name, 100)
            known = [each.id for each in kept]
        return self.random.choice(known) if known else UNKNOWN

    def path(self) -> str:
        if self.random.random() < 0.1:
            return self.random.choice(self.world.ids["path"])
        return self.random.choice(list(self.world.pages))

    def _maker(self, name: str) -> Callable[[Asking], Any] | None:
        return getattr(Asking, f"_{name}", None)
