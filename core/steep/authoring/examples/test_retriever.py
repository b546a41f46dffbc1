"""steep's laws for a retriever, and what this one does beyond them."""

from __future__ import annotations

import pytest

from steep import Context
from steep.authoring.examples.retriever import Options, build
from steep.errors import ConfigError
from steep.kinds import RetrievalRequest
from steep.testing import RetrieverContract
from steep.testing.library import memory_library
from steep.values import OPERATOR, Passage


class TestMyRetriever(RetrieverContract):
    def build(self, library):
        return build(Options(), Context(library=library))


def passage(text):
    return Passage(document=text, version=text, path=text, title="", start=0, end=len(text), text=text)


def test_hits_below_the_lowest_score_are_left_out():
    library = memory_library([passage("mooring line"), passage("mooring"), passage("taxes")])
    retriever = build(Options(index="lexical", at_least=2), Context(library=library))
    hits = retriever.retrieve(RetrievalRequest(question="the mooring line", k=5, caller=OPERATOR))
    assert [hit.passage.text for hit in hits] == ["mooring line"]


def test_an_unknown_index_is_an_error_that_lists_the_known():
    with pytest.raises(ConfigError, match=r"index `sparse`; steep\.toml has: dense, lexical"):
        build(Options(index="sparse"), Context(library=memory_library([])))
