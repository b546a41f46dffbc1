"""Indexed projects to tune: notes whose berths have marks, and what learns them at once."""

from dataclasses import dataclass
from itertools import count

import pytest
import torch
from pydantic import BaseModel
from safetensors.torch import load_file

from steep import hookimpl, offer
from steep.flows.index import index
from steep.hooks import Origin, Plugins, Selection
from steep.kinds import Abstain, Said
from steep.testing.tiny_models import tiny_model
from steep.testing.trainees import TinyTrainee
from steep.tuning.following import INSTRUCTIONS
from steep.tuning.general import TEXTS
from steep.values import Pair, Span, TextRow
from steep.workspace.project import Project

torch.set_num_threads(1)

SETTINGS = """
[project]
name = "harbor"
documents = ["*.md"]

[index.lexical]
use = "bm25"

[retriever]
use = "lexical"

[generator]
use = "{generator}"

[tune.default]
rank = 4

[[tune.default.phases]]
use = "instruct"
epochs = 4
learning_rate = 0.05
batch = 8
evaluations = 2
"""
PHASE = '[[tune.default.phases]]\nuse = "instruct"\nepochs = 2\nlearning_rate = 0.02\nbatch = 8\n'
LETTERS = "abcd"
QUICK = "learning_rate = 0.01\nepochs = 4\nbatch = 8\nrank = 4\nforgetting = 100\ndistractors = 1\n"
NAMED = '[model.small]\nuse = "transformers"\nmodel = "../model"\ndtype = "float32"\n[tune.default]\n'


def silent(at):
    """Progress that nobody watches."""


class NoOptions(BaseModel, extra="forbid"):
    """Nothing to set."""


@dataclass
class TinyGenerator:
    """A generator that can be tuned in milliseconds; ``helpless`` ones never score better."""

    helpless: bool = False
    digest: str = "tiny-base"
    others: tuple[str, ...] = ()
    closed_book: bool = False

    def answer(self, asked, at_hand):
        yield Abstain(reason="it only learns")

    def trainee(self, shape, seed, start=None):
        trainee = TinyTrainee()
        if start is not None:
            trainee.model.load_state_dict(load_file(start.folder / "adapter_model.safetensors"), strict=False)
        if self.helpless:
            scores = count(1)
            trainee.scores = lambda rows: [-float(next(scores))] * len(rows)
        return trainee


class Untunable:
    digest, others, closed_book = "remote", (), True

    def answer(self, asked, at_hand):
        yield Said(text="yes")


class Lying:
    objectives = ("span",)

    def rows(self, source):
        yield TextRow(text="No span at all.")


class TestPlugin:
    """Offers the generators of these tests."""

    __test__ = False

    @hookimpl
    def steep_offers(self):
        yield offer(
            kind="generator",
            name="tiny",
            summary="Learns",
            config=NoOptions,
            build=lambda options, context: TinyGenerator(),
        )
        yield offer(
            kind="generator",
            name="helpless",
            summary="Never learns",
            config=NoOptions,
            build=lambda options, context: TinyGenerator(True),
        )
        yield offer(kind="strategy", name="lying", summary="Says spans", build=lambda options, context: Lying())
        yield offer(
            kind="generator",
            name="remote",
            summary="Elsewhere",
            config=NoOptions,
            build=lambda options, context: Untunable(),
        )


@pytest.fixture
def open_project(tmp_path):
    """Open a project of 32 notes in a folder of its own, indexed."""
    opened = []

    def make(name="project", settings=SETTINGS, generator="tiny", notes=32):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for number in range(notes):
            letter = LETTERS[number % 4]
            text = f"# Berth {number:03}\n\nThe berth {letter * 5} {number:03} has the mark {number % 4}.\n"
            (folder / f"note-{number:03}.md").write_text(text, "utf-8")
        (folder / "steep.toml").write_text(settings.replace("{generator}", generator), "utf-8")
        plugins = Plugins.discover(Selection())
        plugins.adopt(TestPlugin(), Origin(plugin="test-plugin", distribution="tests", version="0"))
        ticks = count(1_000)
        project = Project.open(folder, plugins=plugins, clock=lambda: float(next(ticks)))
        opened.append(project)
        index(project, progress=silent)
        return project

    yield make
    for project in opened:
        project.close()


def pairs_of(project):
    return tuple(_pair(passage) for passage in project.library().all_passages())


def _pair(passage):
    number = int(passage.path[5:8])
    answer = str(number % 4)
    start = passage.text.index("mark ") + 5
    span = Span(
        document=passage.document,
        version=passage.version,
        start=passage.start + start,
        end=passage.start + start + 1,
        text=answer,
    )
    return Pair(
        question=f"{LETTERS[number % 4] * 5} {number:03}",
        answer=answer,
        passages=(passage.id,),
        spans=(span,),
        synthesizer="hand",
        kind="fact",
        rule="mark",
        seed=0,
    )


def with_dataset(project, pairs=None, **recipe):
    pairs = pairs or pairs_of(project)
    dev = frozenset(pair.id for pair in pairs[: len(pairs) // 4])
    recipe = {"generation": project.library().generation.fingerprint, **recipe}
    return project.datasets.save(pairs=pairs, dev=dev, recipe=recipe, summary={}, now=1.0)


def leftovers(project):
    work = project.state / "work"
    return sorted(path.name for path in work.iterdir()) if work.is_dir() else []


@pytest.fixture
def language_model(open_project, tmp_path):
    """Open a project of eight notes whose generator is a tiny language model, with a recipe."""

    def make(recipe, name="model-project"):
        project = open_project(name, notes=8)
        texts = [passage.text for passage in project.library().all_passages()]
        if not (tmp_path / "model").exists():
            said = [*TEXTS, *(each.ask for each in INSTRUCTIONS), "<passage> </passage> Question: You answer questions"]
            tiny_model(tmp_path / "model", [*texts, *said], context=1024)
        settings = SETTINGS.partition("[tune.default]")[0]
        settings = settings.replace('use = "{generator}"', 'use = "chat"')
        model = "" if "[model." in recipe else NAMED.partition("[tune.default]")[0]
        (project.folder / "steep.toml").write_text(settings + model + recipe, "utf-8")
        tuned = Project.open(project.folder, clock=lambda: 3000.0)
        with_dataset(tuned)
        return tuned

    return make
