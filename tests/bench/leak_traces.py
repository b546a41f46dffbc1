"""What people and work leave behind in a world of secrets: answers and talks, pairs, jobs, reports and adapters."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from leak_world import Secret

from steep.flows import conversations, rollout
from steep.flows.answer import Answerer, AnswerRequest
from steep.values import Citation, Pair, Span
from steep.workspace.answers import Feedback
from steep.workspace.jobs import Job
from steep.workspace.reviews import Review

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leak_world import Page, Person, World

    from steep.values import Answer

__all__ = ["answers", "pairs", "runs"]


def answers(world: World) -> None:
    """Each person asked about each folder when it was open to all; some talked, said what was better, were doubtful."""
    project, answerer = world.project, Answerer(world.project)
    for number, (person, page) in enumerate(_asking(world)):
        asked = world.word()
        escalates = number % 3 == 0
        question = f"What does the ticket of {page.hook} cost, {asked}?" + (" It is doubtful." if escalates else "")
        profile = "clerk" if number % 4 == 1 else "rag"
        within = frozenset({page.id})
        caller = world.caller(person)
        answer = answerer.answer(AnswerRequest(question=question, profile=profile, caller=caller, within=within))
        rests = tuple(
            frozenset({each}) for each in sorted({place.document for hit in answer.hits for place in hit.places})
        )
        told = {"documents": rests, "whole": bool(answer.calls)}  # what tools said may be of any document
        reviewed = _judged(world, answer, told)
        world.secrets[asked] = Secret(
            word=asked, about="question of another", owner=person.name, scope="edit" if reviewed else "operate", **told
        )
        world.ids.setdefault("answer", []).append(answer.id)
        world.holds[answer.id] = [asked]
        title = world.secret("title of a conversation", owner=person.name, scope=None)
        talk = conversations.begin(project, caller, profile="rag", title=title)
        world.holds[talk.id] = [title]
        project.conversations.add(talk.id, answer.id, title="", now=1.0)
        world.ids.setdefault("conversation", []).append(talk.id)
        world.doubtful[talk.id] = escalates


def _asking(world: World) -> Iterator[tuple[Person, Page]]:
    signed = [person for person in world.people if person.scope]
    for number, person in enumerate(signed):
        for page in list(world.pages.values())[number % 8 :: 8]:
            yield person, page


def _judged(world: World, answer: Answer, told: dict[str, Any]) -> bool:
    """Let somebody say what was better, and some answers wait for a person; whether this one does."""
    judge = world.random.choice([each for each in world.people if each.scope])
    better = world.secret(
        "what another said was better", owner=judge.name, scope="operate", asker=answer.caller, **told
    )
    project = world.project
    project.answers.judge(
        Feedback(answer=answer.id, caller=judge.name, verdict="wrong", better=f"It is {better}.", created=1.0)
    )
    if answer.hits and not answer.escalated and world.random.random() < 0.3:
        hit = answer.hits[0].passage
        draft = world.secret("a draft", scope="edit", asker=answer.caller, **told)
        cited = Citation(document=hit.document, version=hit.version, path=hit.path, start=0, end=5, text=hit.text[:5])
        project.reviews.add(Review(answer=answer.id, created=1.0, draft=draft, citations=(cited,)))
    return project.reviews.get(answer.id) is not None


def pairs(world: World) -> None:
    made = []
    for page in world.pages.values():
        document = world.project.documents.load(world.project.generations.paths(2)[page.path])
        assert document is not None
        at = document.text.index(page.hook)
        documents = (frozenset({page.id}),)
        asked, said, kind = (
            world.secret(f"{what} of a pair", documents=documents, scope="edit")
            for what in ("question", "answer", "kind")
        )
        # a question to begin with, for whoever asks
        world.secrets[asked] = Secret(word=asked, about="question of a pair", documents=documents)
        span = Span(document=page.id, version=document.version, start=at, end=at + len(page.hook), text=page.hook)
        made.append(
            Pair(
                question=f"What is {asked}?",
                answer=said,
                passages=(),
                spans=(span,),
                synthesizer="s",
                kind=kind,
                rule="r",
                seed=0,
            )
        )
        world.holds[made[-1].id] = [said]
    world.project.datasets.save(pairs=made, dev=frozenset(), recipe={}, summary={}, now=1.0)
    world.ids["pair"] = [pair.id for pair in made]


def runs(world: World, folder: Path) -> None:
    """A job, a report and adapters, as they are left by work on all documents."""
    project = world.project
    told = {"scope": "operate", "whole": True}
    job = Job(id="01JOB", kind="index", caller=world.secret("who started a job", **told), created=1.0, state="done",
              message=world.secret("message of a job", **told))  # fmt: skip
    project.jobs.add(job)
    (project.jobs.folder(job.id) / "log.txt").write_text(world.secret("log of a job", **told), "utf-8")
    event = {"id": 1, "event": "stage", "at": 1.0, "data": _stage(world.secret("event of a job", **told))}
    (project.jobs.folder(job.id) / "events.jsonl").write_text(json.dumps(event) + "\n", "utf-8")
    world.ids["job"] = [job.id]
    for number in (1, 2):
        source = folder.parent / f"adapter{number}"
        source.mkdir()
        (source / "adapter_config.json").write_text(json.dumps({"number": number}), "utf-8")
        made = project.adapters.add(name="harbor", source=source, base="b", score=None, lineage={}, now=float(number))
        reason = world.secret("reason for an adapter", scope="operate")
        project.adapters.point("harbor", "production", made.version, reason=reason, now=float(number))
        world.ids.setdefault("adapter", []).append(made.version)
    world.ids["report"] = _report(world)
    for _ in range(3):  # two that have ended, and one that runs
        begun = rollout.begin(project, world.ids["adapter"][0], share=0.5)
        world.ids.setdefault("rollout", []).append(begun.id)
        if len(world.ids["rollout"]) < 3:
            rollout.stop(project, begun.id, reason=world.secret("why a rollout was ended", scope="operate"))


def _stage(name: str) -> dict[str, Any]:
    return {"flow": "index", "name": name, "began": False, "ok": True, "seconds": 1.0, "error": "", "details": {}}


def _report(world: World) -> list[str]:
    from steep.flows.measure import measure

    asked = world.secret("question of a report", scope="operate", whole=True)
    page = next(iter(world.pages.values()))
    row = {"question": f"What does the ticket of {page.hook} cost, {asked}?", "answers": ["3 euros"]}
    file = world.project.folder.parent / "asked.jsonl"
    file.write_text(json.dumps(row) + "\n", "utf-8")
    return [measure(world.project, progress=lambda step: None, questions=file, arms=["rag"]).id]
