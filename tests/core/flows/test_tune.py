"""Tuning: a dataset becomes an adapter version, whatever is killed in between, and an alias moves only for a gain."""

import json
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import pytest
import torch
from pydantic import BaseModel
from safetensors.torch import load_file

from steep import hookimpl, offer
from steep.errors import ConfigError, DatasetError, Interrupted, ModelError
from steep.flows.index import index
from steep.flows.tune import tune
from steep.hooks import Origin, Plugins, Selection
from steep.kinds import Abstain, AdapterRef, Asked, Said
from steep.testing.hands import PlainHand, draft_of
from steep.testing.strategy import Killed
from steep.testing.tiny_models import tiny_model
from steep.testing.trainees import TinyTrainee
from steep.tuning.examples import ExampleMaker
from steep.tuning.replay import digest
from steep.values import Pair, Span
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

[tune]
rank = 4

[[tune.phase]]
use = "instruct"
epochs = 4
learning_rate = 0.05
batch = 8
evaluations = 2
"""
PHASE = '[[tune.phase]]\nuse = "instruct"\nepochs = 2\nlearning_rate = 0.02\nbatch = 8\n'
LETTERS = "abcd"


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
            trainee.score = lambda examples: -float(next(scores))
        return trainee


class Untunable:
    digest, others, closed_book = "remote", (), True

    def answer(self, asked, at_hand):
        yield Said(text="yes")


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


def test_a_gain_makes_a_version_with_its_lineage_and_moves_the_alias(open_project):
    project = open_project()
    dataset = with_dataset(project)
    summary = tune(project, progress=silent)
    assert summary.promoted
    assert summary.score_after > summary.score_before
    assert (summary.name, summary.dataset, summary.rows, summary.dev_rows) == ("harbor", dataset.version, 24, 8)
    assert json.loads(json.dumps(summary.phases))[0]["history"]
    version = project.adapters.resolve("harbor@production")
    assert version.version == summary.version
    assert (version.base, version.score) == ("tiny-base", summary.score_after)
    assert (Path(version.folder) / "adapter_model.safetensors").is_file()
    made_from = version.lineage
    assert made_from["dataset"] == dataset.version
    assert made_from["generation"]["fingerprint"] == project.library().generation.fingerprint
    assert made_from["lora"] == {"rank": 4, "alpha": 32, "dropout": 0.05}
    assert made_from["phases"][0]["options"]["learning_rate"] == 0.05
    assert made_from["seed"] == 0
    assert {"python", "torch", "steep"} <= set(made_from["versions"])
    assert (made_from["rows"], made_from["score_before"]) == (24, summary.score_before)
    assert leftovers(project) == []


def test_without_a_gain_the_alias_stays_and_the_summary_says_so(open_project):
    project = open_project(generator="helpless")
    with_dataset(project)
    summary = tune(project, progress=silent)
    assert not summary.promoted
    assert summary.decision == "no gain on the dev pairs: -1.0000 before, -1.0000 after"
    assert project.adapters.aliases() == {}
    assert project.adapters.resolve(summary.version).version == summary.version


def test_the_same_project_tunes_to_the_same_version_and_another_seed_to_another(open_project):
    versions = []
    for name, seed in (("one", None), ("two", None), ("three", 5)):
        project = open_project(name)
        with_dataset(project)
        versions.append(tune(project, progress=silent, seed=seed).version)
    assert versions[0] == versions[1] != versions[2]


@pytest.mark.parametrize("killed_at", [("examples", 3), ("tune", 1), ("tune", 5), ("tune", 11)])
def test_a_killed_tuning_goes_on_and_ends_as_an_unbroken_one(open_project, killed_at):
    def killing(at):
        if (at.stage, at.done) == killed_at:
            raise Killed

    unbroken, broken = open_project("unbroken"), open_project("broken")
    for project in (unbroken, broken):
        with_dataset(project)
    with pytest.raises(Killed):
        tune(broken, progress=killing)
    assert broken.adapters.versions() == ()
    assert tune(broken, progress=silent).version == tune(unbroken, progress=silent).version
    assert leftovers(broken) == []


def test_a_phase_begins_with_the_adapter_of_the_one_before_and_is_not_repeated(open_project):
    def killing_in_the_second(at):
        seen.append((at.stage, at.done))
        if seen.count(("tune", 3)) == 2:
            raise Killed

    project = open_project(settings=SETTINGS + PHASE)
    with_dataset(project)
    seen = []
    with pytest.raises(Killed):
        tune(project, progress=killing_in_the_second)
    steps = []
    summary = tune(project, progress=lambda at: steps.append(at.done) if at.stage == "tune" else None)
    first, second = summary.phases
    assert second["score_before"] == first["score_after"] <= second["score_after"]
    assert summary.score_before == first["score_before"]
    assert summary.steps == first["steps"] + second["steps"]
    assert len(steps) <= second["steps"] + 1


def test_ctrl_c_says_that_the_next_command_goes_on(open_project):
    def interrupting(at):
        if at.stage == "tune" and at.done == 5:
            raise KeyboardInterrupt

    project = open_project()
    with_dataset(project)
    with pytest.raises(Interrupted, match="goes on from the last checkpoint"):
        tune(project, progress=interrupting)
    assert leftovers(project) != []
    assert tune(project, progress=silent).promoted


def test_production_is_not_taken_from_a_version_that_scored_higher_on_the_same_pairs(open_project):
    project = open_project()
    with_dataset(project)
    best = tune(project, progress=silent)
    weaker = SETTINGS.replace("epochs = 4", "epochs = 1").replace("0.05", "0.001").replace("{generator}", "tiny")
    (project.folder / "steep.toml").write_text(weaker, "utf-8")
    with Project.open(project.folder, plugins=project.plugins, clock=lambda: 2000.0) as again:
        summary = tune(again, progress=silent)
        assert summary.score_before < summary.score_after < best.score_after
        assert not summary.promoted
        assert best.version in summary.decision
        assert again.adapters.resolve("harbor").version == best.version


def test_there_must_be_a_dataset(open_project):
    with pytest.raises(DatasetError, match="run `steep synthesize` first"):
        tune(open_project(), progress=silent)


def test_a_generator_whose_weights_are_elsewhere_cannot_be_tuned(open_project):
    project = open_project(generator="remote")
    with_dataset(project)
    with pytest.raises(ModelError, match=r"`remote`.*cannot be tuned"):
        tune(project, progress=silent)


def test_there_must_be_a_phase(open_project):
    project = open_project(settings=SETTINGS.partition("[[tune")[0].replace("rank = 4", "phase = []"))
    with_dataset(project)
    with pytest.raises(ConfigError, match="lists no phase"):
        tune(project, progress=silent)


def test_pairs_of_documents_that_changed_are_left_out_and_said(open_project):
    project = open_project()
    dataset = with_dataset(project)
    for number in (20, 21):
        (project.folder / f"note-{number:03}.md").write_text("# Closed\n\nThis berth is closed.\n", "utf-8")
    index(project, progress=silent)
    summary = tune(project, progress=silent)
    assert summary.dropped == {"no longer in the index": 2}
    assert summary.rows == 22
    assert any(dataset.version in warning and "another generation" in warning for warning in summary.warnings)
    assert any("2 pairs" in warning for warning in summary.warnings)


def maker(project, distractors=2, seed=0):
    library = project.library()
    formatter = project.build("formatter", project.config.formatter)
    return ExampleMaker(
        library=library,
        retriever=project.retriever(library),
        formatter=formatter,
        distractors=distractors,
        seed=seed,
    )


def test_distractors_are_near_and_do_not_hold_the_answer(open_project):
    project = open_project()
    pairs = [replace(pair, question=f"Which mark has berth {pair.question}?") for pair in pairs_of(project)]
    made = maker(project).make(pairs, frozenset({pairs[0].id}), silent)
    assert (len(made.train), len(made.dev), made.lost) == (31, 1, 0)
    for example in (*made.train, *made.dev):
        golden, *others = example.passages
        assert golden.id == example.pair.passages[0]
        assert len(others) == 2
        assert all(f"mark {example.pair.answer}" not in other.text for other in others)
        shown = example.conversation.messages[-2].content
        assert all(passage.text in shown for passage in example.passages)


def test_the_right_passage_stands_anywhere_and_the_seed_decides_where(open_project):
    project = open_project()
    pairs = [replace(pair, question=f"berth {pair.question}") for pair in pairs_of(project)]

    def places(seed):
        shown = [
            e.conversation.messages[-2].content
            for e in maker(project, seed=seed).make(pairs, frozenset(), silent).train
        ]
        return [
            text.index(pair.question) > text.index("Passage [2] begins")
            for text, pair in zip(shown, pairs, strict=True)
        ]

    assert places(0) == places(0) != places(1)
    assert 0.3 < sum(places(0)) / len(pairs) < 0.95


def test_a_language_model_is_tuned_and_served_with_its_adapter(open_project, tmp_path):
    project = open_project(notes=8)
    said = [
        m.content
        for e in maker(project).make(pairs_of(project), frozenset(), silent).train
        for m in e.conversation.messages
    ]
    tiny_model(tmp_path / "model", said)
    settings = SETTINGS.replace('use = "{generator}"', 'use = "transformers"\nweights = "../model"\ndtype = "float32"')
    (project.folder / "steep.toml").write_text(
        settings.replace("learning_rate = 0.05", "learning_rate = 0.01"), "utf-8"
    )
    with Project.open(project.folder, clock=lambda: 3000.0) as tuned:
        with_dataset(tuned)
        summary = tune(tuned, progress=silent)
        assert summary.promoted
        version = tuned.adapters.resolve("harbor@production")
        assert tuned.adapters.damage(version.version) == ""
        adapter = AdapterRef(version=version.version, folder=Path(version.folder))
        asked = Asked(question="aaaaa 000", max_tokens=4, grounded=False)
        generator = tuned.generator()
        plain = draft_of(generator, asked).text
        assert draft_of(generator, asked, PlainHand(adapter=adapter)).text != plain


def test_rows_of_the_replay_file_are_trained_on_beside_the_pairs_and_named_in_the_lineage(open_project):
    project = open_project(settings=SETTINGS.replace("rank = 4", 'rank = 4\nreplay = "old.jsonl"\nreplay_share = 0.25'))
    rows = [{"question": f"{n}?", "context": f"The mark is {n % 4}.", "answers": [str(n % 4)]} for n in range(20)]
    (project.folder / "old.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    with_dataset(project)
    summary = tune(project, progress=silent)
    assert (summary.rows, summary.dev_rows) == (24 + 8, 8)
    lineage = project.adapters.resolve("harbor@production").lineage
    content = digest(project.folder / "old.jsonl")
    assert lineage["replay"] == {"file": "old.jsonl", "share": 0.25, "content": content}
    (project.folder / "old.jsonl").write_text(json.dumps(rows[0]), "utf-8")
    assert digest(project.folder / "old.jsonl") != content
