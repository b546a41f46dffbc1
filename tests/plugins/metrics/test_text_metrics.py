"""Metrics of the answer's words, against their definitions."""

import re
import string
from collections import Counter
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.kinds import Case
from steep.values import Answer, Question
from steep_plugins.metrics.abstention import Abstention
from steep_plugins.metrics.exact_match import ExactMatch
from steep_plugins.metrics.points import Points
from steep_plugins.metrics.rouge_l import RougeL, common_subsequence, rouge_l
from steep_plugins.metrics.token_f1 import TokenF1, token_f1
from steep_plugins.metrics.words import words

ascii_text = st.text(st.sampled_from("ab c.d-the A an9$\n'"), max_size=40)


def case(text, *answers, abstained=False):
    return Case(
        question=Question(id="q", question="?", answers=answers),
        answer=Answer(question="?", text=text, citations=(), confidence=None, abstained=abstained),
    )


def reference_words(text):
    """SQuAD's normalisation, step by step as its definition lists them."""
    bare = "".join(character for character in text.lower() if character not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()


def reference_f1(given, gold):
    left, right = reference_words(given), reference_words(gold)
    common = Counter(left) & Counter(right)
    same = sum(common.values())
    if same == 0:
        return 0.0
    precision, recall = same / len(left), same / len(right)
    return 2 * precision * recall / (precision + recall)


@given(ascii_text, ascii_text)
def test_token_f1_of_ascii_text_is_squads(given_text, gold):
    if reference_words(given_text) and reference_words(gold):
        assert token_f1(given_text, gold) == pytest.approx(reference_f1(given_text, gold))


@given(st.text(max_size=30), st.text(max_size=30))
def test_f1_and_rouge_are_symmetric_bounded_and_one_for_a_text_with_itself(one, other):
    for measure in (token_f1, rouge_l):
        assert 0 <= measure(one, other) <= 1
        assert measure(one, other) == measure(other, one)
        assert measure(one, one) == 1


@given(st.text(max_size=30), st.text(max_size=30))
def test_order_can_only_cost_rouge(one, other):
    assert rouge_l(one, other) <= token_f1(one, other) + 1e-12


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abcd"), max_size=12))
def test_the_common_subsequence_is_that_of_the_textbook(left, right):
    @cache
    def longest(i, j):
        if i == len(left) or j == len(right):
            return 0
        if left[i] == right[j]:
            return 1 + longest(i + 1, j + 1)
        return max(longest(i + 1, j), longest(i, j + 1))

    assert common_subsequence(left, right) == longest(0, 0)


def test_rouge_l_agrees_with_the_example_of_its_paper():
    # Lin 2004, section 3.1: against "police killed the gunman", S2 shares 3 words in order, S3 only 2; SQuAD's words
    # leave the article out, so of 3 and 3 words they share 2 and 1
    reference = "police killed the gunman"
    assert rouge_l("police kill the gunman", reference) == pytest.approx(2 / 3)
    assert rouge_l("the gunman kill police", reference) == pytest.approx(1 / 3)


def test_the_best_gold_answer_counts():
    assert TokenF1().score(case("nine at night", "noon", "nine")).value == pytest.approx(0.5)
    assert ExactMatch().score(case("The Nine.", "noon", "nine")).value == 1
    assert RougeL().score(case("at nine", "noon", "at nine sharp")).value == pytest.approx(0.8)


@pytest.mark.parametrize(("one", "other"), [("%", "$"), ("the", "a"), ("-", "+"), ("", "the")])
def test_texts_of_symbols_or_articles_alone_do_not_become_equal(one, other):
    assert ExactMatch().score(case(one, other)).value == 0
    assert token_f1(one, other) == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The “Lady Venn”, at 9!", ("lady", "venn", "at", "9")),
        ("九時に", ("九", "時", "に")),
        ("Çelik’s", ("çeliks",)),
        ("cafe\u0301", ("café",)),
        ("", ()),
        ("The", ("the",)),
    ],
)
def test_words_beyond_ascii(text, expected):
    assert words(text) == expected


def test_decisions_are_scored_before_words():
    for metric in (TokenF1(), ExactMatch(), RougeL()):
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


def test_what_counts_as_right_is_an_option():
    half = case("at nine", "nine")  # F1 2/3
    assert Points(right=0.5).score(half).value == 1
    assert Points(right=0.9).score(half).value == -1
