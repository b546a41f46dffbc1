"""A project full of secrets, and callers of whom each may see some: what there is, and who may see it.

Each secret is a word that stands nowhere else, so that whoever is shown it was shown that very thing. Who may see it is
said here from how the world was made, and not asked of steep.
"""

from __future__ import annotations

import json
import random
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steep.flows import conversations, rollout
from steep.flows.answer import Answerer, AnswerRequest
from steep.flows.index import index
from steep.values import Caller, Citation, Pair, Span, content_id
from steep.workspace.answers import Feedback
from steep.workspace.jobs import Job
from steep.workspace.project import Project
from steep.workspace.reviews import Review

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.values import Answer

__all__ = ["WORD", "Page", "Person", "Secret", "World", "whole"]

WORD = re.compile(r"zq[bdfgklmnprstv][aeiou](?:[bdfgklmnprstv][aeiou]){4}")
SCOPES = ("ask", "edit", "operate", "admin")
GROUPS = ("red", "blue", "green")
CONFIG = """
[project]
name = "harbor"
[plugins]
files = ["leak_parts.py"]
[index.lexical]
use = "bm25"
[retriever]
use = "lexical"
[generator]
use = "reciter"
[generator.clerk]
use = "agent"
model = "prober"
[model.prober]
use = "prober"
[model.far]
use = "openai"
url = "http://harbor:{password}@127.0.0.1:9/v1"
model = "far"
[tool.look]
use = "search"
[tool.read]
use = "read-document"
[profile.clerk]
generator = "clerk"
tools = ["look", "read"]
[guardrails]
input = []
passages = []
output = ["doubt"]
[access.groups]
red = ["red/**", "shut/red-*"]
blue = ["blue/**", "both/**"]
green = ["both/**"]
[serve]
metrics = true
trusted_header = "X-Remote-User"
trusted_groups = "X-Remote-Groups"
trusted_scope = "edit"
[limits]
concurrent = 0
"""
# a folder, and the groups that a caller needs one of each of
FOLDERS = {
    "open": (),
    "red": ({"red"},),
    "blue": ({"blue"},),
    "both": ({"blue", "green"},),
    "shut": ({"green"},),
    "shut/red-": ({"red"}, {"green"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A document; ``hook`` is a word that callers know, by which it can be asked for."""

    path: str
    hook: str
    text: str
    needs: tuple[frozenset[str], ...]

    @property
    def id(self) -> str:
        return content_id("document", self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A caller as the world knows it: its name in steep's records, and what it shows with a request."""

    name: str
    scope: str
    groups: frozenset[str]
    headers: dict[str, str]

    @property
    def all(self) -> bool:
        return "*" in self.groups

    def may(self, scope: str) -> bool:
        return self.scope in SCOPES and SCOPES.index(self.scope) >= SCOPES.index(scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Who may see a word: whoever sees one of each of ``documents``, and is ``owner`` or has ``scope``.

    Without a scope nobody else may; ``whole`` asks for a caller who sees all documents, or is ``asker``.
    """

    word: str
    about: str
    documents: tuple[frozenset[str], ...] = ()
    owner: str = ""
    scope: str | None = "ask"
    whole: bool = False
    asker: str = ""


@dataclass(slots=True)
class World:
    project: Project
    random: random.Random
    pages: dict[str, Page] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    secrets: dict[str, Secret] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)
    holds: dict[str, list[str]] = field(default_factory=dict)

    def word(self) -> str:
        while True:
            made = "zq" + "".join(self.random.choice("bdfgklmnprstv") + self.random.choice("aeiou") for _ in range(5))
            if made not in self.secrets:
                return made

    def secret(self, about: str, **told: Any) -> str:
        word = self.word()
        self.secrets[word] = Secret(word=word, about=about, **told)
        return word

    def sees(self, person: Person, document: str) -> bool:
        """Whether a person may see a document, by how the world was made: one that is not indexed only who sees all."""
        if person.all:
            return True
        page = next((each for each in self.pages.values() if each.id == document), None)
        return page is not None and bool(person.scope) and all(person.groups & each for each in page.needs)

    def may_see(self, person: Person, secret: Secret) -> bool:
        if not all(any(self.sees(person, each) for each in some) for some in secret.documents):
            return False
        if secret.owner and person.name == secret.owner:
            return True
        return (
            secret.scope is not None
            and person.may(secret.scope)
            and (person.all or not secret.whole or person.name == secret.asker)
        )

    def may_look(self, person: Person, identity: str) -> bool:
        """Whether a person may look at what has this id, as its secrets say."""
        return any(self.may_see(person, self.secrets[word]) for word in self.holds.get(identity, ()))

    def caller(self, person: Person) -> Caller:
        """The person as steep's flows know it, who sees all: as if the documents had been closed since."""
        return Caller(name=person.name, scope=person.scope)  # type: ignore[arg-type]


def whole(seed: int, folder: Path) -> World:
    """A world, made anew from a seed."""
    folder.mkdir()
    shutil.copy(Path(__file__).with_name("leak_parts.py"), folder)
    draw = random.Random(seed)
    world = World(project=None, random=draw)  # type: ignore[arg-type]  # it comes next
    password = world.secret("password in steep.toml", scope=None)
    (folder / "steep.toml").write_text(CONFIG.format(password=password), "utf-8")
    _documents(world, folder)
    project = world.project = Project.open(folder)
    index(project, progress=lambda step: None)
    _changed(world, folder)
    index(project, progress=lambda step: None)
    world.ids["version"] = [version for each in (1, 2) for version in project.generations.paths(each).values()]
    _people(world)
    _answers(world)
    _pairs(world)
    _runs(world, folder)
    return world


def _documents(world: World, folder: Path) -> None:
    shared = world.word()
    copied: set[str] = set()
    for name, needs in FOLDERS.items():
        for number in range(3):
            path, page = _page(world, name, tuple(map(frozenset, needs)))
            text = page.text
            if number == 0 and name in ("red", "blue"):
                copied.add(page.id)
                text += f"\n## {page.hook} copy\n\nThe copied pier of the harbour is called {shared} and is painted.\n"
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text, "utf-8")
            world.pages[path] = page
    (folder / "shut" / ".steep-access").write_text("green\n", "utf-8")
    world.secrets[shared] = Secret(word=shared, about="words of two copies", documents=(frozenset(copied),))
    for suffix, content in (("xyz", b"left out"), ("pdf", b"%PDF-1.4 broken")):
        path = f"red/{world.secret('name of a file that is not indexed', whole=True)}.{suffix}"
        (folder / path).write_bytes(content)
        world.ids.setdefault("path", []).append(path)


def _page(world: World, name: str, needs: tuple[frozenset[str], ...]) -> tuple[str, Page]:
    stem = world.word()
    path = f"{name}{stem}.md" if name.endswith("-") else f"{name}/{stem}.md"
    own = {"documents": (frozenset({content_id("document", path)}),)}
    world.secrets[stem] = Secret(word=stem, about=f"path in {name}", **own)
    hook = f"hook{len(world.pages)}"
    title, heading, body, more = (
        world.secret(f"{what} in {name}", **own) for what in ("title", "heading", "body", "body")
    )
    text = (
        f"# The {title} ticket\n\nThe ticket of {hook} costs {len(world.pages) + 3} euros at the {body} office.\n\n"
        f"## The {heading} ferry\n\nThe ferry of {hook} leaves at 9:30 from the {more} pier. Ask at the office.\n"
    )
    return path, Page(path=path, hook=hook, text=text, needs=needs)


def _changed(world: World, folder: Path) -> None:
    """One document is gone since it was indexed, and one has words of its own since."""
    gone, edited = sorted(each for each in world.pages if each.startswith("red/"))[:2]
    (folder / gone).unlink()
    del world.pages[gone]
    world.ids["path"].append(gone)
    own = (frozenset({content_id("document", edited)}),)
    added = world.secret("a newer version", documents=own)
    text = (folder / edited).read_text("utf-8")
    (folder / edited).write_text(f"{text}\nThe newer ticket costs more at the {added} office.\n", "utf-8")


def _people(world: World) -> None:
    keys, now = world.project.keys, world.project.clock()
    wanted = [(scope, groups) for scope in SCOPES for groups in ((), ("red",), ("blue",), ("red", "green"), ("*",))]
    for number, (scope, groups) in enumerate(wanted):
        name = f"k{number}-{scope}-{'-'.join(groups).replace('*', 'all') or 'none'}"
        _, words = keys.new(name, now=now, scope=scope, groups=groups)
        headers = {"authorization": f"Bearer {words}"}
        if number % 4 == 2:
            _, token = keys.sign_in(words, now=now, seconds=1e6)
            headers = {"cookie": f"steep_session={token}"}
        world.people.append(Person(name=f"key:{name}", scope=scope, groups=frozenset(groups), headers=headers))
    for name, groups in (("una", "red"), ("udo", "blue, green"), ("ute", "*")):
        headers = {"x-remote-user": name, "x-remote-groups": groups}
        known = frozenset(each.strip() for each in groups.split(",")) - {"*"}
        world.people.append(Person(name=f"user:{name}", scope="edit", groups=known, headers=headers))
    world.people.append(Person(name="", scope="", groups=frozenset(), headers={}))
    world.people.append(
        Person(
            name="", scope="", groups=frozenset(), headers={"authorization": "Bearer steep_000000000000_" + "a" * 43}
        )
    )
    for scope in ("ask", "admin"):
        key, _ = keys.new(world.secret("name of a key", scope="admin"), now=now, scope=scope)
        world.ids.setdefault("key", []).append(key.id)


def _answers(world: World) -> None:
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


def _pairs(world: World) -> None:
    pairs = []
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
        pairs.append(
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
        world.holds[pairs[-1].id] = [said]
    world.project.datasets.save(pairs=pairs, dev=frozenset(), recipe={}, summary={}, now=1.0)
    world.ids["pair"] = [pair.id for pair in pairs]


def _runs(world: World, folder: Path) -> None:
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
