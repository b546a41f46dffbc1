"""steep's laws for a reader, and what this one does beyond them."""

from __future__ import annotations

import pytest

from steep import Context
from steep.authoring.examples.reader import Options, build
from steep.kinds import Source
from steep.testing import ReaderContract


class TestMyReader(ReaderContract):
    @pytest.fixture
    def reader(self):
        return build(Options(), Context())

    @pytest.fixture
    def sample(self):
        return Source(path="prices.csv", data=b"hall,price\nB,12 EUR\n"), ("hall", "12 EUR")


def test_a_row_is_a_block_below_its_header():
    document = build(Options(delimiter=";"), Context()).read(Source(path="a/prices.csv", data=b"hall;price\n\nB;12\n"))
    assert document.text == "| hall | price |\n| B | 12 |\n"
    assert [(block.kind, block.level) for block in document.blocks] == [("row", 1), ("row", 2)]
    assert document.title == "prices"
