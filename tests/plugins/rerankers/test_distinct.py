import pytest

from steep.kinds import RerankRequest
from steep.testing import RerankerContract
from steep.values import Hit, Passage
from steep_plugins.rerankers.distinct import Distinct


class TestDistinct(RerankerContract):
    @pytest.fixture
    def reranker(self):
        return Distinct(alike=0.8)


def hit(text, rank):
    passage = Passage(document=f"d{rank}", version="v", path=f"{rank}.md", title="", start=0, end=len(text), text=text)
    return Hit(passage=passage, score=1.0 / rank, rank=rank)


def test_copies_go_behind_what_says_something_new():
    hits = (hit("The boat leaves at nine.", 1), hit("the boat LEAVES at nine", 2), hit("Dogs travel free.", 3))
    ranked = Distinct(alike=0.8).rerank(RerankRequest(question="?", hits=hits, k=2))
    assert [each.passage.path for each in ranked] == ["1.md", "3.md"]
