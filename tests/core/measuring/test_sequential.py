"""The test of two shares may be looked at after every observation: simulated, enumerated, and compared with others."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep.measuring.sequential import Share, difference, evidence, interval

ALPHA = 0.05
counts = st.integers(0, 60).flatmap(lambda count: st.builds(Share, hits=st.integers(0, count), count=st.just(count)))


def stream(seed, *, one, other, share, length):
    """Shares of both sides after each observation; a coin of the given share says whose it is."""
    chance = random.Random(seed)
    seen = {True: [0, 0], False: [0, 0]}
    for _ in range(length):
        side = chance.random() < share
        seen[side][0] += chance.random() < (one if side else other)
        seen[side][1] += 1
        yield Share(hits=seen[True][0], count=seen[True][1]), Share(hits=seen[False][0], count=seen[False][1])


def alarms(alarm, *, one, other, share, runs=400, length=300):
    """The share of runs in which an alarm is given at any of the looks."""
    return sum(
        any(alarm(*pair) for pair in stream(seed, one=one, other=other, share=share, length=length))
        for seed in range(runs)
    ) / runs  # fmt: skip


def shown(one, other):
    return evidence(one, other) >= 1 / ALPHA


def z_test(one, other):
    """The test that may be looked at once."""
    if min(one.count, other.count) < 10:
        return False
    pooled = (one.hits + other.hits) / (one.count + other.count)
    error = math.sqrt(pooled * (1 - pooled) * (1 / one.count + 1 / other.count))
    return error > 0 and abs(one.value - other.value) / error >= 1.96


@pytest.mark.parametrize(("right", "share"), [(0.5, 0.5), (0.9, 0.5), (0.8, 0.1)])
def test_a_false_alarm_is_as_rare_as_was_said_however_often_one_looks(right, share):
    assert alarms(shown, one=right, other=right, share=share) <= ALPHA


def test_a_test_for_one_look_would_give_many_false_alarms():
    assert alarms(z_test, one=0.8, other=0.8, share=0.5) >= 3 * ALPHA


def test_a_difference_is_found():
    assert alarms(shown, one=0.6, other=0.9, share=0.3) >= 0.9


@pytest.mark.parametrize("share", [0.5, 0.1])
def test_the_interval_of_the_difference_holds_it_at_every_look(share):
    def missed(one, other):
        low, high = difference(one, other, ALPHA)
        return not low <= 0.2 <= high

    assert alarms(missed, one=0.8, other=0.6, share=share, runs=150, length=150) <= ALPHA


@settings(max_examples=30)
@given(st.floats(0.001, 0.999), st.integers(0, 9), st.integers(0, 9))
def test_where_the_shares_are_the_same_the_evidence_is_expected_to_be_one_at_most(value, first, second):
    """Over every outcome there can be, weighed by its chance: what makes it valid, without chance."""

    def chance(hits, count):
        return math.comb(count, hits) * value**hits * (1 - value) ** (count - hits)

    expected = sum(
        chance(one, first)
        * chance(other, second)
        * evidence(Share(hits=one, count=first), Share(hits=other, count=second))
        for one in range(first + 1)
        for other in range(second + 1)
    )
    assert expected <= 1 + 1e-9


@given(st.lists(st.booleans(), max_size=30), st.lists(st.booleans(), max_size=30))
def test_the_evidence_is_what_betting_step_by_step_would_have_won(first, second):
    """The mixture, as the product of its predictions: (hits + 1/2) / (seen + 1)."""

    def foretold(outcomes):
        product, hits = 1.0, 0
        for seen, hit in enumerate(outcomes):
            likely = (hits + 0.5) / (seen + 1)
            product *= likely if hit else 1 - likely
            hits += hit
        return product

    together = [*first, *second]
    best = sum(together) / len(together) if together else 0.0
    explained = math.prod(best if hit else 1 - best for hit in together)
    sides = (Share(hits=sum(each), count=len(each)) for each in (first, second))
    assert evidence(*sides) == pytest.approx(foretold(first) * foretold(second) / explained)


@given(counts, counts)
def test_sides_and_signs_can_be_exchanged(one, other):
    assert evidence(one, other) == pytest.approx(evidence(other, one))
    low, high = difference(one, other, ALPHA)
    least, most = difference(other, one, ALPHA)
    assert (low, high) == pytest.approx((-most, -least), abs=1e-9)
    assert -1 <= low <= high <= 1


@given(counts)
def test_an_interval_holds_what_was_seen_and_narrows_with_more_of_the_same(share):
    low, high = interval(share, ALPHA)
    if not share.count:
        assert (low, high) == (0.0, 1.0)
        return
    assert 0 <= low <= share.value <= high <= 1
    least, most = interval(Share(hits=8 * share.hits, count=8 * share.count), ALPHA)
    assert most - least <= high - low + 1e-9
    wider = interval(share, ALPHA / 5)
    assert wider[0] <= low + 1e-9
    assert wider[1] >= high - 1e-9


def test_much_evidence_is_a_number():
    assert math.isfinite(evidence(Share(hits=0, count=10**6), Share(hits=10**6, count=10**6)))
