"""Metrics of the answer's words: what a decision is worth, and which gold answer counts."""

import pytest

from steep.kinds import Case
from steep.measuring.scoring import exact_match, rouge_l, token_f1
from steep.values import Answer, Question
from steep_plugins.metrics.decisions import Abstention, Points
from steep_plugins.metrics.text import Likeness


def case(text, *answers, abstained=False):
    return Case(
        question=Question(id="q", question="?", answers=answers),
        answer=Answer(question="?", text=text, citations=(), confidence=None, abstained=abstained),
    )


def test_the_best_gold_answer_counts():
    assert Likeness(token_f1).score(case("nine at night", "noon", "nine")).value == pytest.approx(0.5)
    assert Likeness(exact_match).score(case("The Nine.", "noon", "nine")).value == 1
    assert Likeness(rouge_l).score(case("at nine", "noon", "at nine sharp")).value == pytest.approx(0.8)


def test_decisions_are_scored_before_words():
    for metric in (Likeness(token_f1), Likeness(exact_match), Likeness(rouge_l)):
        assert metric.score(case("", abstained=True)).value == 1
        assert metric.score(case("something")).value == 0
        assert metric.score(case("nine", "nine", abstained=True)).value == 0


def test_abstention_asks_only_for_the_right_decision():
    metric = Abstention()
    assert metric.score(case("wrong", "nine")).value == 1
    assert metric.score(case("", "nine", abstained=True)).value == 0
    assert metric.score(case("made up")).value == 0
    assert metric.score(case("", abstained=True)).value == 1


def test_points_reward_silence_over_error():
    points = Points()
    assert points.score(case("nine", "nine")).value == 1
    assert points.score(case("", "nine", abstained=True)).value == 0
    assert points.score(case("ten", "nine")).value == -1
    assert points.score(case("", abstained=True)).value == 1
    assert points.score(case("made up")).value == -1


def test_points_take_a_sentence_that_holds_the_answer_for_right_and_a_page_for_wrong():
    sentence = "The harbor office opens again at nine on every working day except Monday."
    assert Points().score(case(sentence, "nine")).value == 1
    assert Points().score(case(sentence, "nin")).value == -1
    assert Points(within=5).score(case(sentence, "nine")).value == -1
    assert Points().score(case(" ".join([sentence] * 5), "nine")).value == -1


def test_what_counts_as_right_is_an_option():
    half = case("at nine", "nine")  # F1 2/3
    assert Points(right=0.5).score(half).value == 1
    assert Points(right=0.9, within=0).score(half).value == -1
