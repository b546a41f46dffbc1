import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep.measuring.comparison import Comparison, Scored, compare_arms
from steep.measuring.verdict import Standing, decide

from .conftest import comparison

COST = ("base", "rag", "tuned", "both")


def standings(**means):
    return [
        Standing(
            arm=arm, mean=value if isinstance(value, float) else None, reason="" if isinstance(value, float) else value
        )
        for arm, value in means.items()
    ]


def test_a_dearer_arm_that_gains_is_recommended_with_its_figures():
    verdict = decide("token-f1", standings(rag=0.5, both=0.6), [comparison("both", "rag", 0.1)])
    assert (verdict.arm, verdict.over, verdict.ground, verdict.significant) == ("both", "rag", "better", True)
    assert verdict.sentence == (
        "Use both: it beats rag (token-f1 +0.100, 95% interval +0.070 to +0.130, p 0.001; "
        "120 questions in 40 groups by document)."
    )


def test_no_difference_keeps_the_cheaper_and_says_what_could_have_been_seen():
    verdict = decide("token-f1", standings(rag=0.5, both=0.51), [comparison("both", "rag", 0.01, p=0.4)])
    assert (verdict.arm, verdict.over, verdict.ground, verdict.significant) == ("rag", "both", "no-difference", False)
    assert verdict.difference == pytest.approx(-0.01)
    assert verdict.low == pytest.approx(-0.04)
    assert "No difference shown between rag and both: keep the cheaper, rag" in verdict.sentence
    assert "a true difference of 0.040 would have been seen four times in five" in verdict.sentence


def test_a_cheaper_arm_that_is_better_is_recommended_as_such():
    verdict = decide("token-f1", standings(rag=0.6, both=0.5), [comparison("both", "rag", -0.1)])
    assert (verdict.arm, verdict.ground) == ("rag", "cheaper")
    assert verdict.difference == pytest.approx(0.1)
    assert verdict.low == pytest.approx(0.07)
    assert verdict.sentence.startswith("Use rag: it is cheaper than both and beats it")


def test_the_cheapest_unbeaten_arm_wins_and_dearer_ones_that_gain_nothing_are_named():
    comparisons = [
        comparison("rag", "base", 0.3),
        comparison("both", "base", 0.31),
        comparison("both", "rag", 0.01, p=0.7),
    ]
    verdict = decide("token-f1", standings(base=0.2, rag=0.5, both=0.51), comparisons)
    assert (verdict.arm, verdict.over, verdict.ground) == ("rag", "base", "better")
    assert "and both was not shown to gain more" in verdict.sentence


def test_an_arm_that_lies_between_is_kept_when_the_best_is_not_shown_to_beat_it():
    comparisons = [
        comparison("rag", "base", 0.04, p=0.2),
        comparison("both", "base", 0.09),
        comparison("both", "rag", 0.05, p=0.1),
    ]
    verdict = decide("token-f1", standings(base=0.4, rag=0.44, both=0.49), comparisons)
    assert (verdict.arm, verdict.over, verdict.ground) == ("rag", "both", "no-difference")


def test_arms_that_were_not_measured_are_named_with_their_reason_and_never_win():
    comparisons = [comparison("both", "rag", 0.1)]
    arms = standings(base="the generator answers only from passages", rag=0.5, both=0.6)
    verdict = decide("token-f1", arms, comparisons)
    assert verdict.arm == "both"
    assert verdict.not_measured == ("base: the generator answers only from passages",)
    assert verdict.sentence.endswith("Not measured: base: the generator answers only from passages.")


def test_one_arm_none_and_too_few_questions_have_verdicts_of_their_own():
    one = decide("token-f1", standings(rag=0.5, both="nothing was tuned yet."), [])
    assert (one.arm, one.ground) == ("rag", "only-arm")
    none = decide("token-f1", standings(rag="it failed", both="it failed"), [])
    assert (none.arm, none.ground) == (None, "nothing-measured")
    few = Comparison(metric="token-f1", arm="both", over="rag", questions=2, clusters=2, unit="question", reason="few")
    too_few = decide("token-f1", standings(rag=0.5, both=0.9), [few])
    assert (too_few.arm, too_few.ground) == ("rag", "too-few")
    assert "keep the cheaper one, rag" in too_few.sentence


def test_where_lower_is_better_the_lower_arm_wins():
    verdict = decide("errors", standings(rag=0.5, both=0.3), [comparison("both", "rag", -0.2)], higher_is_better=False)
    assert (verdict.arm, verdict.ground) == ("both", "better")


@given(
    st.lists(st.tuples(st.integers(0, 9), st.lists(st.floats(0, 1), min_size=4, max_size=4)), min_size=1, max_size=40),
    st.integers(1, 4),
)
@settings(deadline=None, max_examples=60)
def test_the_recommended_arm_is_never_beaten_and_no_cheaper_one_is_unbeaten(rows, count):
    arms = {
        arm: [
            Scored(question=f"q{number}", document=f"d{document}", value=values[place])
            for number, (document, values) in enumerate(rows)
        ]
        for place, arm in enumerate(COST[:count])
    }
    comparisons = compare_arms("token-f1", arms, resamples=100, seed=0)
    means = [Standing(arm=arm, mean=sum(s.value for s in scores) / len(scores)) for arm, scores in arms.items()]
    verdict = decide("token-f1", means, comparisons)
    assert verdict.sentence.endswith(".")
    beaten = {
        each.over if each.difference > 0 else each.arm for each in comparisons if each.significant and each.difference
    }
    assert verdict.arm not in beaten
    assert all(arm in beaten for arm in COST[: COST.index(verdict.arm)])
