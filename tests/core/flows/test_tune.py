"""Tuning: a dataset becomes an adapter version, whatever is killed in between, and an alias moves only for a gain."""

import json
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
import torch
from pydantic import BaseModel
from safetensors.torch import load_file

from steep import hookimpl, offer
from steep.errors import ConfigError, DatasetError, Interrupted, ModelError
from steep.flows.index import index
from steep.flows.questions import locator_in
from steep.flows.tune import TuneRequest, tune
from steep.hooks import Origin, Plugins, Selection
from steep.kinds import Abstain, AdapterRef, Asked, Said
from steep.testing.hands import PlainHand, draft_of
from steep.testing.tiny_models import tiny_model
from steep.testing.trainees import Killed, TinyTrainee
from steep.tuning.asked import pairs_asked
from steep.tuning.general import INSTRUCTIONS, TEXTS
from steep.values import Pair, Question, Span, TextRow
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
    assert made_from["phases"][0]["course"]["learning_rate"] == 0.05
    assert made_from["seed"] == 0
    assert {"python", "torch", "steep"} <= set(made_from["versions"])
    assert (made_from["rows"], made_from["score_before"]) == (24, summary.score_before)
    assert leftovers(project) == []


def test_questions_of_the_split_dev_are_held_out_beside_the_pairs(open_project):
    project = open_project(settings=SETTINGS + '[measure]\nquestions = "questions.jsonl"\nsplit = "test"\n')
    with_dataset(project)
    alone = tune(project, progress=silent).dev_rows
    evidence = [{"document": "note-001.md", "quote": "mark 1"}]
    asked = [
        {"question": "Which mark has berth 001?", "answers": ["1"], "evidence": evidence},
        {"question": "Where is berth 900?", "answers": ["nowhere at all"], "document": "note-002.md"},
    ]
    lines = [
        {**each, "id": f"{split} {n}", "split": split} for n, each in enumerate(asked) for split in ("dev", "test")
    ]
    (project.folder / "questions.jsonl").write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    summary = tune(project, progress=silent)
    assert (alone, summary.dev_rows, summary.rows) == (8, 9, 24)


def test_a_question_without_an_answer_is_held_out_with_the_passages_nearest_to_it(open_project):
    project = open_project()
    library = project.library()
    question = Question(id="q", question="Who owns berth 003?")
    locate = locator_in(project.folder, library).locate
    (pair,) = pairs_asked([question], library, project.retriever(library), locate=locate)
    assert (pair.answerable, pair.answer, pair.synthesizer) == (False, "", "person")
    assert pair.passages
    assert library.passages(pair.passages[:1])[0].path == "note-003.md"


def test_without_a_gain_the_alias_stays_and_the_summary_says_so(open_project):
    project = open_project(generator="helpless")
    with_dataset(project)
    summary = tune(project, progress=silent)
    assert not summary.promoted
    assert summary.decision == "no gain on the held-out rows: -1.0000 before, -1.0000 after"
    assert project.adapters.aliases() == {}
    assert project.adapters.resolve(summary.version).version == summary.version


def test_the_same_project_tunes_to_the_same_version_and_another_seed_to_another(open_project):
    versions = []
    for name, seed in (("one", None), ("two", None), ("three", 5)):
        project = open_project(name)
        with_dataset(project)
        versions.append(tune(project, progress=silent, request=TuneRequest(seed=seed)).version)
    assert versions[0] == versions[1] != versions[2]


@pytest.mark.parametrize("killed_at", [("rows", 3), ("tune", 1), ("tune", 5), ("tune", 11)])
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
        if not at.stays:
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


def write_settings(project, text):
    (project.folder / "steep.toml").write_text(text.replace("{generator}", "tiny"), "utf-8")
    return Project.open(project.folder, plugins=project.plugins, clock=lambda: 2000.0)


def test_each_recipe_has_an_adapter_of_its_name_and_an_unknown_one_suggests_the_nearest(open_project):
    project = open_project(settings=SETTINGS + "[tune.support]\nlearning_rate = 0.05\nbatch = 8\n")
    with_dataset(project)
    first = tune(project, progress=silent)
    second = tune(project, progress=silent, request=TuneRequest(recipe="support"))
    assert (first.name, second.name) == ("harbor", "support")
    assert {"harbor@production", "support@production"} <= set(project.adapters.aliases())
    with pytest.raises(ConfigError, match=r"no recipe \[tune\.suport\]; did you mean `support`"):
        tune(project, progress=silent, request=TuneRequest(recipe="suport"))


def test_what_a_recipe_says_of_a_course_holds_where_its_phase_does_not_say_it(open_project):
    project = open_project(settings=SETTINGS + "[tune.quick]\nlearning_rate = 0.05\nphases = ['instruct']\n")
    with_dataset(project)
    (phase,) = tune(project, progress=silent, request=TuneRequest(recipe="quick")).phases
    assert (phase["course"]["learning_rate"], phase["course"]["batch"]) == (0.05, 16)


REPLAY = """
[[tune.default.phases.mixture]]
use = "replay"
file = "old.jsonl"
share = 0.25
"""


def with_old_rows(project, rows=20):
    lines = [{"question": f"{n}?", "context": f"The mark is {n % 4}.", "answers": [str(n % 4)]} for n in range(rows)]
    (project.folder / "old.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")


def test_rows_of_a_mixture_stand_among_the_others_by_their_share_and_in_the_lineage(open_project):
    project = open_project(settings=SETTINGS + REPLAY)
    with_old_rows(project)
    with_dataset(project)
    summary = tune(project, progress=silent)
    assert (summary.rows, summary.dev_rows) == (24 + 8, 8)
    mixture = project.adapters.resolve("harbor@production").lineage["phases"][0]["mixture"]
    assert [(part["use"], part["share"]) for part in mixture] == [("instruct", 0.75), ("replay", 0.25)]


def test_a_part_of_a_mixture_with_too_few_rows_is_said(open_project):
    project = open_project(settings=SETTINGS + REPLAY)
    with_old_rows(project, rows=3)
    with_dataset(project)
    summary = tune(project, progress=silent)
    assert summary.rows == 24 + 3
    assert any("`replay` has 3 rows of the 8" in warning for warning in summary.warnings)


def test_a_recipe_that_mixes_rows_its_objective_cannot_take_is_refused_with_recipe_and_phase(open_project):
    project = open_project(settings=SETTINGS + REPLAY.replace("replay", "dpo"))
    with_dataset(project)
    with pytest.raises(
        ConfigError, match=r"recipe `default`, phase 1: `instruct` learns by `span`, and `dpo` .* phase of its own"
    ):
        tune(project, progress=silent)


def test_a_phase_whose_objective_the_model_cannot_take_is_refused_with_recipe_and_phase(open_project):
    project = open_project(settings=SETTINGS + '[[tune.default.phases]]\nuse = "pretrain"\n')
    with_dataset(project)
    with pytest.raises(ConfigError, match=r"recipe `default`, phase 2: `pretrain` makes rows for `next-token`.*`span`"):
        tune(project, progress=silent)


def test_a_strategy_that_makes_other_rows_than_it_says_is_refused(open_project):
    project = open_project(settings=SETTINGS.replace('use = "instruct"', 'use = "lying"'))
    with_dataset(project)
    with pytest.raises(DatasetError, match=r"phase 1 \(lying\) learns by `span`, which takes SpanRow, .* TextRow"):
        tune(project, progress=silent)


@pytest.mark.parametrize(("wrong", "meant"), [("epoch", "epochs"), ("mixtur", "mixture")])
def test_a_misspelt_key_of_a_phase_is_named_whoever_it_belongs_to(open_project, wrong, meant):
    with pytest.raises(ConfigError, match=rf"unknown key `{wrong}`; did you mean `{meant}`"):
        open_project(settings=SETTINGS.replace("epochs = 4", f"{wrong} = 2"))


def test_gains_are_measured_on_the_same_rows_before_the_first_phase_and_after_the_last(open_project):
    project = open_project(settings=SETTINGS + PHASE)
    with_dataset(project)
    summary = tune(project, progress=silent)
    assert summary.score_before == pytest.approx(summary.phases[0]["score_before"])
    assert summary.score_after == summary.phases[1]["score_after"]


def test_a_forced_version_goes_into_production_with_its_reason_in_the_history(open_project):
    project = open_project(generator="helpless")
    with_dataset(project)
    summary = tune(project, progress=silent, request=TuneRequest(force="the demo needs one"))
    assert summary.promoted
    (move,) = project.adapters.history("harbor", "production")
    assert "forced: the demo needs one (against it: no gain on the held-out rows" in move.reason


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


QUICK = "learning_rate = 0.01\nepochs = 4\nbatch = 8\nrank = 4\nforgetting = 100\ndistractors = 1\n"


def test_a_language_model_is_tuned_and_served_with_its_adapter(language_model):
    with language_model(f"[tune.default]\n{QUICK}") as tuned:
        summary = tune(tuned, progress=silent)
        assert summary.score_after > summary.score_before
        assert {"general_loss", "instructions_followed"} == set(summary.forgetting)
        version = tuned.adapters.resolve(summary.version)
        assert version.lineage["forgetting"]["general_loss"]["before"] > 0
        assert tuned.adapters.damage(version.version) == ""
        adapter = AdapterRef(version=version.version, folder=Path(version.folder))
        asked = Asked(question="aaaaa 000", max_tokens=4, grounded=False)
        chat, model = tuned.generator(), tuned.model("small")
        plain = draft_of(chat, asked, PlainHand(answers_with=model)).text
        assert draft_of(chat, asked, PlainHand(answers_with=model, adapter=adapter)).text != plain


NAMED = '[model.small]\nuse = "transformers"\nmodel = "../model"\ndtype = "float32"\n[tune.default]\n'


def test_a_recipe_can_name_the_model_it_tunes(language_model):
    with language_model(f"{NAMED}{QUICK}model = 'small'\nphases = ['pretrain']\nmax_steps = 2\n") as tuned:
        summary = tune(tuned, progress=silent)
        assert tuned.adapters.resolve(summary.version).base == tuned.model("small").digest


def test_a_recipe_for_a_model_that_is_not_there_suggests_the_nearest(language_model):
    with (
        language_model(f"{NAMED}model = 'smal'\n") as tuned,
        pytest.raises(ConfigError, match=r"no \[model\.smal\]; did you mean `small`"),
    ):
        tune(tuned, progress=silent)


FAMILY = """
[[tune.default.phases]]
use = "pretrain"
held_out = 0.2
[[tune.default.phases]]
use = "raft"
[[tune.default.phases.mixture]]
use = "replay"
file = "chat.jsonl"
share = 0.2
[[tune.default.phases]]
use = "dpo"
file = "preferred.jsonl"
"""


def test_documents_first_then_pairs_among_distractors_then_preferences(language_model):
    with language_model(f"[tune.default]\n{QUICK}{FAMILY}") as tuned:
        chat = [{"instruction": f"Say {n}.", "output": f"{n}"} for n in range(4)]
        preferred = [{"prompt": f"Which mark has {n}?", "chosen": f"mark {n}", "rejected": "no"} for n in range(8)]
        for name, lines in (("chat", chat), ("preferred", preferred)):
            (tuned.folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
        summary = tune(tuned, progress=silent)
    assert [phase["objective"] for phase in summary.phases] == ["next-token", "reply", "preference"]
    assert summary.score_before == pytest.approx(-0.6931, abs=1e-3)  # a model prefers nothing to itself
    assert summary.score_after > summary.score_before


def test_a_project_of_one_paragraph_without_pairs_can_learn_its_document(language_model):
    with language_model(f"[tune.default]\n{QUICK}phases = ['pretrain']\n") as tuned:
        for file in sorted(tuned.folder.glob("note-*.md"))[1:]:
            file.unlink()
        index(tuned, progress=silent)
        summary = tune(tuned, progress=silent)
        assert (summary.rows, summary.dev_rows) == (1, 1)
        assert summary.score_after > summary.score_before


JUDGED = """
[[tune.default.phases]]
use = "instruct"
[[tune.default.phases.mixture]]
use = "feedback"
share = 0.25
[[tune.default.phases]]
use = "dpo"
beta = 0.5
held_out = 0.3
"""


def judged(project, *, right, better):
    """Answers of which people said that they are right, or what would have been better."""
    from steep.flows.feedback import judge
    from steep.values import OPERATOR, Answer, Citation, Hit

    for number, passage in enumerate(project.library().all_passages()[: right + better]):
        start = passage.text.index("The berth")
        citation = Citation(
            document=passage.document,
            version=passage.version,
            path=passage.path,
            start=passage.start + start,
            end=passage.end,
            text=passage.text[start:],
            passage=passage.id,
        )
        answer = Answer(
            id=f"a{number}",
            question=f"Which mark has the berth {passage.path[5:8]}?",
            text=passage.text[start:] if number < right else "No mark at all [1].",
            citations=(citation,),
            confidence=None,
            abstained=False,
            hits=(Hit(passage=passage, score=1.0, rank=1),),
        )
        project.answers.add(answer, now=1.0)
        said = "" if number < right else passage.text[start:]
        judge(project, answer.id, right=not said, better=said, caller=OPERATOR)


def test_what_people_said_of_answers_reaches_the_next_adapter_and_its_lineage(language_model):
    with language_model(f"[tune.default]\n{QUICK}{JUDGED}") as tuned:
        judged(tuned, right=2, better=5)
        summary = tune(tuned, progress=silent)
        lineage = tuned.adapters.resolve(summary.version).lineage
    assert lineage["feedback"] == {"said": 7, "pairs": 7, "preferences": 5, "left_out": 0} == summary.feedback
    assert [part["use"] for part in lineage["phases"][0]["mixture"]] == ["instruct", "feedback"]
    assert lineage["phases"][0]["rows"] == 6 + 2
    assert (lineage["phases"][1]["rows"], lineage["phases"][1]["dev_rows"]) == (3, 2)
    assert lineage["phases"][1]["mixture"][0]["options"] == {"beta": 0.5, "held_out": 0.3}
    assert summary.score_before == pytest.approx(-0.6931, abs=1e-3)
    assert summary.score_after > summary.score_before


def test_feedback_that_no_strategy_asks_for_changes_nothing(open_project):
    one, other = open_project("one"), open_project("other")
    for project in (one, other):
        with_dataset(project)
    judged(other, right=3, better=0)
    first, second = (tune(project, progress=silent) for project in (one, other))
    assert first.version == second.version
    assert second.feedback is None


def test_preferences_without_any_feedback_are_asked_for_by_name(language_model):
    with (
        language_model(f"[tune.default]\n{QUICK}phases = ['dpo']\n") as tuned,
        pytest.raises(DatasetError, match=r"`dpo` found no preference: .*steep feedback ID --better"),
    ):
        tune(tuned, progress=silent)


def test_a_tuning_says_early_how_long_it_will_take(open_project):
    project = open_project()
    with_dataset(project)
    seen = []
    summary = tune(project, progress=seen.append)
    (promise,) = [at for at in seen if at.stays]
    assert (promise.stage, promise.done) == ("tune", 3)
    assert promise.note.startswith("about ")
    assert "on this machine" in promise.note
    assert summary.estimated_seconds == summary.phases[0]["estimated_seconds"] > 0
