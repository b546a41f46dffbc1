"""The flow: from an indexed project to a dataset version, with every loss counted."""

import dataclasses
import json
from itertools import pairwise

import pytest

from steep.errors import DatasetError, Interrupted, NotIndexed
from steep.flows.index import index
from steep.flows.synthesize import synthesize
from steep.values import OPERATOR
from steep.workspace.project import Project

CONFIG = """
[project]
name = "harbor"
documents = ["*.md"]
[plugins]
files = ["parts.py"]
[index.lexical]
use = "bm25"
[retriever]
use = "lexical"
[generator]
use = "words"
[[filter]]
use = "duplicates"
[[filter]]
use = "round-trip"
[[filter]]
use = "answered-after-all"
{more}
[synthesize]
unanswerable = 0.25
[[synthesizer]]
use = "structure"
pairs = {pairs}
"""

STRICT = """[[filter]]
use = "agreement"
least = {least}
"""

PARTS = '''
"""A generator that reads the sentence that shares most words with the question."""
from steep import hookimpl, offer
from steep.kinds import Abstain, Said, Weighed


class Words:
    digest = "words"
    others = ()
    closed_book = False

    def answer(self, request, at_hand):
        asked = set(request.question.lower().strip("?").split())
        sentences = [each for hit in request.hits for each in hit.passage.text.split(". ")]
        best = max(sentences, key=lambda each: len(asked & set(each.lower().split())), default="")
        share = len(asked & set(best.lower().split())) / max(1, len(asked))
        yield Weighed(confidence=share)
        yield Said(text=best) if share > 0.3 else Abstain(reason="")


@hookimpl
def steep_offers():
    yield offer(kind="generator", name="words", summary="Reads by words", build=lambda options, context: Words())
'''

PAGES = {
    "berths.md": "# Berths\n\n| Berth | Length | Depth |\n| --- | --- | --- |\n"
    + "".join(f"| M{number} | {number * 11} m | {number}.5 m |\n" for number in range(1, 9)),
    "crane.md": "# Crane\n\nThe crane driver inspects the hook every 6 months. The crane key is kept in the red box. "
    "If the siren sounds, lower the load to the ground.",
    "ferry.md": "# Ferry\n\nThe ferry lasts for 20 years. Foot passengers must arrive at least 10 minutes before "
    "departure. The purser decides who boards first when the deck is full.",
    "doors.md": "# Doors\n\nA quay door may stand open for at most 3 minutes. The door code is changed every 90 days. "
    "To open the gate, press the green button twice.",
}


@pytest.fixture
def project(tmp_path):
    return opened(tmp_path)


def opened(folder, *, pairs=20, more="", clock=lambda: 1000.0):
    (folder / "steep.toml").write_text(CONFIG.replace("{pairs}", str(pairs)).replace("{more}", more))
    (folder / "parts.py").write_text(PARTS)
    for name, text in PAGES.items():
        (folder / name).write_text(text)
    project = Project.open(folder, clock=clock)
    index(project, progress=lambda step: None)
    return project


def quiet(step):
    pass


def test_pairs_pass_the_filters_into_a_dataset_version(project):
    summary = synthesize(project, progress=quiet)
    version, pairs = project.datasets.load()
    assert version.version == summary.dataset
    assert len(pairs) == summary.kept == sum(summary.by_kind.values()) > 5
    assert summary.written == summary.kept + sum(summary.dropped.values()) + summary.unused
    for pair in pairs:
        assert not pair.answerable or pair.scores["rank"] <= 5
    json.dumps(dataclasses.asdict(summary))


def test_pairs_that_the_generator_does_not_answer_go_where_that_is_asked_for(project):
    everything = synthesize(project, progress=quiet)
    config = (project.folder / "steep.toml").read_text()
    (project.folder / "steep.toml").write_text(
        config.replace("[synthesize]", STRICT.format(least=0.6) + "[synthesize]")
    )
    with Project.open(project.folder) as opened_again:
        summary = synthesize(opened_again, progress=quiet)
        _, pairs = opened_again.datasets.load()
    assert summary.dropped["the generator does not find the answer"] > 0
    assert summary.kept < everything.kept
    assert all(pair.scores["reader_f1"] >= 0.6 for pair in pairs if pair.answerable)


def test_the_same_inputs_give_the_same_version(project, tmp_path):
    first = synthesize(project, progress=quiet)
    project.close()
    later = Project.open(tmp_path, clock=lambda: 9999.0)
    assert synthesize(later, progress=quiet) == first
    assert later.datasets.versions() == (first.dataset,)


def test_another_seed_gives_another_version(project, tmp_path):
    first = synthesize(project, progress=quiet)
    project.close()
    config = (tmp_path / "steep.toml").read_text()
    (tmp_path / "steep.toml").write_text(config.replace('name = "harbor"', 'name = "harbor"\nseed = 3'))
    assert synthesize(Project.open(tmp_path), progress=quiet).dataset != first.dataset


def test_a_shortfall_is_said_with_its_reasons(tmp_path):
    project = opened(tmp_path, pairs=500)
    summary = synthesize(project, progress=quiet)
    assert summary.kept < summary.asked == 500
    assert f"500 pairs were asked for and {summary.kept} kept" in summary.shortfall


def test_where_only_pairs_without_an_answer_are_missing_those_are_advised(tmp_path):
    opened(tmp_path, pairs=16).close()
    (tmp_path / "parts.py").write_text(
        PARTS.replace("share > 0.3", "best").replace("confidence=share", "confidence=1.0")
    )
    with Project.open(tmp_path, clock=lambda: 1000.0) as project:
        summary = synthesize(project, progress=quiet)
    assert summary.unused > 0
    assert summary.shortfall.startswith(f"16 pairs were asked for and {summary.kept} kept")
    assert "no passage answers. Add a [[synthesizer]] that writes them" in summary.shortfall
    assert "Index more documents" not in summary.shortfall


def test_too_few_unanswerable_pairs_are_said(tmp_path):
    opened(tmp_path).close()
    (tmp_path / "parts.py").write_text(
        PARTS.replace("share > 0.3", "best").replace("confidence=share", "confidence=1.0")
    )
    with Project.open(tmp_path, clock=lambda: 1000.0) as project:
        summary = synthesize(project, progress=quiet)
    assert summary.dropped["can be answered after all"] > 0
    (note,) = summary.notes
    assert f"of {summary.kept} pairs are unanswerable, fewer than the 25% that [synthesize] wants" in note


def test_no_shortfall_is_said_where_enough_was_kept(project):
    summary = synthesize(project, progress=quiet, count=4)
    assert summary.kept <= 4
    assert summary.asked == 4
    assert (summary.shortfall == "") == (summary.kept == 4)


def test_the_split_is_by_document(project):
    synthesize(project, progress=quiet)
    version, pairs = project.datasets.load()
    library = project.library()
    sides = {(library.passages(pair.passages[:1])[0].document, pair.id in version.dev) for pair in pairs}
    documents = [document for document, _ in sides]
    assert len(documents) == len(set(documents))
    assert {held for _, held in sides} == {True, False}


def test_unanswerable_pairs_are_at_most_their_share(project):
    summary = synthesize(project, progress=quiet)
    _, pairs = project.datasets.load()
    without = [pair for pair in pairs if not pair.answerable]
    assert 0 < len(without) <= round(0.25 * summary.asked)
    assert all(pair.scores["answered"] <= 0.5 for pair in without)


def test_nothing_of_a_held_out_question_is_learned(tmp_path):
    start = PAGES["doors.md"].index("at most 3 minutes")
    row = {
        "question": "For what time can the quay door stay open?",
        "answers": ["3 minutes"],
        "document": "doors.md",
        "span": [start, start + 17],
    }
    (tmp_path / "questions.jsonl").write_text(json.dumps(row) + "\n")
    project = opened(tmp_path, more='[measure]\nquestions = "questions.jsonl"')
    summary = synthesize(project, progress=quiet)
    _, pairs = project.datasets.load()
    assert summary.dropped["rests on a held-out question's evidence"] >= 1
    for span in (span for pair in pairs for span in pair.spans):
        assert (
            project.library().document(span.document).path != "doors.md"
            or span.end <= start
            or span.start >= start + 17
        )


def test_a_generator_that_cannot_be_used_is_noted_and_the_rest_goes_on(tmp_path):
    project = opened(tmp_path)
    project.close()
    config = (tmp_path / "steep.toml").read_text()
    (tmp_path / "steep.toml").write_text(config.replace('use = "words"', 'use = "transformers"\nmodel = "./no-such"'))
    summary = synthesize(Project.open(tmp_path), progress=quiet)
    assert summary.kept > 0
    assert "the generator cannot be used here" in summary.notes[0]
    assert "were not filtered by `answered-after-all`" in summary.notes[1]


def test_stopping_leaves_no_dataset_behind(project):
    def stop(step):
        if step.stage == "check pairs":
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="no dataset was written"):
        synthesize(project, progress=stop)
    assert project.datasets.versions() == ()
    assert synthesize(project, progress=quiet).kept > 0


WRITER = '''
"""A model that writes a pair about a passage, counts in a file what it was asked, and stops where `stop` says."""
import json
from pathlib import Path
from steep import hookimpl, offer
from steep.kinds import Piece

HERE = Path(__file__).parent


class Writer:
    digest = "writer"
    context = 4096

    def chat(self, asks):
        for number, ask in enumerate(asks):
            words = ask.messages[-1].content.split("\\n")[-2].split()
            with (HERE / "written").open("a") as file:
                file.write("x")
            if (HERE / "stop").exists() and (HERE / "written").stat().st_size == int((HERE / "stop").read_text()):
                raise KeyboardInterrupt
            pair = {"question": f"What does {words[-1]} end?", "answer": " ".join(words[-4:])}
            yield Piece(text=json.dumps(pair), ask=number, end="stop")

    def score(self, asks):
        return [0.0 for _ in asks]


@hookimpl
def steep_offers():
    yield offer(kind="model", name="writer", summary="Writes by rules", build=lambda options, context: Writer())
'''


def writing(folder):
    folder.mkdir()
    (folder / "writer.py").write_text(WRITER)
    config = CONFIG.replace('use = "structure"', 'use = "prompted"').replace('"parts.py"', '"parts.py", "writer.py"')
    (folder / "steep.toml").write_text(config.replace("{pairs}", "20").replace("{more}", '[model.w]\nuse = "writer"'))
    (folder / "parts.py").write_text(PARTS)
    for name, text in PAGES.items():
        (folder / name).write_text(text)
    project = Project.open(folder, clock=lambda: 1000.0)
    index(project, progress=quiet)
    return project


def test_what_a_model_wrote_before_it_was_stopped_is_not_written_again(tmp_path):
    whole, stopped = writing(tmp_path / "whole"), writing(tmp_path / "stopped")
    made = synthesize(whole, progress=quiet)
    wrote = (tmp_path / "whole" / "written").stat().st_size
    (tmp_path / "stopped" / "stop").write_text("3")
    with pytest.raises(Interrupted, match="2 replies of the language model are kept"):
        synthesize(stopped, progress=quiet)
    assert synthesize(stopped, progress=quiet).dataset == made.dataset
    assert (tmp_path / "stopped" / "written").stat().st_size == wrote + 1  # the third was asked for twice
    assert not list((tmp_path / "stopped" / ".steep" / "work").glob("*.jsonl"))


def test_checking_pairs_is_seen_from_its_beginning_and_every_few_pairs(project):
    seen = []
    synthesize(project, progress=seen.append)
    for stage in ("check pairs", "check unanswerable pairs"):
        done = [step.done for step in seen if step.stage == stage]
        assert done[0] == 0
        assert all(0 <= after - before <= 4 for before, after in pairwise(done))


def test_when_nothing_is_kept_the_error_says_why(tmp_path):
    project = opened(tmp_path, more=STRICT.format(least=0.3)).__class__
    (tmp_path / "parts.py").write_text(PARTS.replace("share > 0.3", "share > 2"))
    with pytest.raises(DatasetError, match="the generator does not find the answer"):
        synthesize(project.open(tmp_path), progress=quiet)


ADRIFT = """
from dataclasses import replace
from steep import hookimpl, offer
from steep.values import Pair, Span


class Adrift:
    def synthesize(self, request):
        passage = next(each for each in request.passages if "crane key" in each.text)
        start = passage.text.index("the red box")
        span = Span(
            document=passage.document,
            version=passage.version,
            start=passage.start + start,
            end=passage.start + start + 11,
            text="the red box",
        )
        whole = Pair(
            question="Where is the crane key kept?",
            answer="the red box",
            passages=(passage.id,),
            spans=(span,),
            synthesizer="adrift",
            kind="place",
            rule="by hand",
            seed=request.seed,
        )
        yield whole
        yield replace(whole, question="Where does the crane driver keep the key?", passages=())
        yield replace(whole, question="In what is the key of the crane?", passages=(passage.id, "0" * 24))
        yield replace(whole, question="Who has the crane key?", answer="", spans=(), passages=())


@hookimpl
def steep_offers():
    yield offer(kind="synthesizer", name="adrift", summary="Rest on nothing", build=lambda options, context: Adrift())
"""


def test_pairs_that_rest_on_no_passage_of_the_index_are_left_out_and_counted(tmp_path):
    (tmp_path / "adrift.py").write_text(ADRIFT)
    project = opened(tmp_path)
    config = (tmp_path / "steep.toml").read_text()
    config = config.replace('"parts.py"', '"parts.py", "adrift.py"').replace('use = "structure"', 'use = "adrift"')
    (tmp_path / "steep.toml").write_text(config)
    project.close()
    with Project.open(tmp_path, clock=lambda: 1000.0) as changed:
        summary = synthesize(changed, progress=quiet)
        _, (kept,) = changed.datasets.load()
    assert (summary.written, summary.kept) == (4, 1)
    assert summary.dropped == {"rests on no passage": 3}
    assert kept.question == "Where is the crane key kept?"


def test_without_an_index_there_is_nothing_to_write_from(tmp_path):
    (tmp_path / "steep.toml").write_text('[project]\nname = "harbor"\n')
    with pytest.raises(NotIndexed, match="steep index"):
        synthesize(Project.open(tmp_path), progress=quiet)


def test_every_question_that_is_kept_finds_its_passage(project):
    from steep.kinds import RetrievalRequest

    synthesize(project, progress=quiet)
    library = project.library()
    retriever = project.retriever(library)
    for pair in project.datasets.load()[1]:
        if pair.answerable:
            hits = retriever.retrieve(RetrievalRequest(question=pair.question, k=5, caller=OPERATOR))
            assert {hit.passage.id for hit in hits} & set(pair.passages)
