"""What is done to the project of kills.py: one doing after the other, each drawn, and each for real."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import kill_world as world

from steep.flows import conversations, pairs
from steep.flows.answer import Answerer, AnswerRequest
from steep.flows.feedback import judge
from steep.values import Caller

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from steep.workspace.project import Project

CALLERS = ("ada", "ben", "cyd")
# which sections of what is kept a doing may change
TOUCHES: dict[str, frozenset[str]] = {
    "write": frozenset(),
    "delete": frozenset(),
    "rename": frozenset(),
    "open up": frozenset(),
    "index": frozenset(),
    "ask": frozenset({"answers"}),
    "judge": frozenset({"feedback"}),
    "talk": frozenset({"answers", "talks"}),
    "forget": frozenset({"answers", "feedback", "talks"}),
    "pair": frozenset({"datasets", "latest", "edits"}),
    "adapter": frozenset({"adapters"}),
    "point": frozenset({"aliases", "moves"}),
    "key": frozenset({"keys"}),
    "revoke": frozenset({"keys"}),
}
DOINGS = tuple(TOUCHES)
_WEIGHTS = {"index": 6, "write": 4, "pair": 2, "adapter": 2, "point": 2, "ask": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """``gone`` are words that no document holds once it is done."""

    what: str
    path: str = ""
    to: str = ""
    text: str = ""
    who: str = ""
    number: int = 0
    gone: tuple[str, ...] = field(default=())


def drawn_doings(drawn: Random, folder: Path, state: dict[str, Any], count: int) -> list[Doing]:
    """So many doings, which can be done one after the other on what is there now."""
    texts = {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*paper*.md")}
    found = [_drawn(drawn, what, texts) for what in _whats(drawn, count)]
    assert state["adapters"], "there is something to point at"
    return found


def _whats(drawn: Random, count: int) -> list[str]:
    return drawn.choices(DOINGS, [_WEIGHTS.get(what, 1) for what in DOINGS], k=count)


def _drawn(drawn: Random, what: str, texts: dict[str, str]) -> Doing:
    who, number = drawn.choice(CALLERS), drawn.getrandbits(30)
    path = drawn.choice(sorted(texts))
    if what == "write":
        if drawn.random() < 0.4 and len(texts) < 50:
            path = f"{drawn.choice(world.FOLDERS)}paper{number}.md"
        text = world.text_of(drawn, world.code_of(drawn))
        gone = _codes(texts.get(path, ""))
        texts[path] = text
        return Doing(what=what, path=path, text=text, gone=gone)
    if what == "delete" and len(texts) > 30:
        return Doing(what=what, path=path, gone=_codes(texts.pop(path)))
    if what == "rename":
        to = f"{drawn.choice(world.FOLDERS)}paper{number}.md"
        texts[to] = texts.pop(path)
        return Doing(what=what, path=path, to=to)
    if what == "open up":
        return Doing(what=what, text=drawn.choice(("crew\n", "guests\n", "crew\nguests\n")))
    return Doing(what="index" if what == "delete" else what, path=path, who=who, number=number)


def _codes(text: str) -> tuple[str, ...]:
    return (text.split()[3],) if text else ()


class Worker:
    """Does what is drawn, in an opened project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._folder = project.folder
        self._answerer = Answerer(project)

    def do(self, doing: Doing) -> None:
        getattr(self, "_" + doing.what.replace(" ", "_"))(doing)

    def _write(self, doing: Doing) -> None:
        self._put(self._folder / doing.path, doing.text)

    def _delete(self, doing: Doing) -> None:
        (self._folder / doing.path).unlink()

    def _rename(self, doing: Doing) -> None:
        (self._folder / doing.path).rename(self._folder / doing.to)

    def _open_up(self, doing: Doing) -> None:
        self._put(self._folder / "crew" / world.ACCESS, doing.text)

    def _index(self, doing: Doing) -> None:
        world.indexed(self._project)

    def _ask(self, doing: Doing) -> str:
        question = f"{world.QUESTIONS[doing.number % 2]} ({doing.number})"
        answer = self._answerer.answer(AnswerRequest(question=question, caller=Caller(name=doing.who)))
        assert self._project.answers.get(answer.id) is not None, "an answer that was given is kept"
        return answer.id

    def _judge(self, doing: Doing) -> None:
        if known := self._project.answers.newest(5):
            answer = known[doing.number % len(known)].answer.id
            caller = Caller(name=doing.who)
            judge(self._project, answer, right=False, better=f"It is {doing.number}.", caller=caller)

    def _talk(self, doing: Doing) -> None:
        caller = Caller(name=doing.who)
        known = conversations.listed(self._project, caller)
        if not known or doing.number % 3 == 0:
            conversations.begin(self._project, caller, profile="rag", title=f"Talk {doing.number}")
            return
        answer = self._ask(doing)
        conversations.continued(self._project, known[0].id, answer, question=f"Question {doing.number}")

    def _forget(self, doing: Doing) -> None:
        self._project.answers.delete_older(self._project.clock() + 1, caller=doing.who)

    def _pair(self, doing: Doing) -> None:
        operator = Caller(name=doing.who, scope="admin")
        if doing.number % 3:
            document = next(iter(self._project.library().documents()))
            quote = document.text.split("\n\n")[1].split(". ")[0]
            change = pairs.Change(question=f"What of {doing.number}?", document=document.path, quote=quote)
            pairs.write(self._project, change, operator)
        else:
            latest = self._project.datasets.load()[1]
            pairs.drop(self._project, latest[doing.number % len(latest)].id, operator, reason=f"{doing.number}")

    def _adapter(self, doing: Doing) -> None:
        source = self._project.state / f"tuned-{doing.number}"
        source.mkdir()
        (source / "adapter_config.json").write_text(json.dumps({"r": doing.number}), "utf-8")
        (source / "adapter_model.safetensors").write_bytes(doing.number.to_bytes(8, "big") * 200)
        base = self._project.generator().digest
        self._project.adapters.add(
            name="harbor", source=source, base=base, score=0.5, lineage={"by": doing.who}, now=self._project.clock()
        )

    def _point(self, doing: Doing) -> None:
        known = self._project.adapters.versions("harbor")
        version = known[doing.number % len(known)].version
        self._project.adapters.point("harbor", "trial", version, reason=f"{doing.number}", now=self._project.clock())

    def _key(self, doing: Doing) -> None:
        self._project.keys.new(f"{doing.who} {doing.number}", now=self._project.clock(), groups=["crew"])

    def _revoke(self, doing: Doing) -> None:
        for key in [each for each in self._project.keys.all() if each.revoked is None][:1]:
            self._project.keys.revoke(key.id, now=self._project.clock())

    def _put(self, file: Path, text: str) -> None:
        file.parent.mkdir(exist_ok=True)
        new = file.with_name(file.name + ".new")
        new.write_text(text, "utf-8")
        new.replace(file)
