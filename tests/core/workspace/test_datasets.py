"""Dataset versions: the same content is the same version, and what was saved is what is loaded."""

import shutil

import pytest

from steep.errors import DatasetError
from steep.values import Pair, Span


def pair(number):
    text = f"answer {number} \u2028 with a line separator"
    span = Span(document="d", version="v", start=0, end=len(text), text=text)
    return Pair(
        question=f"question {number}?",
        answer=text,
        passages=("p",),
        spans=(span,),
        synthesizer="s",
        kind="fact",
        rule="r",
        seed=0,
        scores={"f1": 0.5},
    )


PAIRS = tuple(pair(number) for number in range(4))


def save(project, pairs=PAIRS, recipe=None, now=1.0):
    dev = frozenset({pairs[0].id}) if pairs else frozenset()
    return project.datasets.save(pairs=pairs, dev=dev, recipe=recipe or {"k": 1}, summary={"kept": 4}, now=now)


def test_what_was_saved_is_loaded(project):
    saved = save(project)
    version, pairs = project.datasets.load()
    assert (version, pairs) == (saved, PAIRS)
    assert (version.pairs, version.dev, version.recipe, version.summary) == (
        4,
        {PAIRS[0].id},
        {"k": 1},
        {"kept": 4},
    )


def test_the_same_content_is_the_same_version_and_becomes_the_latest_again(project):
    first, other = save(project, now=1.0), save(project, PAIRS[:2], now=2.0)
    assert project.datasets.load()[0].version == other.version
    assert save(project, now=3.0).version == first.version
    assert project.datasets.versions() == (first.version, other.version)


def test_another_recipe_is_another_version(project):
    assert save(project).version != save(project, recipe={"k": 2}).version


def test_a_unique_beginning_names_a_version(project):
    first, other = save(project), save(project, PAIRS[:1], now=2.0)
    shared = next(n for n in range(24) if first.version[: n + 1] != other.version[: n + 1])
    assert project.datasets.load(first.version[: shared + 1])[0].version == first.version
    with pytest.raises(DatasetError, match="2 datasets begin with ''"):
        project.datasets.load("")
    with pytest.raises(DatasetError, match="no dataset begins with 'zzz'; known are"):
        project.datasets.load("zzz")


def test_without_a_dataset_the_way_to_one_is_said(project):
    with pytest.raises(DatasetError, match="run `steep synthesize` first"):
        project.datasets.load()


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "pairs.jsonl").unlink(),
        lambda folder: (folder / "dataset.json").write_text("{", "utf-8"),
        lambda folder: (folder / "dataset.json").write_text("[]", "utf-8"),
        lambda folder: (folder / "pairs.jsonl").write_text("", "utf-8"),
        lambda folder: (folder / "pairs.jsonl").write_bytes((folder / "pairs.jsonl").read_bytes().replace(b"2", b"3")),
        lambda folder: (folder / "pairs.jsonl").write_bytes(b"\xff\xfe"),
        shutil.rmtree,
    ],
)
def test_a_damaged_dataset_is_named_and_saving_it_again_mends_it(project, harm):
    saved = save(project)
    harm(saved.folder)
    with pytest.raises(DatasetError, match=r"cannot be used .*run `steep synthesize`"):
        project.datasets.load()
    assert save(project).version == saved.version
    assert project.datasets.load()[1] == PAIRS


def test_what_a_kill_left_half_written_is_replaced(project):
    building = project.state / "datasets" / f"{save(project).version}.building"
    shutil.rmtree(project.state / "datasets")
    building.mkdir(parents=True)
    (building / "pairs.jsonl").write_text("half", "utf-8")
    assert project.datasets.load(save(project).version)[1] == PAIRS
    assert not building.exists()
