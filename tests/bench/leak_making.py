"""Makes a world of secrets from a seed: documents in folders for some, people, and what they leave behind."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from leak_traces import answers, pairs, runs
from leak_world import SCOPES, Page, Person, Secret, World

from steep.flows.index import index
from steep.values import content_id
from steep.workspace.project import Project

__all__ = ["whole"]

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
    answers(world)
    pairs(world)
    runs(world, folder)
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
