"""What a request sends under each name that a route takes: ids, places, words, and small things.

Whoever adds a route that takes something by a new name says here what is drawn for it.
"""

from __future__ import annotations

import json
import typing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from leak_bodies import BODIES
from leak_routes import models_of

if TYPE_CHECKING:
    from leak_requests import Draw
    from leak_routes import Route
    from leak_world import Person

__all__ = ["Asking"]

# what the path's `identity`, `version` or `answer` is one of, by the word of the path that stands before it
KINDS = {
    "conversations": "conversation",
    "answers": "answer",
    "reviews": "answer",
    "review": "answer",
    "pairs": "pair",
    "jobs": "job",
    "runs": "job",
    "reports": "report",
    "adapters": "adapter",
    "keys": "key",
    "rollouts": "rollout",
}


@dataclass(slots=True)
class Asking:
    """What one request sends, by name: the methods below are the names."""

    draw: Draw
    route: Route
    person: Person
    aimed: bool
    talk: str = ""

    def made(self, name: str) -> Any:
        return getattr(self, f"_{name}")()

    def named(self, name: str) -> str:
        return str(self.made(name))

    def sends(self, name: str) -> bool:
        required = name in ("name",) or (self.aimed and name in ("path", "document"))
        return required or self.draw.random.random() < 0.4

    def accepts(self) -> dict[str, str]:
        if self.route.path == "/mcp":
            return {"accept": "application/json, text/event-stream"}
        kinds = ("*/*", "text/html", "text/event-stream", "application/json")
        return {"accept": self.draw.random.choice(kinds)}

    def body(self) -> tuple[str, bytes]:
        if self.route.body is not None:
            fields = self.fields(self.route.body)
            if self.route.as_form:
                return "application/x-www-form-urlencoded", urlencode(fields).encode()
            return "application/json", json.dumps(fields).encode()
        if self.route.method in ("GET", "DELETE"):
            return "", b""
        return BODIES[self.route.method, self.route.path](self)

    def fields(self, body: Any) -> dict[str, Any]:
        """The fields of a body: all that it needs, and some of the others."""
        model = self.draw.random.choice(list(models_of(body)))
        sent: dict[str, Any] = {}
        if "conversation" in model.model_fields:
            self.talk = self._talk()  # first: what is doubtful is said of a whole conversation
        for name, each in model.model_fields.items():
            alias = each.alias or name
            maker = getattr(self, f"_{alias}", None)
            if maker is None or not (each.is_required() or self.chance(0.8 if self.aimed else 0.4)):
                continue
            if alias in ("document", "quote") and "/pairs/{" in self.route.path:
                continue  # who moves a pair to another document says that it may be seen with that one
            given = typing.get_args(each.annotation) if typing.get_origin(each.annotation) is typing.Literal else None
            sent[alias] = self.draw.random.choice(given) if given else maker()
        return sent

    def chance(self, share: float) -> bool:
        return self.draw.random.random() < share

    # ids

    def _identity(self) -> str:
        before = self.route.path.partition("/{")[0].rpartition("/")[2]
        return self.draw.some_id(self.person, KINDS[before], aimed=self.aimed)

    def _version(self) -> str:
        if self.route.path == "/api/v1/rollouts":
            return self.draw.some_id(self.person, "adapter", aimed=self.aimed)
        if "{version" in self.route.path:
            return self._identity()
        return self.draw.some_id(self.person, "version", aimed=self.aimed)

    def _answer(self) -> str:
        return self._identity() if "{answer" in self.route.path else "It is so."

    def _conversation(self) -> str:
        return self.talk

    def _talk(self) -> str:
        if self.chance(0.3 if not self.aimed else 1):
            return ""
        return self.draw.some_id(self.person, "conversation", aimed=self.aimed)

    # places

    def _path(self) -> str:
        if "adapters" in self.route.path or "schema" in self.route.path:
            return self.draw.random.choice(["openapi.json", "redoc"])
        return self.draw.path()

    def _document(self) -> str:
        return self.draw.path()

    def _within(self) -> list[str]:
        return [self.draw.path() for _ in range(self.draw.random.randint(0, 3))]

    def _name(self) -> str:
        if self.route.path.startswith("/static"):
            return self.draw.random.choice(["page.css", "page.js", "icons.svg", "steep.toml"])
        if self.route.path.startswith("/v1/models"):
            return self._profile()
        if "documents" in self.route.path:
            return self.draw.path().rpartition("/")[2]
        if self.route.path == "/keys":
            return self.said("name of a new key", scope="admin")
        return "harbor"

    def _folder(self) -> str:
        return self.draw.path().rpartition("/")[0]

    # what is asked and said

    def said(self, about: str, **told: Any) -> str:
        """A word of the person's own, which those are told who may see what it is said in."""
        return self.draw.world.secret(about, owner=self.person.name, **told) if self.person.name else "nobody"

    def _question(self) -> str:
        page = self.draw.world.pages[self.draw.random.choice(list(self.draw.world.pages))]
        doubtful = self.draw.doubtful(self.talk) if self.talk else self.chance(0.15)
        own = self.said("question of another", scope="edit" if doubtful else "operate")
        stored = "pairs" in self.route.path
        if stored:
            own = self.said("question of a pair that was written", scope="ask")
        words = f"What does the ticket of {page.hook} cost at the office, {own}?"
        words += " It is doubtful." if doubtful else ""
        return words + (f" Read {self.draw.path()} to me." if self.chance(0.1) and self._is_not_kept() else "")

    def _is_not_kept(self) -> bool:
        return self.route.path in ("/search", "/api/v1/search")

    def _prompt(self) -> str:
        return self._question()

    _input = _prompt

    def _messages(self) -> list[dict[str, str]]:
        turns = [{"role": "system", "content": "Be kind."}] if self.chance(0.3) else []
        turns += (
            [{"role": "user", "content": "Hello."}, {"role": "assistant", "content": "Yes."}]
            if self.chance(0.3)
            else []
        )
        return [*turns, {"role": "user", "content": self._question()}]

    def _history(self) -> list[dict[str, str]]:
        return [{"role": "user", "content": "What does the ticket cost?"}]

    def _title(self) -> str:
        return self.said("title of a conversation", scope=None)

    def _better(self) -> str:
        return self.said("what another said was better", scope="operate") if self.chance(0.5) else ""

    def _text(self) -> Any:
        return {"format": {"type": "text"}} if self.route.path == "/v1/responses" else "It is so."

    def _reason(self) -> str:
        return "so"

    def _quote(self) -> str:
        return self.draw.random.choice(["costs", "leaves at 9:30", "Ask at the office."])

    def _verdict(self) -> str:
        return self.draw.random.choice(["right", "wrong"])

    # small things

    def _profile(self) -> str:
        return self.draw.random.choice(["rag", "rag", "base", "clerk"])

    def _model(self) -> str:
        return self._profile() if self.route.path != "/v1/embeddings" else "embedder"

    def _profiles(self) -> list[str]:
        return [self._profile()]

    def _kind(self) -> str:
        return self.draw.random.choice(["index", "measure"]) if self.route.path in ("/runs", "/api/v1/jobs") else ""

    def _k(self) -> int:
        return self.draw.random.choice([1, 5, 50])

    _limit = _k

    def _number(self) -> int:
        return self.draw.random.choice([0, 0, 0, 1, 7])

    _offset = _start = _after = _number

    def _end(self) -> int:
        return 40

    _part = _n = lambda self: 1

    def _flag(self) -> str:
        return self.draw.random.choice(["true", "false"])

    _others = _replace = _index = _cuts = _flag

    def _truth(self) -> bool:
        return self.chance(0.5)

    _stream = _right = _kill = _truth

    def _before(self) -> str:
        return self.draw.some_id(self.person, "answer", aimed=False)

    def _q(self) -> str:
        return self.draw.random.choice(["", "e", "ticket", "zq", "hook1"])

    _find = _q

    def _dataset(self) -> str:
        return "latest"

    def _alias(self) -> str:
        return "production"

    def _standing(self) -> str:
        if self.aimed:
            return self.draw.world.project.adapters.aliases()["harbor@production"]
        return self.draw.some_id(self.person, "adapter", aimed=False)

    def _action(self) -> str:
        return self.draw.random.choice(["approve", "edit", "reject"])

    def _review(self) -> str:
        return self.draw.random.choice(["waiting", "approved", "edited", "rejected"])

    _show = _review

    def _next(self) -> str:
        return "/documents"

    def _last(self) -> str:
        return "0"

    def _share(self) -> float:
        return 0.2

    def _percent(self) -> str:
        return "20"

    def _ended(self) -> int:
        return 5

    def _scope(self) -> str:
        return "ask"

    def _role(self) -> str:
        return "user"
