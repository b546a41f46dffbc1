import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep.measuring.comparison import Scored, clusters_of, compare_arms


def scored(values, *, documents=8):
    return [
        Scored(question=f"q{index}", document=f"d{index % documents}.md", value=value)
        for index, value in enumerate(values)
    ]


def compare(**arms):
    return compare_arms("token-f1", {name: scored(values) for name, values in arms.items()}, resamples=500, seed=0)


@given(st.lists(st.floats(0, 1), min_size=5, max_size=40))
@settings(deadline=None)
def test_an_arm_compared_with_itself_differs_by_nothing(values):
    (comparison,) = compare(rag=values, both=values)
    assert (comparison.difference, comparison.low, comparison.high, comparison.p) == (0, 0, 0, 1)
    assert comparison.detectable is None
    assert "no spread is known" in comparison.reason


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=0, max_size=30))
@settings(deadline=None)
def test_no_figure_is_ever_nan(pairs):
    (comparison,) = compare(rag=[one for one, _ in pairs], both=[other for _, other in pairs])
    figures = (comparison.difference, comparison.low, comparison.high, comparison.p, comparison.detectable)
    assert all(figure is None or math.isfinite(figure) for figure in figures)
    assert all(figure is not None for figure in figures) or comparison.reason


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=5, max_size=30))
@settings(deadline=None)
def test_turning_a_comparison_round_turns_its_sign(pairs):
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    (there,), (back,) = compare(rag=one, both=other), compare(rag=other, both=one)
    assert there.difference == pytest.approx(-back.difference, abs=1e-12)
    assert there.p == back.p


def test_every_arm_is_compared_over_every_cheaper_one():
    comparisons = compare(base=[0.1] * 9, rag=[0.2] * 9, both=[0.3] * 9)
    assert [(each.arm, each.over) for each in comparisons] == [("rag", "base"), ("both", "base"), ("both", "rag")]


def test_a_clear_gain_is_significant():
    (comparison,) = compare(rag=[0.2] * 40, both=[0.6] * 40)
    assert comparison.difference == pytest.approx(0.4)
    assert comparison.significant
    assert comparison.p_adjusted == comparison.p  # one pair needs no correction


def test_holm_is_applied_over_the_pairs_of_arms():
    lift = [0.5 + (index % 3) * 0.1 for index in range(40)]
    comparisons = compare(base=[0.1] * 40, rag=lift, tuned=[0.1] * 40)
    first = next(each for each in comparisons if (each.arm, each.over) == ("rag", "base"))
    assert first.p_adjusted == pytest.approx(3 * first.p)


def test_only_questions_scored_in_both_arms_count():
    rag, both = scored([0.5] * 20), scored([0.7] * 20)[10:]
    (comparison,) = compare_arms("token-f1", {"rag": rag, "both": both}, resamples=200, seed=0)
    assert comparison.questions == 10


def test_too_few_questions_give_a_reason_and_no_figures():
    (comparison,) = compare(rag=[0.1] * 4, both=[0.9] * 4)
    assert comparison.difference is None
    assert comparison.p_adjusted is None
    assert "4 questions were scored in both arms; at least 5" in comparison.reason


def test_questions_of_few_documents_are_resampled_one_by_one_and_it_is_said():
    (comparison,) = compare_arms(
        "token-f1",
        {"rag": scored([0.1] * 30, documents=2), "both": scored([0.3] * 30, documents=2)},
        resamples=200,
        seed=0,
    )
    assert (comparison.unit, comparison.clusters) == ("question", 30)


def test_questions_without_a_document_are_clusters_of_their_own():
    clusters, unit = clusters_of([Scored(question=f"q{n}", document="", value=0.0) for n in range(6)])
    assert (len(set(clusters)), unit) == (6, "document")
