"""More of the documents, for a model that has not seen enough."""

from typing import ClassVar

import pytest

from steep.errors import ToolError
from steep.kinds import ToolRequest
from steep.testing.hands import PlainHand
from steep.testing.tool import ToolContract
from steep.values import OPERATOR, Hit, Passage
from steep_plugins.tools.documents import ReadDocument, Search


def hit(rank, text, path="tides.md"):
    passage = Passage(document=path, version="v", path=path, title="Tides", start=rank * 100, end=rank * 100, text=text)
    return Hit(passage=passage, score=1.0, rank=rank)


HIGH, LOW, BOATS = "High water is at noon. " * 4, "Low water is at six.", "No boats."
HAND = PlainHand(hits=(hit(1, HIGH), hit(2, LOW), hit(3, BOATS, "a.md")))


def call(tool, **arguments):
    return tool.call(ToolRequest(arguments=arguments, caller=OPERATOR, documents=HAND))


class TestSearch(ToolContract):
    arguments = ({"question": "When is high water?"},)
    documents = HAND

    @pytest.fixture
    def tool(self):
        return Search()


class TestReadDocument(ToolContract):
    arguments: ClassVar = ({"path": "tides.md"}, {"path": "tides.md", "after": 1}, {"path": "tides.md", "after": 9})
    documents = HAND

    @pytest.fixture
    def tool(self):
        return ReadDocument()


def test_what_was_found_can_be_cited():
    assert call(Search(passages=2), question="water").hits == HAND.hits[:2]


def test_a_long_document_is_read_on_where_it_ended():
    first = call(ReadDocument(characters=50), path="tides.md")
    assert [each.rank for each in first.hits] == [1]
    assert first.text.endswith("1 more passages; read on with after=1.")
    rest = call(ReadDocument(characters=50), path="tides.md", after=1)
    assert [each.rank for each in rest.hits] == [2]
    assert "more passages" not in rest.text


def test_a_document_that_is_not_there_names_the_nearest():
    with pytest.raises(ToolError, match=r"did you mean `tides\.md`"):
        call(ReadDocument(), path="tide.md")


def test_without_documents_the_tools_say_so():
    with pytest.raises(ToolError, match="no documents"):
        Search().call(ToolRequest(arguments={"question": "?"}, caller=OPERATOR))
