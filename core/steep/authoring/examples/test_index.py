"""steep's laws for an index, and what this one does beyond them."""

from __future__ import annotations

import numpy as np
import pytest

from steep import Context
from steep.authoring.examples.index import Options, build
from steep.kinds import IndexBuild, IndexQuery
from steep.testing import IndexContract


class TestMyIndex(IndexContract):
    @pytest.fixture
    def index(self):
        return build(Options(), Context())


def test_half_the_digits_take_half_the_space(tmp_path):
    vectors = np.eye(4, 64, dtype=np.float32)
    sizes = []
    for name, half in (("whole", False), ("half", True)):
        folder = tmp_path / name
        folder.mkdir()
        index = build(Options(half=half), Context())
        index.build(IndexBuild(folder=folder, ids=("a", "b", "c", "d"), texts=("",) * 4, vectors=vectors))
        found = index.open(folder).search(IndexQuery(text="", k=1, vector=vectors[2:3]))
        assert found.ids == ("c",)
        sizes.append((folder / "vectors.npy").stat().st_size - 128)  # without the header
    assert sizes[0] == 2 * sizes[1]
