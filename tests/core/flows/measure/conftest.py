"""Eight goods with an old and a new price, and a generator of ten lines that looks prices up."""

import itertools
import json
import re
from dataclasses import dataclass, field

import pytest

from steep import Plugins, hookimpl, offer
from steep.flows.index import index
from steep.hooks import Selection
from steep.hooks.manager import Origin
from steep.kinds import Abstain, Quote, Said, Weighed
from steep.workspace.project import Project

CONFIG = """
[project]
name = "quay"
documents = ["docs/*.md"]
[index.lexical]
use = "bm25"
[retriever]
use = "lexical"
[generator]
use = "lookup"
[guardrails]
input = []
passages = []
output = []
[measure]
questions = "questions.jsonl"
resamples = 200
"""
GOODS = ["salt", "coal", "timber", "grain", "wool", "slate", "herring", "cider"]


@dataclass
class Lookup:
    """Answers with the number of the passage's first sentence that names the question's last word; abstains else.

    With an adapter it knows that of two sentences the later one holds.
    """

    closed_book: bool = False
    asked: list[str] = field(default_factory=list)
    loaded: list[int] = field(default_factory=list)
    stop_after: int | None = None
    fails_on: str = ""
    digest = "lookup"
    others = ()

    def answer(self, request, at_hand):
        if request.question.startswith("Which day does"):  # none of ours: the parts are being loaded
            self.loaded.append(len(self.asked))
            yield Abstain(reason="")
            return
        if self.stop_after is not None and len(self.asked) >= self.stop_after:
            raise KeyboardInterrupt
        self.asked.append(request.question)
        if self.fails_on and self.fails_on in request.question:
            raise RuntimeError("the model ran out of breath")
        if not request.hits:
            yield Weighed(confidence=0.1)
            yield Said(text="100 EUR")
            return
        wanted = re.findall(r"\w+", request.question)[-1].lower()
        for hit in request.hits:
            found = list(re.finditer(rf"{wanted} costs (\d+ EUR)", hit.passage.text))
            if found:
                place = found[-1 if at_hand.adapter else 0]
                start, end = place.span(1)
                yield Weighed(confidence=0.5 + len(wanted) / 20)
                yield Quote(passage=hit.passage.id, start=start, end=end)
                yield Said(text=place.group(1))
                return
        yield Abstain(reason="no passage names it")


@dataclass
class LookupPlugin:
    generator: Lookup

    @hookimpl
    def steep_offers(self):
        yield offer(
            kind="generator", name="lookup", summary="Looks a price up.", build=lambda options, context: self.generator
        )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "steep.toml").write_text(CONFIG)
    (tmp_path / "docs").mkdir()
    rows = [{"id": "none", "question": "What is the price of amber?", "unanswerable": True, "split": "test"}]
    for number, goods in enumerate(GOODS):
        old, new = f"{number + 10} EUR", f"{number + 20} EUR"
        text = (
            f"# {goods.title()}\n\nIn the old list {goods} costs {old} a ton.\n\nSince May {goods} costs {new} a ton.\n"
        )
        (tmp_path / "docs" / f"{goods}.md").write_text(text)
        evidence = [{"document": f"{goods}.md", "quote": f"{goods} costs {new}"}]
        row = {"question": f"What is the price of {goods}?", "answers": [new], "evidence": evidence, "kind": "price"}
        rows.append({**row, "id": f"new-{goods}", "split": "dev" if number < 3 else "test"})
        old_row = {"question": f"What was once the price of {goods}?", "answers": [old], "document": f"{goods}.md"}
        rows.append({**old_row, "id": f"old-{goods}", "split": "test", "kind": "history"})
    (tmp_path / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


@pytest.fixture
def generator():
    return Lookup()


@pytest.fixture
def project(folder, generator):
    plugins = Plugins.discover(Selection(allow=frozenset()))
    plugins.adopt(LookupPlugin(generator), Origin(plugin="lookup", distribution="test", version="0"))
    clock = itertools.count(1_750_000_000).__next__
    with Project.open(folder, plugins=plugins, clock=lambda: float(clock())) as opened:
        index(opened, progress=quiet)
        yield opened


def quiet(step):
    pass


def tuned(project, tmp_path):
    source = tmp_path / "adapter"
    source.mkdir()
    (source / "adapter_config.json").write_text("{}")
    version = project.adapters.add(name="quay", source=source, base="lookup", score=None, lineage={}, now=0.0)
    project.adapters.point("quay", "production", version.version, reason="test", now=0.0)
    return version


def arm(report, name):
    return next(each for each in report.arms if each.name == name)


def without_time(report):
    return {key: value for key, value in report.to_json().items() if key not in ("created", "latency")}


def only(project, beginning):
    lines = (project.folder / "questions.jsonl").read_text().splitlines()
    file = project.folder / f"{beginning}questions.jsonl"
    file.write_text("\n".join(line for line in lines if json.loads(line)["id"].startswith(beginning)))
    return file
