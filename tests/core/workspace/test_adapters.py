"""Adapter versions never change, and aliases move with a history."""

import itertools
import json
import shutil

import pytest

from steep.errors import AdapterError


def peft_folder(project, weights=b"w1", modules=("query", "value", "key")):
    """A folder as PEFT writes it; it keeps target_modules in a set, so their order is chance."""
    folder = project.state / "work" / "adapter"
    folder.mkdir(parents=True)
    config = {"peft_type": "LORA", "r": 4, "target_modules": list(modules)}
    (folder / "adapter_config.json").write_text(json.dumps(config), "utf-8")
    (folder / "adapter_model.safetensors").write_bytes(weights)
    return folder


def add(project, weights=b"w1", *, now=1.0, name="harbor", **more):
    source = peft_folder(project, weights, **more)
    return project.adapters.add(name=name, source=source, base="b", score=0.5, lineage={"dataset": "d"}, now=now)


@pytest.fixture
def three(project):
    versions = [add(project, weights, now=now).version for now, weights in enumerate((b"w1", b"w2", b"w3"))]
    for version in versions:
        project.adapters.point("harbor", "production", version, reason="promoted", now=5.0)
    return versions


def test_an_adapter_is_kept_in_pefts_layout_with_its_lineage_beside(project):
    added = add(project)
    folder = project.state / "adapters" / added.version
    assert added.folder == str(folder)
    assert sorted(file.name for file in folder.iterdir()) == [
        "adapter_config.json",
        "adapter_model.safetensors",
        "files.json",
        "lineage.json",
    ]
    assert json.loads((folder / "lineage.json").read_text("utf-8"))["lineage"] == {"dataset": "d"}
    assert not (project.state / "work" / "adapter").exists()


def test_the_order_of_pefts_sets_changes_neither_version_nor_bytes(project):
    first = add(project, modules=("query", "value", "key"))
    config = project.state / "adapters" / first.version / "adapter_config.json"
    before = config.read_bytes()
    shutil.rmtree(first.folder)
    again = add(project, modules=("key", "query", "value"), now=2.0)
    assert again.version == first.version
    assert config.read_bytes() == before
    assert add(project, modules=("key", "query")).version != first.version


def test_the_same_adapter_again_is_the_same_version(project):
    assert add(project, now=1.0) == add(project, now=9.0)
    assert len(project.adapters.versions()) == 1


def test_versions_are_listed_newest_first_and_by_name(project):
    first, second = add(project, b"w1", now=1.0), add(project, b"w2", now=2.0, name="pier")
    assert project.adapters.versions() == (second, first)
    assert project.adapters.versions("pier") == (second,)


def test_aliases_move_back_as_often_as_they_moved(project, three):
    assert project.adapters.resolve("harbor").version == three[2]
    assert project.adapters.rollback("harbor", "production", now=6.0).version == three[1]
    assert project.adapters.rollback("harbor", "production", now=7.0).version == three[0]
    with pytest.raises(AdapterError, match="no earlier version to go back to"):
        project.adapters.rollback("harbor", "production", now=8.0)
    project.adapters.point("harbor", "production", three[2], reason="promoted", now=9.0)
    assert project.adapters.rollback("harbor", "production", now=10.0).version == three[0]
    moves = project.adapters.history("harbor", "production")
    assert [move.version for move in moves] == [*three, three[1], three[0], three[2], three[0]]
    assert all(move.previous == before.version for before, move in itertools.pairwise(moves))


def test_a_reference_is_an_alias_a_name_or_a_unique_beginning(project, three):
    project.adapters.point("harbor", "staging", three[0], reason="trying", now=6.0)
    assert project.adapters.resolve("harbor@staging").version == three[0]
    assert project.adapters.resolve(three[1][:10]).version == three[1]
    assert project.adapters.aliases("harbor") == {"harbor@production": three[2], "harbor@staging": three[0]}
    with pytest.raises(AdapterError, match="did you mean `harbor@staging`"):
        project.adapters.resolve("harbor@stagin")
    with pytest.raises(AdapterError, match="there is no adapter ''"):
        project.adapters.resolve("")


def test_an_ambiguous_beginning_is_said(project):
    versions = []
    while len({version[0] for version in versions}) == len(versions):
        versions.append(add(project, f"w{len(versions)}".encode()).version)
    twice = next(version[0] for version in versions if sum(each[0] == version[0] for each in versions) > 1)
    with pytest.raises(AdapterError, match=f"2 adapter versions begin with '{twice}'"):
        project.adapters.resolve(twice)


def test_without_an_adapter_the_way_to_one_is_said(project):
    with pytest.raises(AdapterError, match="run `steep tune` first"):
        project.adapters.resolve("harbor")


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda folder: (folder / "adapter_model.safetensors").write_bytes(b"w9"), "not those that were saved"),
        (lambda folder: (folder / "adapter_config.json").write_bytes(b"\xff{"), "not those that were saved"),
        (shutil.rmtree, "is missing"),
    ],
)
def test_a_damaged_adapter_is_never_promoted_and_tuning_again_mends_it(project, harm, message):
    from pathlib import Path

    added = add(project)
    harm(Path(added.folder))
    assert message in project.adapters.damage(added.version)
    with pytest.raises(AdapterError, match=f"was not moved: .*{message}"):
        project.adapters.point("harbor", "production", added.version, reason="promoted", now=1.0)
    assert project.adapters.aliases() == {}
    assert add(project).version == added.version
    assert project.adapters.damage(added.version) == ""
