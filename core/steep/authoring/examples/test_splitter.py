"""steep's laws for a splitter, and what this one does beyond them."""

from __future__ import annotations

import pytest

from steep import Context
from steep.authoring.examples.splitter import Options, build
from steep.testing import SplitterContract
from steep.values import Document


class TestMySplitter(SplitterContract):
    @pytest.fixture
    def splitter(self):
        return build(Options(words=12), Context())


def test_short_paragraphs_are_joined_until_they_are_long_enough():
    document = Document(path="a.txt", title="a", text="One two.\n\nThree four.\n\nFive.\n")
    found = build(Options(words=4), Context()).split(document)
    assert [passage.text for passage in found] == ["One two.\n\nThree four.", "Five."]
