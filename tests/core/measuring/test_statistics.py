from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steep.measuring.statistics import (
    Clustered,
    bootstrap,
    detectable,
    holm,
    quantile,
    sign_flip,
    standard_error,
)

values = st.floats(-1, 1, allow_nan=False).map(lambda value: round(value, 3))
rows = st.lists(st.tuples(values, st.sampled_from("abcdefgh")), min_size=1, max_size=40)


def clustered(pairs):
    return Clustered.of([value for value, _ in pairs], [name for _, name in pairs])


def alone(numbers):
    return Clustered.of(numbers, [str(index) for index in range(len(numbers))])


@given(rows)
def test_clustering_keeps_the_mean(pairs):
    assert clustered(pairs).mean == pytest.approx(np.mean([value for value, _ in pairs]), abs=1e-12)


def test_names_of_clusters_that_differ_only_by_a_nul_stay_apart():
    assert len(Clustered.of([1.0, 2.0], ["a", "a\0"]).sums) == 2


@given(rows)
@settings(deadline=None)
def test_an_interval_lies_within_the_values_and_is_ordered(pairs):
    interval = bootstrap(clustered(pairs), resamples=200, seed=1)
    if len({name for _, name in pairs}) < 2:
        assert interval is None
    else:
        numbers = [value for value, _ in pairs]
        assert min(numbers) - 1e-9 <= interval.low <= interval.high <= max(numbers) + 1e-9


@given(st.lists(st.floats(0.01, 1), min_size=4, max_size=30))
@settings(deadline=None)
def test_an_interval_of_symmetric_data_contains_its_mean(numbers):
    interval = bootstrap(alone([*numbers, *(-number for number in numbers)]), resamples=500, seed=3)
    assert interval.low <= 0 <= interval.high


def test_the_interval_agrees_with_every_possible_resample():
    data = Clustered(sums=np.array([3.0, 0.5, 1.0, 0.0]), counts=np.array([4.0, 1.0, 2.0, 3.0]))
    means = [
        sum(data.sums[i] for i in drawn) / sum(data.counts[i] for i in drawn) for drawn in product(range(4), repeat=4)
    ]
    interval = bootstrap(data, resamples=40_000, seed=0)
    assert interval.low == pytest.approx(np.quantile(means, 0.025), abs=0.02)
    assert interval.high == pytest.approx(np.quantile(means, 0.975), abs=0.02)


def test_clusters_that_move_together_widen_the_interval():
    noise = np.random.default_rng(0).normal(size=20)
    together = Clustered.of(np.repeat(noise, 10), np.repeat(np.arange(20), 10).astype(str))
    apart = alone(np.repeat(noise, 10))
    wide, narrow = (bootstrap(data, resamples=2000, seed=0) for data in (together, apart))
    assert wide.high - wide.low > 2.5 * (narrow.high - narrow.low)


def test_nineteen_of_twenty_intervals_cover_the_truth():
    draw = np.random.default_rng(7)
    covered = 0
    for trial in range(200):
        effect = draw.normal(size=40)
        numbers = 0.3 + np.repeat(effect, 5) + draw.normal(size=200)
        interval = bootstrap(Clustered.of(numbers, np.repeat(np.arange(40), 5).astype(str)), resamples=400, seed=trial)
        covered += interval.low <= 0.3 <= interval.high
    assert 180 <= covered <= 198


@given(rows)
@settings(deadline=None)
def test_the_exact_p_value_is_the_share_of_sign_patterns_at_least_as_far_from_nothing(pairs):
    data = clustered(pairs)
    observed = abs(data.sums.sum())
    totals = [abs(np.dot(signs, data.sums)) for signs in product((1, -1), repeat=len(data.sums))]
    assert sign_flip(data, resamples=100, seed=0) == pytest.approx(np.mean([t >= observed - 1e-9 for t in totals]))


def test_the_sampled_p_value_is_near_the_exact_one():
    numbers = np.random.default_rng(2).normal(0.35, 1, size=16)
    totals = [abs(np.dot(signs, numbers)) for signs in product((1, -1), repeat=16)]
    exact = np.mean([total >= abs(numbers.sum()) - 1e-9 for total in totals])
    assert sign_flip(alone(numbers), resamples=20_000, seed=0) == pytest.approx(exact, abs=0.01)


def test_a_sampled_p_value_is_never_zero():
    assert sign_flip(alone([1.0] * 40), resamples=999, seed=0) == pytest.approx(1 / 1000)


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=30))
def test_identical_arms_have_p_one(names):
    assert sign_flip(Clustered.of([0.0] * len(names), names), resamples=100, seed=0) == 1.0


def test_arms_that_do_not_differ_are_told_apart_in_one_of_twenty_tests():
    draw = np.random.default_rng(5)
    false_alarms = sum(sign_flip(alone(draw.normal(size=30)), resamples=400, seed=trial) < 0.05 for trial in range(300))
    assert 5 <= false_alarms <= 27


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_never_lowers_a_p_value_keeps_their_order_and_stays_below_one(p_values):
    adjusted = holm(p_values)
    assert all(p <= after <= 1 for p, after in zip(p_values, adjusted, strict=True))
    by_p = [after for _, after in sorted(zip(p_values, adjusted, strict=True))]
    assert by_p == sorted(by_p)


def test_holm_agrees_with_a_worked_example():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_the_standard_error_of_single_questions_is_the_usual_one():
    numbers = [0.1, 0.9, 0.4, 0.4, 0.7]
    assert standard_error(alone(numbers)) == pytest.approx(np.std(numbers, ddof=1) / np.sqrt(5))


def test_a_detectable_difference_is_detected_four_times_in_five():
    draw = np.random.default_rng(11)

    def sample(effect):
        return Clustered.of(
            effect + np.repeat(draw.normal(0, 0.3, 50), 3) + draw.normal(0, 0.5, 150),
            np.repeat(np.arange(50), 3).astype(str),
        )

    smallest = float(np.mean([detectable(sample(0.0)) for _ in range(200)]))
    seen = sum(sign_flip(sample(smallest), resamples=400, seed=trial) < 0.05 for trial in range(300))
    assert 0.72 <= seen / 300 <= 0.87


@pytest.mark.parametrize("data", [alone([0.0] * 8), alone([0.25] * 8), alone([0.5])])
def test_where_nothing_varies_no_detectable_difference_is_named(data):
    assert detectable(data) is None


@given(rows, st.integers(0, 5))
@settings(deadline=None)
def test_the_same_seed_gives_the_same_figures(pairs, seed):
    data = clustered(pairs)
    assert bootstrap(data, resamples=100, seed=seed) == bootstrap(data, resamples=100, seed=seed)
    assert sign_flip(data, resamples=100, seed=seed) == sign_flip(data, resamples=100, seed=seed)


def test_a_quantile_of_nothing_is_nothing():
    assert quantile([], 0.5) is None
    assert quantile([1.0, 2.0, 4.0], 0.5) == 2.0
