"""Requests at random for every route that the application has, as its own signatures say what a route takes.

What is sent as a parameter or a field is drawn by its name. A route that takes something by a name that is not known
here cannot be asked: `unknown` says so, and a test fails until it is.
"""

from __future__ import annotations

import json
import re
import typing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from litestar.enums import RequestEncodingType
from pydantic import BaseModel, RootModel

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from leak_world import Person, World
    from litestar import Litestar

__all__ = ["Draw", "Route", "Sent", "routes_of"]

UNKNOWN = "01JZZZZZZZZZZZZZZZZZZZZZZZ"
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
# routes that look at the body themselves
BODIES = {
    ("POST", "/documents"): "upload_form",
    ("POST", "/api/v1/documents"): "upload",
    ("POST", "/sign-in"): "key",
    ("POST", "/sign-out"): "nothing",
    ("POST", "/status"): "nothing",
    ("POST", "/conversations/{identity:str}/forget"): "nothing",
    ("POST", "/keys/{identity:str}/revoke"): "nothing",
    ("POST", "/keys/{identity:str}/forget"): "nothing",
    ("POST", "/rollouts/{identity:str}/stop"): "nothing",
    ("POST", "/api/v1/rollouts/{identity:str}/stop"): "nothing",
    ("*", "/mcp"): "mcp",
}
METHODS = ("tools/list", "tools/call", "resources/list", "resources/templates/list", "resources/read", "initialize",
           "ping", "prompts/list")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    method: str
    path: str
    parameters: tuple[str, ...] = ()
    body: Any = None
    as_form: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request as it goes out; ``words`` is all that it says."""

    route: Route
    method: str
    url: str
    headers: dict[str, str]
    body: bytes = b""
    words: str = ""


def routes_of(application: Litestar) -> list[Route]:
    """Every route, but for the OPTIONS that the framework answers itself."""
    found = []
    for route in application.routes:
        handlers = getattr(route, "route_handlers", None)
        if handlers is None:
            found.append(Route(method="*", path=route.path))
            continue
        for handler in handlers:
            taken = handler.parsed_fn_signature.parameters
            data = taken.get("data")
            names = tuple(name for name in taken if name not in ("request", "state", "data", "scope"))
            form = data is not None and data.kwarg_definition.media_type == RequestEncodingType.URL_ENCODED
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                body = data.annotation if data else None
                found.append(Route(method=method, path=route.path, parameters=names, body=body, as_form=form))
    return found


@dataclass(slots=True)
class Draw:
    """Draws what is sent in a world. ``made`` grows by the ids of what callers make."""

    world: World
    random: random.Random
    made: dict[str, list[str]] = field(default_factory=dict)

    def unknown(self, route: Route) -> list[str]:
        """The names that cannot be drawn, for a route that cannot be asked."""
        told = [name for name in route.parameters if self._maker(name) is None]
        if route.body is None and route.method in ("POST", "PUT", "PATCH", "*"):
            return told + ([] if (route.method, route.path) in BODIES else ["body"])
        for model in _models(route.body):
            needed = [(each.alias or name) for name, each in model.model_fields.items() if each.is_required()]
            told += [name for name in needed if self._maker(name) is None]
        return told

    def request(self, route: Route, person: Person, *, aimed: bool = False) -> Sent:
        """One request; ``aimed`` sends what fits, where otherwise anything may be sent anywhere."""
        asking = _Asking(self, route, person, aimed)
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

    def _maker(self, name: str) -> Callable[[_Asking], Any] | None:
        return getattr(_Asking, f"_{name}", None)


@dataclass(slots=True)
class _Asking:
    """What one request sends, by name: the methods below are the names."""

    draw: Draw
    route: Route
    person: Person
    aimed: bool

    def named(self, name: str) -> str:
        return str(getattr(self, f"_{name}")())

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
        made: tuple[str, bytes] = getattr(self, BODIES[(self.route.method, self.route.path)])()
        return made

    def fields(self, body: Any) -> dict[str, Any]:
        """The fields of a body: all that it needs, and some of the others."""
        model = self.draw.random.choice(list(_models(body)))
        sent: dict[str, Any] = {}
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

    # what bodies hold that look at themselves

    def nothing(self) -> tuple[str, bytes]:
        return "application/x-www-form-urlencoded", b""

    def key(self) -> tuple[str, bytes]:
        words = self.person.headers.get("authorization", "Bearer steep_wrong").removeprefix("Bearer ")
        return "application/x-www-form-urlencoded", urlencode({"key": words, "next": "/documents"}).encode()

    def upload(self) -> tuple[str, bytes]:
        return "application/octet-stream", b"# A document\n\nIt was uploaded.\n"

    def upload_form(self) -> tuple[str, bytes]:
        folder, _, name = self.draw.path().rpartition("/")
        parts = {"folder": folder, "replace": self.draw.random.choice(["yes", "no"])}
        lines = [f'--b\r\ncontent-disposition: form-data; name="{key}"\r\n\r\n{value}' for key, value in parts.items()]
        head = f'--b\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        return "multipart/form-data; boundary=b", (
            "\r\n".join([*lines, f"{head}# It\n\nwas uploaded."]) + "\r\n--b--\r\n"
        ).encode()

    def mcp(self) -> tuple[str, bytes]:
        method = self.draw.random.choice(METHODS)
        asked: dict[str, Any] = {}
        if method == "resources/read":
            asked = {"uri": f"steep://documents/{quote(self.draw.path())}"}
        elif method == "tools/call":
            tool = self.draw.random.choice(["search", "ask"])
            fields = {"question": self._question(), **({"within": self._within()} if self.chance(0.5) else {})}
            fields |= {"k": self._k()} if tool == "search" else {"profile": self._profile()}
            asked = {"name": tool, "arguments": fields}
        elif method == "initialize":
            asked = {
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": {"name": "leaks", "version": "1"},
            }
        sent = {"jsonrpc": "2.0", "id": 1, "method": method, "params": asked}
        return "application/json", json.dumps(sent).encode()

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
        doubtful = self.chance(0.15)
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


def _models(body: Any) -> Sequence[type[BaseModel]]:
    """The models that a body may be of."""
    if body is None:
        return ()
    if issubclass(body, RootModel):
        return typing.get_args(body.model_fields["root"].annotation)
    return (body,)
