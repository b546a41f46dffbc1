"""Confidence is calibrated, and the threshold is the one that pays best."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.errors import AdapterError
from steep_plugins.generators.reader.clues import CLUES
from steep_plugins.generators.reader.confidence import (
    FILE,
    THRESHOLD,
    WRONG,
    Calibration,
    calibration_error,
    features,
    fit,
)
from steep_plugins.generators.reader.windows import Candidate


def test_scaling_recovers_the_weights_that_made_the_outcomes():
    draw = random.Random(0)
    made = Calibration(weights=(1.5, 0.0, -0.7), bias=0.4, threshold=0.5)
    rows = [tuple(draw.uniform(-3, 3) for _ in range(3)) for _ in range(20_000)]
    right = [draw.random() < made.of_features(row) for row in rows]
    weights, bias = fit(rows, right)
    assert weights == pytest.approx(made.weights, abs=0.1)
    assert bias == pytest.approx(made.bias, abs=0.1)


def test_outcomes_that_can_be_told_apart_do_not_make_the_weights_run_away():
    weights, bias = fit([(1.0, 0.0, 0.0)] * 5 + [(-1.0, 0.0, 0.0)] * 5, [True] * 5 + [False] * 5)
    assert 0 < weights[0] < 10
    assert bias == pytest.approx(0, abs=1e-6)


def test_the_error_is_the_gap_between_stated_and_seen_weighted_by_rows():
    probabilities = [0.95] * 10 + [0.05] * 30
    right = [True] * 8 + [False] * 2 + [True] * 3 + [False] * 27
    assert calibration_error(probabilities, right) == pytest.approx(0.25 * 0.15 + 0.75 * 0.05)
    assert calibration_error([], []) is None


@given(st.floats(0, 1))
def test_from_the_threshold_on_answering_pays(probability):
    gain = probability - (1 - probability) * WRONG
    assert (gain > -1e-9) == (probability >= THRESHOLD - 1e-9)


def test_nothing_found_has_no_chance_of_being_right():
    assert Calibration(weights=(0.0, 0.0, 0.0), bias=9.0, threshold=0.5).probability([]) == 0.0


def test_a_clear_margin_is_surer_than_a_narrow_one(reader):
    def found(margin):
        return [Candidate(passage=0, start=0, end=1, margin=margin, share=min(0.0, margin - 4))]

    calibration = reader.tuned(None).calibration
    assert (
        calibration.probability(found(6.0)) > calibration.probability(found(0.5)) > calibration.probability(found(-4))
    )


def test_features_stay_within_bounds_however_large_the_logits():
    wild = [Candidate(passage=0, start=0, end=1, margin=1e6, share=-1e6)]
    assert features(wild) == (8.0, -8.0, 8.0)


def test_a_calibration_comes_back_from_its_file(tmp_path):
    kept = Calibration(weights=(0.1, 0.2, 0.3), bias=-0.5, threshold=0.42, error=0.03, rows=900)
    kept.save(tmp_path)
    assert Calibration.load(tmp_path) == kept
    assert Calibration.load(tmp_path / "nowhere") is None


def test_weights_for_other_clues_than_there_are_are_refused(tmp_path):
    Calibration(weights=(0.1,), bias=0.0, threshold=0.4, preference=(1.0, 0.5)).save(tmp_path)
    with pytest.raises(AdapterError, match=rf"{FILE} is not a calibration .*2 weights for {len(CLUES)} clues"):
        Calibration.load(tmp_path)


def test_a_damaged_calibration_is_named(tmp_path):
    (tmp_path / FILE).write_text('{"weights": "many"}')
    with pytest.raises(AdapterError, match=FILE):
        Calibration.load(tmp_path)


def test_scaling_finds_its_way_from_weights_that_are_far_off():
    draw = random.Random(2)
    rows = [(draw.uniform(4, 8), draw.uniform(-2, 0), draw.uniform(0, 8)) for _ in range(150)]
    right = [draw.random() < 0.6 for _ in rows]
    near, bias = fit(rows, right)
    far, other = fit(rows, right, towards=(6.0, 3.0, 5.0, 9.0), ridge=1e-6)
    assert far == pytest.approx(near, abs=0.1)
    assert other == pytest.approx(bias, abs=0.5)
