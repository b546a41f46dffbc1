"""What a model quotes before it answers is cited where it stands; what follows is said, marked with its passage."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.kinds import Abstain, AdapterRef, Piece, Quote, Said, Weighed, drafted
from steep.testing.generator import questions_asked
from steep.testing.hands import PlainHand, draft_of
from steep_plugins import intrinsics
from steep_plugins.generators.chat import Chat
from steep_plugins.generators.quoting import quoted
from steep_plugins.intrinsics import find

ASKED = questions_asked()[0]
HITS = ASKED.hits
NONE = "The documents do not answer this question."


def read(reply, pieces=7):
    """The sayings of a reply that comes in pieces of so many characters."""
    said = [Said(text=reply[at : at + pieces]) for at in range(0, len(reply), pieces)]
    return list(quoted(iter([*said, Weighed(tokens=9)]), HITS, abstention=NONE))


def sentence(number):
    return HITS[number - 1].passage.text.partition(". ")[0].rstrip(".") + "."


def stretch(quote):
    (passage,) = [hit.passage for hit in HITS if hit.passage.id == quote.passage]
    return passage.text[quote.start : quote.end]


@pytest.mark.parametrize("pieces", [1, 2, 5, 1000])
def test_the_quotation_is_cited_and_the_answer_said_in_its_name(pieces):
    draft = drafted(read(f"[2] {sentence(2)}\nYes, it does. And it is cheap.", pieces))
    assert [stretch(each) for each in draft.quotes] == [sentence(2)]
    assert draft.text == "Yes, it does. [2] And it is cheap. [2]"
    assert draft.tokens == 9


def test_a_reply_that_quotes_nothing_is_said_as_it_comes():
    sayings = read("It costs [some] money. [1]", 5)
    assert [each.text for each in sayings if isinstance(each, Said)][:2] == ["It co", "sts ["]
    assert drafted(sayings).text == "It costs [some] money. [1]"


def test_a_quotation_is_never_said_beside_the_answer_and_comes_before_it():
    sayings = read(f"[1] {sentence(1)}\nNo.")
    kinds = [type(each) for each in sayings]
    assert kinds.index(Quote) < kinds.index(Said)
    assert sentence(1) not in drafted(sayings).text


def test_two_quotations_are_both_cited():
    draft = drafted(read(f"[1] {sentence(1)}\n[2] {sentence(2)}\nBoth hold."))
    assert [stretch(each) for each in draft.quotes] == [sentence(1), sentence(2)]
    assert draft.text == "Both hold. [2]"


def test_words_left_out_between_two_parts_are_not_cited():
    words = HITS[0].passage.text.split()
    first, last = " ".join(words[:4]), " ".join(words[-4:])
    draft = drafted(read(f"[1] {first} ... {last}\nSo it is."))
    assert [stretch(each).split() for each in draft.quotes] == [words[:4], words[-4:]]


def test_a_quotation_that_names_the_passage_beside_is_cited_where_it_stands():
    draft = drafted(read(f"[1] {sentence(2)}\nSo it is."))
    assert [each.passage for each in draft.quotes] == [HITS[1].passage.id]


def test_one_that_is_nearly_there_is_cited_by_its_sentence():
    nearly = "**" + sentence(1).replace(" ", "  ", 1).replace("a ", "a ", 1)[:-1] + "**!"
    draft = drafted(read(f"[1] {nearly}\nSo it is."))
    assert [stretch(each) for each in draft.quotes] == [sentence(1)]


def test_what_was_invented_is_not_cited_and_the_passage_named_is_still_marked():
    draft = drafted(read("[1] Herons are paid in gold on Sundays.\nThey are paid in gold."))
    assert draft.quotes == ()
    assert draft.text == "They are paid in gold. [1]"


def test_a_passage_that_there_is_not_is_no_error():
    assert drafted(read("[77] Herons are paid in gold on Sundays.\nIn gold.")).quotes == ()


@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_a_quotation_that_nothing_follows_is_the_answer(end):
    draft = drafted(read(f"[1] {sentence(1)}{end}"))
    assert draft.text.startswith(sentence(1))
    assert [stretch(each) for each in draft.quotes] == [sentence(1)]


def test_who_quotes_and_then_finds_no_answer_abstains():
    draft = drafted(read(f"[1] {sentence(1)}\n{NONE}"))
    assert draft.abstained
    assert "quoted a sentence" in draft.reason


@given(st.text(alphabet="[]12 .\nabN", max_size=40), st.integers(1, 9))
def test_however_a_reply_is_cut_the_same_is_said(reply, pieces):
    assert drafted(read(reply, pieces)) == drafted(read(reply, 1000))


@given(st.text(max_size=60).filter(lambda text: not text.lstrip().startswith("[")))
def test_no_word_of_a_plain_reply_is_lost(reply):
    assert drafted(read(reply)).text == reply


def test_an_abstention_is_passed_on():
    assert drafted(quoted(iter([Abstain(reason="r")]), HITS, abstention=NONE)).reason == "r"


class Told:
    """A model that was taught to quote first, and writes what it is told."""

    digest, context = "told-1", 2048

    def __init__(self, reply):
        self.reply, self.asks = reply, []

    def chat(self, asks):
        self.asks += asks
        yield Piece(text=self.reply, ask=0)
        yield Piece(ask=0, end="stop", prompt_tokens=20, tokens=4)


@pytest.fixture
def taught(monkeypatch):
    starter = AdapterRef(version="v", folder=Path("v"), job="answer")
    known = replace(find("answer"), adapters={"told-1": starter}, quoting=frozenset({"told-1"}))
    monkeypatch.setattr(intrinsics, "find", lambda name: known)
    return starter


def asked_of(told, question=ASKED.question):
    hand = PlainHand(hits=HITS, answers_with=told)
    return draft_of(Chat(), replace(ASKED, question=question), hand)


def test_the_model_that_was_taught_so_is_read_so(taught):
    told = Told(f"[1] {sentence(1)}\nIt is 12 EUR.")
    draft = asked_of(told)
    assert draft.text == "It is 12 EUR. [1]"
    assert [stretch(each) for each in draft.quotes] == [sentence(1)]
    assert told.asks[0].adapter == taught


def test_a_summary_it_writes_by_itself(taught):
    told = Told("Halls cost money. [1]")
    draft = asked_of(told, f"Summarise {HITS[0].passage.path}")
    assert told.asks[0].adapter is None
    assert draft.text == "Halls cost money. [1]"
