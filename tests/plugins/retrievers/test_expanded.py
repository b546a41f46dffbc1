"""The retriever `expanded`: the question and what a model makes of it, searched and fused."""

from dataclasses import dataclass, field

import pytest

from steep.errors import ConfigError, ModelError
from steep.flows.index import index
from steep.hooks import Context
from steep.kinds import Ask, Piece, RetrievalRequest
from steep.testing import RetrieverContract
from steep.testing.library import memory_library
from steep.values import OPERATOR, Caller, Hit, Passage
from steep.workspace.project import Project
from steep.workspace.sections import PartSpec
from steep_plugins.retrievers import ExpandedOptions, _expanded
from steep_plugins.retrievers.expanded import Expanded, seated
from steep_plugins.retrievers.hybrid import Hybrid


@dataclass
class Told:
    """A model that writes what it is told to, and remembers what it was asked."""

    reply: str = ""
    digest: str = "told"
    context: int = 4096
    asked: list[Ask] = field(default_factory=list)

    def chat(self, asks):
        self.asked += asks
        if self.reply == "fail":
            raise ModelError("out of reach")
        yield Piece(text=self.reply, end="stop")

    def score(self, asks):
        raise ModelError("cannot weigh")


class TestExpandedByNothing(RetrieverContract):
    def build(self, library):
        return Expanded(Hybrid(library, floors={"dense": -1.0}), Told(reply=""))


class TestExpandedByTheQuestion(RetrieverContract):
    """A model that says nothing new changes no order."""

    def build(self, library):
        class Echo(Told):
            def chat(self, asks):
                yield Piece(text=asks[0].messages[-1].content, end="stop")

        return Expanded(Hybrid(library, floors={"dense": -1.0}), Echo())


def passage(text, document="d"):
    return Passage(document=document, version=text, path="p", title="", start=0, end=len(text), text=text)


NOTES = (
    passage("The crane lifts forty tonnes."),
    passage("Borders: a line below a paragraph is taken off in the tab Borders.", "manual"),
    passage("Fish is frozen on the quay."),
)
QUESTION = "crane forty"


def found(model, k=3, caller=OPERATOR, question=QUESTION):
    retriever = Expanded(Hybrid(memory_library(NOTES), floors={"dense": -1.0}), model)
    return [hit.passage.text[:5] for hit in retriever.retrieve(RetrievalRequest(question=question, k=k, caller=caller))]


def test_what_the_model_thinks_the_documents_say_is_searched_beside_the_question():
    assert found(Told(reply="Borders: taking off a line\nfurther words"), k=2) == ["The c", "Borde"]


def test_a_model_that_fails_leaves_the_question_alone(caplog):
    assert found(Told(reply="fail"), k=2) == found(Told(reply=""), k=2)
    assert "out of reach" in caplog.text


def test_nobody_sees_more_by_an_expansion():
    assert found(Told(reply="Borders"), caller=Caller(name="guest", documents=frozenset({"d"}))) == ["The c", "Fish "]


def test_a_question_is_expanded_once():
    model = Told(reply="Borders")
    retriever = Expanded(Hybrid(memory_library(NOTES), floors={"dense": -1.0}), model)
    for question in ("crane forty", "crane  forty", "fish"):
        retriever.retrieve(RetrievalRequest(question=question, k=2, caller=OPERATOR))
    assert [ask.messages[-1].content for ask in model.asked] == ["crane forty", "fish"]


def test_no_model_is_asked_where_nothing_is():
    model = Told(reply="Borders")
    assert len(found(model, question=" ")) <= 3
    assert found(model, k=0) == []
    assert model.asked == []


def hits(*texts):
    return [Hit(passage=passage(text), score=1.0 / rank, rank=rank) for rank, text in enumerate(texts, start=1)]


def texts(found):
    return [hit.passage.text for hit in found]


def test_the_last_place_in_five_is_for_what_the_expansion_found():
    first, second = hits(*"abcdef"), hits(*"avwxy")
    assert texts(seated(first, second, 5)) == [*"abcd", "v"]
    assert texts(seated(first, second, 2)) == ["a", "v"]
    assert texts(seated(hits(*"abcdefghijkl"), second, 10)) == [*"abcdefgh", "v", "w"]


def test_places_that_the_expansion_does_not_fill_are_the_questions():
    assert texts(seated(hits(*"abcde"), hits(*"ab"), 5)) == [*"abcde"]
    assert texts(seated(hits("a"), hits(*"vw"), 5)) == [*"avw"]
    assert seated([], [], 3) == ()


def test_copies_take_one_place():
    copy = Hit(passage=passage("v"), score=1.0, rank=1, also=(passage("a"),))
    assert texts(seated(hits(*"ab"), [copy, *hits("w")], 3)) == [*"abw"]


def test_ranks_count_on_and_scores_do_not_rise():
    found = seated(hits(*"abcde"), hits("v"), 5)
    assert [hit.rank for hit in found] == [1, 2, 3, 4, 5]
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_it_needs_a_model_by_name():
    with pytest.raises(ConfigError, match=r"\[model.NAME\]"):
        _expanded(ExpandedOptions(), Context(library=memory_library(NOTES)))


def test_many_questions_in_a_row_are_searched_without_the_model(tmp_path, monkeypatch):
    (tmp_path / "notes.md").write_text("# Notes\n\nThe crane lifts forty tonnes.\n", "utf-8")
    (tmp_path / "steep.toml").write_text(
        '[project]\nname = "notes"\n[model.small]\nuse = "transformers"\nmodel = "nowhere"\n'
        '[retriever]\nuse = "expanded"\nmodel = "small"\n',
        "utf-8",
    )
    model = Told(reply="Borders")
    monkeypatch.setattr(Project, "model", lambda self, name: model)
    with Project.open(tmp_path) as project:
        index(project, progress=lambda done: None)
        request = RetrievalRequest(question="crane", k=2, caller=OPERATOR)
        library = project.library()
        quick = project.context(library).retriever()
        assert quick.retrieve(request) == project.retriever(library, PartSpec(use="hybrid")).retrieve(request)
        assert model.asked == []
        project.retriever(library).retrieve(request)
        assert len(model.asked) == 1
