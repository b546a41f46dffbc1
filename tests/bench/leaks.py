"""Random callers ask every route for what is not theirs: whatever a response says that they may not see is a leak.

    python tests/bench/leaks.py [--requests 10000] [--seed 0]

Makes a project of documents that several groups may see, of answers, conversations, pairs, reviews, jobs and reports,
each with words that stand nowhere else, and sends requests in the name of 25 callers to all routes that the application
has: the page, OpenAI's surface, the native one and the Model Context Protocol. Bodies, headers and streams are read to
their end. Prints JSON: how many requests, how they were answered, and every leak.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from leak_making import whole
from leak_requests import Draw
from leak_routes import routes_of
from leak_world import WORD

from steep.flows.answer import Answerer
from steep.flows.jobs import Starter
from steep.server.app import application_of
from steep.server.reindexing import Reindexing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from leak_requests import Sent
    from leak_routes import Route
    from leak_world import Person, World
    from litestar import Litestar

AT_ONCE = 4
# what is looked up by an id or a path, and of which kind that is
LOOKED_UP = {
    "/api/v1/answers/{}": "answer",
    "/answers/{}": "answer",
    "/api/v1/conversations/{}": "conversation",
    "/conversations/{}": "conversation",
    "/api/v1/reviews/{}": "answer",
    "/review/{}": "answer",
    "/api/v1/pairs/{}": "pair",
    "/pairs/{}": "pair",
    "/api/v1/documents/{}": "path",
    "/documents/show?path={}": "path",
}


class Still(Starter):
    """Jobs that are started and come to nothing, so that no process does what a stranger asks for."""

    def _spawn(self, job: Any) -> None:
        self._project.jobs.change(job.id, was="starting", state="failed", ended=self._project.clock())


@dataclass(slots=True)
class Found:
    """What came of the requests. ``seen`` are the secrets that somebody was shown who may see them."""

    requests: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    good: Counter[str] = field(default_factory=Counter)
    leaks: list[dict[str, Any]] = field(default_factory=list)
    failures: list[dict[str, Any]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Trial:
    """Requests to the application of a world."""

    world: World
    application: Litestar
    routes: list[Route]
    draw: Draw
    found: Found = field(default_factory=Found)

    async def at_random(self, many: int, *, only: tuple[str, ...] = ()) -> Found:
        """``many`` requests, some at once, by anybody to anywhere, or to the paths that ``only`` names."""
        routes = [route for route in self.routes if not only or route.path in only]
        async with self._client() as client:
            for _ in range(0, many, AT_ONCE):
                sent = []
                for _ in range(AT_ONCE):
                    person = self.draw.random.choice(self.world.people)
                    sent.append((self.draw.request(self.draw.random.choice(routes), person), person))
                await asyncio.gather(*(self._send(client, each, person) for each, person in sent))
        return self.found

    async def by_one_who_may(self, tries: int = 40) -> Found:
        """Every route, asked until it gives what it has to somebody who may have it."""
        admin = next(each for each in self.world.people if each.all and each.scope == "admin")
        async with self._client() as client:
            for route in self.routes:
                for _ in range(tries):
                    await self._send(client, self.draw.request(route, admin, aimed=True), admin)
                    if self.found.good[route.name]:
                        break
        return self.found

    async def by_talks(self) -> None:
        """One who sees all asks about one folder and then, doubtfully, about another: the draft repeats both."""
        asker = next(each for each in self.world.people if each.all and each.scope == "ask")
        shut, free = (next(each for each in self.world.pages if each.startswith(name)) for name in ("red/", "open/"))
        async with self._client() as client:

            async def sent(path: str, **body: Any) -> dict[str, Any]:
                reply = await client.post(path, json=body, headers=asker.headers)
                client.cookies.clear()
                return dict(reply.json())

            def question(path: str) -> str:
                return f"What does the ticket of {self.world.pages[path].hook} cost? It is doubtful."

            for first in (shut, free):
                talk = (await sent("/api/v1/conversations"))["id"]
                self.world.doubtful[talk] = True
                for path in (first, free):
                    await sent("/api/v1/answer", question=question(path), within=[path], conversation=talk)
                told = [{"role": "assistant", "content": self.world.pages[first].text}]
                await sent("/api/v1/answer", question=question(free), within=[free], history=told)

    async def of_what_is_not_theirs(self) -> list[str]:
        """Where a reply to somebody about what is not theirs differs from one about what is not there at all."""
        found = []
        async with self._client() as client:
            for person in [each for each in self.world.people if each.scope and not each.all]:
                for path, kind in LOOKED_UP.items():
                    for theirs in self._hidden(person, kind):
                        sent = [path.format(each) for each in (theirs, _like(theirs))]
                        told = [(await client.get(each, headers=person.headers)).status_code for each in sent]
                        client.cookies.clear()
                        if told[0] != told[1]:
                            found.append(f"{sent[0]} is told {person.name} by {told[0]} instead of {told[1]}")
        return found

    def _hidden(self, person: Person, kind: str) -> list[str]:
        """Some of what a person may not look at."""
        world = self.world
        if kind == "path":
            hidden = [page.path for page in world.pages.values() if not world.sees(person, page.id)]
            hidden += world.ids["path"]
        else:
            hidden = [each for each in world.ids[kind] if not world.may_look(person, each)]
        return self.draw.random.sample(hidden, min(1, len(hidden)))

    def _client(self) -> httpx.AsyncClient:
        # the proxy of `trusted_header` stands at this address
        transport = httpx.ASGITransport(app=self.application, client=("127.0.0.1", 50_000), raise_app_exceptions=False)  # type: ignore[arg-type]
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=120)

    async def _send(self, client: httpx.AsyncClient, sent: Sent, person: Person) -> None:
        reply = await client.request(sent.method, sent.url, content=sent.body, headers=sent.headers)
        client.cookies.clear()
        found = self.found
        found.requests += 1
        found.statuses[str(reply.status_code)] += 1
        if reply.status_code < 400 and not reply.headers.get("location", "").startswith("/sign-in?"):
            found.good[sent.route.name] += 1
            self._learn(sent, reply)
        if reply.status_code >= 500 and reply.status_code != 503:
            found.failures.append({"route": sent.route.name, "url": sent.url, "body": sent.words, "said": reply.text})
        self._judge(sent, person, f"{reply.headers}\n{reply.text}")

    def _judge(self, sent: Sent, person: Person, said: str) -> None:
        told = set(WORD.findall(sent.words))
        for word in set(WORD.findall(said.lower())) - told:
            secret = self.world.secrets.get(word)
            if secret is None:
                continue
            if self.world.may_see(person, secret):
                self.found.seen.add(word)
            else:
                who = f"{person.name or 'nobody'} ({person.scope}; {', '.join(sorted(person.groups))})"
                self.found.leaks.append(
                    {"route": sent.route.name, "url": sent.url, "who": who, "leaked": secret.about, "word": word}
                )
        for key in (each.headers.get("authorization", "") for each in self.world.people):
            if len(key) > 40 and key.removeprefix("Bearer ") in said:
                self.found.leaks.append({"route": sent.route.name, "url": sent.url, "leaked": "a key"})

    def _learn(self, sent: Sent, reply: httpx.Response) -> None:
        """Ids of what was made can be sent by others from now on, as if they had got hold of them."""
        kinds = {
            "/api/v1/conversations": "conversation",
            "/api/v1/answer": "answer",
            "/answer": "answer",
            "/api/v1/rollouts": "rollout",
            "/api/v1/pairs": "pair",
        }
        kind = kinds.get(sent.route.path)
        if sent.method != "POST" or kind is None or reply.status_code >= 300:
            return
        told = reply.json()
        made = told.get("id") or told["pair"]["id"]
        self.draw.made.setdefault(kind, []).append(made)


def _like(identity: str) -> str:
    """One of the same shape that is not there."""
    stem, dot, suffix = identity.rpartition(".")
    turned = (stem or suffix)[::-1] if not dot else f"{stem.rpartition('/')[0]}/{stem.rpartition('/')[2][::-1]}"
    return f"{turned}{dot}{suffix}" if dot else turned


@asynccontextmanager
async def trial(world: World, seed: int) -> AsyncIterator[Trial]:
    """A trial, as long as the application runs."""
    answerer = Answerer(world.project)
    application = application_of(world.project, answerer, host="127.0.0.1")
    application.state["jobs"] = still = Still(world.project)
    application.state["reindexing"] = Reindexing(still)
    draw = Draw(world, random.Random(seed))
    async with application.lifespan():
        yield Trial(world, application, routes_of(application), draw)


async def run(world: World, seed: int, many: int) -> Found:
    async with trial(world, seed) as each:
        await each.by_one_who_may()
        await each.by_talks()
        return await each.at_random(many)


def told(found: Found, world: World) -> dict[str, Any]:
    return {
        "requests": found.requests,
        "routes": len(found.good),
        "statuses": dict(sorted(found.statuses.items())),
        "secrets": len(world.secrets),
        "secrets_seen_by_those_who_may": len(found.seen),
        "server_errors": found.failures,
        "leaks": found.leaks,
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--requests", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=0)
    said = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        world = whole(said.seed, Path(scratch) / "project")
        with world.project:
            found = asyncio.run(run(world, said.seed, said.requests))
            print(json.dumps(told(found, world), indent=2))
            raise SystemExit(bool(found.leaks or found.failures))


if __name__ == "__main__":
    main()
