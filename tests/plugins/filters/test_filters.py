"""Each filter keeps what it should, drops what it should, and says why."""

import pytest

from steep.kinds import Draft, FilterRequest
from steep.synthesis import Contamination, Sifter
from steep.testing import FilterContract
from steep.values import Question, Span
from steep_plugins.filters.agreement import Agreement
from steep_plugins.filters.duplicates import Duplicates
from steep_plugins.filters.overlap import Overlap
from steep_plugins.filters.round_trip import RoundTrip
from steep_plugins.filters.unanswerable import AnsweredAfterAll


class TestDuplicates(FilterContract):
    @pytest.fixture
    def make_filter(self):
        return lambda: Duplicates(0.8)


class TestContamination(FilterContract):
    @pytest.fixture
    def make_filter(self):
        return lambda: Contamination(())


def test_the_rank_of_the_own_passage_is_kept_as_a_score(shelf, make):
    found = make("how long is the berth M3?", "110 m")
    lost = make("which keys are in the yellow locker?", "110 m")
    sifted = RoundTrip(shelf, 1).sift(FilterRequest(pairs=(found, lost)))
    assert [pair.question for pair in sifted.kept] == [found.question]
    assert sifted.kept[0].scores["rank"] == 1
    assert sifted.dropped == {"does not find its own passage": 1}


def test_a_larger_k_lets_more_through_and_unanswerable_pairs_are_not_searched(shelf, make):
    behind = make("is the mooring fee for the berth paid by the pilot?", "110 m")
    sifted = RoundTrip(shelf, 3).sift(FilterRequest(pairs=(behind, make("how long is the berth M9?"))))
    assert len(sifted.kept) == 2
    assert sifted.kept[0].scores["rank"] >= 1
    assert "rank" not in sifted.kept[1].scores


def test_the_generator_must_find_the_answer_in_the_passage(shelf, quoting, make):
    right, wrong = make("how long is M3?", "110 m"), make("who signs?", "the pilot")
    sifted = Agreement(quoting("110 m"), shelf, 0.3).sift(FilterRequest(pairs=(right, wrong)))
    assert [pair.answer for pair in sifted.kept] == ["110 m"]
    assert sifted.kept[0].scores["reader_f1"] == 1.0
    assert sifted.dropped == {"the generator does not find the answer": 1}


class Marking:
    """A generator that cites as language models are asked to."""

    def __call__(self, asked):
        return Draft(text="The pilot [1].")


def test_a_citation_marker_in_the_answer_is_no_word_of_it(shelf, make):
    sifted = Agreement(Marking(), shelf, 1.0).sift(FilterRequest(pairs=(make("who signs?", "the pilot"),)))
    assert sifted.kept[0].scores["reader_f1"] == 1.0


def test_a_question_made_of_its_sentence_is_dropped(shelf, make):
    copied = make("Who are boats over 100 m need a plan signed by?", "the pilot")
    reworded = make("Who must approve the arrival of a very long ship?", "the pilot")
    sifted = Overlap(shelf, 0.6).sift(FilterRequest(pairs=(copied, reworded, make("is there a sauna?"))))
    assert [pair.question for pair in sifted.kept] == [reworded.question, "is there a sauna?"]
    assert sifted.dropped == {"the question repeats its sentence": 1}


def test_overlap_is_measured_with_the_sentence_of_the_answer_alone(shelf, make):
    question = "Which boats need a signed plan?"
    assert Overlap(shelf, 1.0).of(make(question, "110 m")) == 0.0
    assert Overlap(shelf, 1.0).of(make(question, "Boats over 100 m")) == 1.0


def test_names_and_short_questions_repeat_nothing_since_they_cannot_be_said_otherwise(shelf, make):
    short = make("How long is the berth M3?", "110 m")
    named = make("Which keys does Ottoline Fry get from VTS-7 and KEY_ROOM?", "yellow locker", path="keys.md")
    assert Overlap(shelf, 0.1).sift(FilterRequest(pairs=(short, named))).kept[0].scores["overlap"] == 0.0
    assert Overlap(shelf, 0.1).of(named) == 0.0


def test_the_first_of_two_equal_questions_stays(make):
    first, second = make("How long is M3?", "110 m"), make("how long is m3", "110 m")
    sifted = Duplicates(0.8).sift(FilterRequest(pairs=(first, second)))
    assert sifted.kept == (first,)
    assert sifted.dropped == {"asked already": 1}


def test_near_duplicates_are_found_across_batches(make):
    duplicates = Duplicates(0.6)
    assert duplicates.sift(FilterRequest(pairs=(make("How long is the berth M3 at the quay?", "110 m"),))).dropped == {}
    sifted = duplicates.sift(FilterRequest(pairs=(make("How long is the berth M3 at that quay?", "110 m"),)))
    assert sifted.dropped == {"nearly asked already": 1}


def test_alike_questions_with_other_answers_are_no_duplicates(make):
    pairs = (make("How long is the berth M3?", "110 m"), make("How long is the berth M4?", "100 m"))
    sifted = Duplicates(0.6).sift(FilterRequest(pairs=pairs))
    assert len(sifted.kept) == 2


def test_a_question_with_two_answers_is_dropped_altogether(make):
    sifted = Duplicates(0.8).sift(
        FilterRequest(pairs=(make("How long is it?", "110 m"), make("How long is it?", "100 m")))
    )
    assert sifted.kept == ()
    assert sifted.dropped == {"answered differently elsewhere": 2}


def test_prefix_filtering_finds_what_comparing_all_with_all_finds(make):
    words = ["ferry", "quay", "crane", "watch", "berth", "pilot", "locker", "ramp", "gate", "tide"]
    questions = [
        " ".join(words[(start + step * each) % 10] for each in range(length))
        for start in range(10)
        for step in (1, 3)
        for length in (4, 5, 6)
    ]
    pairs = [make(question, "110 m") for question in questions]
    kept = Duplicates(0.7).sift(FilterRequest(pairs=tuple(pairs))).kept
    naive = []
    for pair in pairs:
        asked = set(pair.question.split())
        alike = (set(other.question.split()) for other in naive)
        if all(len(asked & other) / len(asked | other) < 0.7 for other in alike):
            naive.append(pair)
    assert [pair.question for pair in kept] == [pair.question for pair in naive]


HELD_OUT = Question(id="q1", question="How long may a boat be at M3 before it needs a signed plan?", answers=("100 m",))


def test_nothing_asks_what_a_held_out_question_asks(make):
    near = make("How long may a boat be at the M3 before it needs a signed plan?", "110 m")
    eight = make("Tell me: how long may a boat be at M3 in winter, with two tugs and good weather?", "110 m")
    far = make("Where are the keys?", "yellow locker", "keys.md")
    sifted = Contamination((HELD_OUT,)).sift(FilterRequest(pairs=(near, eight, far)))
    assert sifted.kept == (far,)
    assert sifted.dropped == {"asks what a held-out question asks": 2}


def test_nothing_rests_on_the_evidence_of_a_held_out_question(make):
    pair = make("What length is allowed?", "100 m")
    span = pair.spans[0]
    beside = make("Who signs the plan?", "the pilot")
    gold = Span(document=span.document, version="other", start=span.end - 1, end=span.end + 3, text="…")
    sifted = Contamination((HELD_OUT,), (gold,)).sift(FilterRequest(pairs=(pair, beside)))
    assert sifted.kept == (beside,)
    assert sifted.dropped == {"rests on a held-out question's evidence": 1}


def test_a_whole_document_can_be_held_out(make):
    pair = make("Who signs the plan?", "the pilot")
    sifted = Contamination((), (), (pair.spans[0].document,)).sift(FilterRequest(pairs=(pair,)))
    assert sifted.dropped == {"from a held-out document": 1}


def test_an_unanswerable_question_that_the_index_answers_is_dropped(shelf, quoting, make):
    check = AnsweredAfterAll(quoting("EUR 35"), shelf, shelf, k=1, most=0.5)
    answered = make("what is the mooring fee?")
    sifted = check.sift(FilterRequest(pairs=(answered, make("how tall is the pilot?"))))
    assert [pair.question for pair in sifted.kept] == ["how tall is the pilot?"]
    assert sifted.kept[0].scores["answered"] == 0.0
    assert sifted.dropped == {"can be answered after all": 1}


def test_a_question_answered_elsewhere_is_checked_with_its_own_passages(shelf, quoting, make):
    check = AnsweredAfterAll(quoting("EUR 35"), shelf, shelf, k=1, most=0.5)
    beside = make("what is the mooring fee?", kind="elsewhere")
    with_it = make("what is the mooring fee?", path="fees.md", kind="elsewhere")
    assert [pair.passages for pair in check.sift(FilterRequest(pairs=(beside, with_it))).kept] == [beside.passages]


def test_a_sifter_adds_up_what_its_filters_dropped_over_all_batches(shelf, make):
    sifter = Sifter((Duplicates(0.8), RoundTrip(shelf, 1)))
    good = make("how long is the berth M3?", "110 m")
    lost = make("which keys are in the yellow locker?", "110 m")
    assert len(sifter.sift((good, good, lost))) == 1
    assert sifter.sift((good,)) == ()
    assert sifter.dropped == {"asked already": 2, "does not find its own passage": 1}
