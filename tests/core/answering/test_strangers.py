"""Retrievers and indexes of strangers: whatever they find, nobody is shown what is not theirs to see, or is nowhere."""

from dataclasses import replace

import pytest

from steep.errors import BrokenPlugin
from steep.flows.answer import Answerer, AnswerRequest, SearchRequest
from steep.values import Caller

PARTS = """
from dataclasses import replace
from pathlib import Path

from steep import hookimpl, offer
from steep.kinds import IndexQuery, Ranked
from steep.values import Hit


class All:
    uses_vectors = False

    def build(self, request):
        (request.folder / "ids").write_text("\\n".join(request.ids))

    def open(self, folder):
        return Opened((folder / "ids").read_text().splitlines())


class Opened:
    def __init__(self, ids):
        self.ids = ids

    def search(self, query):  # `query.allowed` is forgotten
        found = tuple(self.ids[: query.k])
        return Ranked(ids=found, scores=(1.0,) * len(found))


class Forgetful:
    def __init__(self, library, invents):
        self.library, self.invents = library, invents

    def retrieve(self, request):
        hits = []
        for passage in self.library.passages(self.library.ids[: request.k]):  # `request.caller` is forgotten
            if self.invents:
                passage = replace(passage, text="Berths are free.")
            hits.append(Hit(passage=passage, score=1.0, rank=1))
        return hits


@hookimpl
def steep_offers():
    yield offer(kind="index", name="all", summary="All there is", build=lambda o, c: All())
    yield offer(kind="retriever", name="all", summary="All there is", build=lambda o, c: Forgetful(c.library, False))
    yield offer(kind="retriever", name="new", summary="Invents", build=lambda o, c: Forgetful(c.library, True))
"""


@pytest.fixture
def answerer(make_project):
    def make(retriever="", index="bm25"):
        project = make_project('[generator]\nuse = "finder"\n', indexed=False)
        (project.folder / "strangers.py").write_text(PARTS, "utf-8")
        file = project.folder / "steep.toml"
        text = file.read_text("utf-8").replace('["./answering_parts.py"]', '["./answering_parts.py", "./strangers.py"]')
        text = text.replace('use = "bm25"', f'use = "{index}"')
        file.write_text(text.replace('use = "lexical"', f'use = "{retriever}"') if retriever else text, "utf-8")
        return project.folder

    return make


@pytest.fixture
def asked(answerer, open_project):
    from steep.flows.index import index as indexed

    def make(**parts):
        project = open_project(answerer(**parts))
        indexed(project, progress=lambda step: None)
        berths = next(each.id for each in project.library().documents() if each.path == "berths.md")
        return Answerer(project), Caller(name="anna", documents=frozenset({berths}))

    return make


@pytest.mark.parametrize("parts", [{"retriever": "all"}, {"index": "all"}])
def test_a_part_that_forgets_who_asks_shows_nothing(asked, parts):
    answers, anna = asked(**parts)
    for request in (
        lambda: answers.search(SearchRequest(question="When does the Heron run?", caller=anna)),
        lambda: answers.answer(AnswerRequest(question="When does the Heron run?", caller=anna, profile="rag")),
    ):
        with pytest.raises(BrokenPlugin, match="a passage of a document that the caller may not see, so nothing"):
            request()
    everybody = replace(anna, documents=None)
    assert answers.search(SearchRequest(question="When does the Heron run?", caller=everybody)).hits


def test_a_passage_that_is_nowhere_is_not_shown(asked):
    answers, anna = asked(retriever="new")
    with pytest.raises(BrokenPlugin, match="a passage that stands in no document of the index, so nothing"):
        answers.search(SearchRequest(question="When does the Heron run?", caller=replace(anna, documents=None)))
