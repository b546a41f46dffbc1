"""steep's laws for an embedder, and what this one does beyond them."""

from __future__ import annotations

import pytest

from steep import Context
from steep.authoring.examples.embedder import Options, build
from steep.kinds import EmbedRequest
from steep.testing import EmbedderContract


class TestMyEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self):
        return build(Options(), Context())


def test_texts_that_share_words_are_nearer_than_texts_that_do_not():
    texts = ("the mooring line", "mooring lines", "quarterly taxes")
    near, alike, far = build(Options(), Context()).embed(EmbedRequest(texts=texts, role="passage"))
    assert near @ alike > near @ far
