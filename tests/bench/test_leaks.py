"""What a caller may not see comes out of no route: the trial of `leaks.py`, smaller, and that it would see a leak."""

import asyncio
import random
import sys
from importlib import import_module
from pathlib import Path

import pytest

from steep.flows import answers, reviews
from steep.flows.answer import Answerer, AnswerRequest
from steep.server.app import application_of

sys.path.append(str(Path(__file__).parent))  # the programs import one another, as they do when they are run
leaks, making, requests, routing = map(import_module, ("leaks", "leak_making", "leak_requests", "leak_routes"))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = making.whole(7, tmp_path_factory.mktemp("leaks") / "project")
    yield made
    made.project.close()


def tried(world, work):
    async def run():
        async with leaks.trial(world, 7) as trial:
            return await work(trial)

    return asyncio.run(run())


def test_every_route_can_be_asked_by_what_it_takes(world):
    routes = routing.routes_of(application_of(world.project, Answerer(world.project), host="127.0.0.1"))
    draw = requests.Draw(world, random.Random(0))
    unknown = {route.name: names for route in routes if (names := draw.unknown(route))}
    assert not unknown, "say in leak_fields.py what is sent under these names"
    assert len(routes) > 90


def test_no_route_says_what_its_caller_may_not_see(world):
    async def work(trial):
        await trial.by_one_who_may()
        reached = set(trial.found.good)
        await trial.by_talks()
        return {route.name for route in trial.routes} - reached, await trial.at_random(500)

    missed, found = tried(world, work)
    assert not missed, "nobody was answered there, so nothing was shown"
    assert found.leaks == []
    assert found.failures == []
    shown = {world.secrets[word].about for word in found.seen}
    assert shown >= {secret.about for secret in world.secrets.values() if secret.scope is not None}


def test_whether_something_is_there_is_not_told_either(world):
    async def work(trial):
        return await trial.of_what_is_not_theirs()

    assert tried(world, work) == []


@pytest.mark.parametrize(("module", "path"), [(answers, "/api/v1/answers"), (reviews, "/api/v1/reviews")])
def test_a_leak_would_be_seen(world, monkeypatch, module, path):
    monkeypatch.setattr(module, "rests_on_seen", lambda caller, answer: True)
    assert tried(world, lambda trial: trial.at_random(40, only=(path,))).leaks


def test_a_leak_by_turns_before_would_be_seen(world, monkeypatch):
    monkeypatch.setattr(AnswerRequest, "rests_on", ())

    async def work(trial):
        await trial.by_talks()
        return await trial.at_random(40, only=("/api/v1/reviews",))

    assert {each["leaked"] for each in tried(world, work).leaks} >= {"title in red"}
