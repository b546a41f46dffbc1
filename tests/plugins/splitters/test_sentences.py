"""The splitter `sentences`."""

import itertools

import pytest

from steep.testing import SplitterContract
from steep.values import Block, Document
from steep_plugins.readers.markdown_blocks import markdown_blocks
from steep_plugins.splitters.sentences import SentenceSplitter
from steep_plugins.splitters.units import weigh


def document(text: str) -> Document:
    return Document(path="plan.md", text=text, title="Plan", blocks=markdown_blocks(text))


def split(text: str, *, words: int = 40, overlap: int = 0):
    return SentenceSplitter(words=words, overlap=overlap).split(document(text))


class TestSentenceSplitter(SplitterContract):
    @pytest.fixture(params=[(150, 1), (20, 0)])
    def splitter(self, request):
        words, overlap = request.param
        return SentenceSplitter(words=words, overlap=overlap)


def test_a_passage_has_the_headings_above_it():
    passages = split(
        "# Plan\n\n## Storm\n\nLines are *doubled*.\n\n### Crane\n\nIt is pinned.\n\n## After\n\nWalk the quays.\n"
    )
    assert [passage.heading for passage in passages] == [
        ("Plan", "Storm"),
        ("Plan", "Storm", "Crane"),
        ("Plan", "After"),
    ]


def test_a_heading_with_nothing_below_it_is_a_passage():
    passages = split("# Plan\n\n## Closed on Mondays\n\n## Open\n\nFrom nine to five.\n\n## The end\n")
    assert [(passage.heading, passage.text) for passage in passages] == [
        (("Plan",), "## Closed on Mondays"),
        (("Plan", "Open"), "From nine to five."),
        (("Plan",), "## The end"),
    ]


def test_sentences_stay_whole_and_passages_are_even():
    text = " ".join(f"This is the sentence number {number}, and it has eleven words." for number in range(10))
    passages = split(text, words=50)
    assert all(passage.text.endswith("words.") and passage.text.startswith("This") for passage in passages)
    weights = [weigh(passage.text) for passage in passages]
    assert max(weights) <= 50
    assert max(weights) - min(weights) <= 11


def test_passages_share_sentences_when_they_overlap():
    text = " ".join(f"Sentence number {number} stands here." for number in range(20))
    passages = split(text, words=25, overlap=1)
    for before, after in itertools.pairwise(passages):
        assert before.text.split(". ")[-1].rstrip(".") == after.text.split(". ")[0].rstrip(".")
    assert len({passage.id for passage in passages}) == len(passages)


def test_a_table_that_fits_stays_whole():
    table = "| Stage | Trigger |\n| --- | --- |\n| Grey | 45 knots |\n| Slate | 55 knots |"
    filler = "This sentence is here to fill the passage up to its limit, more or less. " * 3
    passages = split(f"{filler}\n\n{table}\n\n{filler}", words=45)
    assert any(table in passage.text for passage in passages)


def test_a_long_table_is_cut_between_rows():
    rows = [f"| item {number} | it costs {number} EUR a day |" for number in range(30)]
    passages = split("| What | Price |\n| --- | --- |\n" + "\n".join(rows), words=40)
    assert len(passages) > 3
    for row in rows:
        assert any(row in passage.text for passage in passages)


def test_a_sentence_beyond_the_limit_is_cut_at_a_clause():
    text = "The quay is closed when it is windy, " * 12 + "and when it is icy."
    passages = split(text, words=30)
    assert len(passages) > 2
    assert all(passage.text.endswith((",", ".")) for passage in passages)


def test_a_run_without_spaces_is_cut():
    assert max(len(passage.text) for passage in split("x" * 20_000, words=100)) <= 1300
    chinese = split("港口今天关闭" * 400, words=100)
    assert max(len(passage.text) for passage in chinese) <= 100
    assert "".join(passage.text for passage in chinese) == "港口今天关闭" * 400


def test_the_page_is_that_of_the_beginning():
    text = "First page here.\n\nSecond page here."
    blocks = (Block(kind="paragraph", start=0, end=16), Block(kind="heading", start=18, end=len(text), level=1))
    passages = SentenceSplitter(words=20, overlap=0).split(
        Document(path="a.pdf", text=text, title="A", blocks=blocks, pages=(0, 18))
    )
    assert [passage.page for passage in passages] == [1, 2]


def test_the_fingerprint_depends_on_the_options():
    prints = {SentenceSplitter(words=words, overlap=overlap).fingerprint for words in (100, 150) for overlap in (0, 1)}
    assert len(prints) == 4


@pytest.mark.parametrize("unit", ["word ", "x", "Short one. ", "港", "a, ", "- item\n"])
def test_the_work_is_linear_in_the_text(unit, calls):
    splitter = SentenceSplitter(words=150, overlap=1)

    def work(size: int) -> None:
        splitter.split(Document(path="a", text=unit * (size // len(unit)), title="a"))

    # a pattern that backtracks would not end at this size
    assert calls(work, 200_000) < 12 * calls(work, 20_000) + 1000
