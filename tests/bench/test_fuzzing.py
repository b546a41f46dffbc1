"""Spoiled files of every format: each is read or refused by name, and the whole ones between them are read."""

import random
import sys
from argparse import Namespace
from importlib import import_module
from pathlib import Path

import pytest
from tests.plugins.readers.samples import docx, pptx, xlsx

from steep.workspace.project import Project

sys.path.append(str(Path(__file__).parent))  # the programs import one another, as they do when they are run
fuzzing, spoiling, kin = map(import_module, ("fuzzing", "spoiling", "spoiling_kin"))
MADE, spoiled = spoiling.MADE, spoiling.spoiled


@pytest.fixture
def project(tmp_path):
    (tmp_path / "steep.toml").write_text(fuzzing.config(60, 1024), "utf-8")
    with Project.open(tmp_path) as opened:
        yield opened


def test_no_spoiled_file_ends_or_outlasts_the_reading_of_the_rest(project, tmp_path):
    folder = tmp_path / "none"
    folder.mkdir()
    chosen = Namespace(folder=folder, files=len(MADE) * len(spoiling.WAYS), seed=1, seconds=60, keep=None, only="")
    report = fuzzing.fuzzed(project, chosen)
    assert report["faults"] == []
    assert sum(report["ended"].values()) == chosen.files
    assert report["ended"]["read"] > 10
    assert report["ended"]["refused"] > 10


def test_a_seed_makes_the_same_files_again():
    kept = spoiling.originals(Path("no such folder"))
    first = list(spoiled(kept, 100, random.Random(3)))
    assert list(spoiled(kept, 100, random.Random(3))) == first
    assert list(spoiled(kept, 100, random.Random(4))) != first
    assert {Path(name).suffix for name, _ in first} == set(kept) >= {*MADE, *kin.FLAT}


def test_a_file_is_read_as_of_every_format_that_is_read_like_its_own(project):
    made = {".docx": docx(), ".xlsx": xlsx(), ".pptx": pptx()}
    files = kin.with_kin({suffix: [data] for suffix, data in made.items()})
    assert set(files) >= set(kin.ARCHIVES)
    watch = fuzzing.Watch(project, 60)
    for suffix, (data,) in files.items():
        watch.see(f"whole{suffix}", data, whole=True)
    watch.readers.close()
    assert watch.faults == []
