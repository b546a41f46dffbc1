"""Drift is seen where windows come from other sources, and seldom where they do not; what it rests on has laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steep.measuring.drift import drift, energy
from steep.measuring.windows import LEAST
from steep.values import Answer, Hit, Passage

PASSAGE = Passage(document="d", version="v", path="a.md", title="", start=0, end=1, text="x")
TOPICS = {"ferry": 0, "ticket": 1, "dog": 2, "crane": 3, "ice": 4, "berth": 5}


def embed(texts):
    """A word of a topic points one way; how often it stands there, and a letter more, make it differ a little."""
    vectors = np.zeros((len(texts), len(TOPICS) + 3), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text.split():
            vectors[row, TOPICS.get(word, len(TOPICS) + len(word) % 3)] += 1
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def answers(count, *, topics=("ferry", "ticket", "dog"), abstained=0.2, score=0.6, seed=0):
    chance = np.random.default_rng(seed)
    return [
        Answer(
            question=f"{chance.choice(topics)} {'o' * int(chance.integers(1, 9))}",
            text="",
            citations=(),
            confidence=None,
            abstained=bool(chance.random() < abstained),
            hits=(Hit(passage=PASSAGE, score=float(chance.normal(score, 0.1)), rank=1),),
        )
        for _ in range(count)
    ]


def looked(before, now, **options):
    return drift([*before, *now], embed, **{"recent": len(now), "alpha": 0.01, "limit": 0.0, **options})


@pytest.mark.parametrize(
    ("what", "changed"),
    [
        ("questions", {"topics": ("ferry", "ticket", "crane")}),
        ("retrieval", {"score": 0.5}),
        ("abstention", {"abstained": 0.5}),
    ],
)
def test_what_changed_is_named_and_nothing_else(what, changed):
    report = looked(answers(300), answers(100, seed=1, **changed))
    assert [each.what for each in report.shifts if each.drifted] == [what]
    assert report.drifted


def test_figures_to_read_stand_beside():
    report = looked(answers(300), answers(100, seed=1, abstained=0.6, score=0.3))
    shown = {each.what: (each.before, each.now) for each in report.shifts}
    assert shown["retrieval"] == pytest.approx((0.6, 0.3), abs=0.05)
    assert shown["abstention"] == pytest.approx((0.2, 0.6), abs=0.1)
    assert shown["questions"] == (None, None)


def test_a_false_alarm_is_as_rare_as_was_said():
    """Three standard errors above one in twenty, of a thousand looks at two windows from the same source."""

    def p(seed):
        values = np.random.default_rng(seed).normal(size=24)
        return energy(np.abs(np.subtract.outer(values, values)), 8, seed=seed, rounds=99)[1]

    assert sum(p(seed) <= 0.05 for seed in range(1000)) / 1000 <= 0.05 + 3 * (0.05 * 0.95 / 1000) ** 0.5


def test_a_change_smaller_than_the_limit_is_passed_over():
    before, now = answers(600), answers(300, seed=1, abstained=0.35)
    assert looked(before, now).drifted
    assert not looked(before, now, limit=0.2).drifted


def test_of_few_answers_nothing_is_said():
    report = looked(answers(LEAST), answers(LEAST - 1))
    assert (report.shifts, report.drifted) == ((), False)
    assert "30 answers before and 29 now" in report.note
    assert looked([], answers(40)).note


def test_where_little_is_found_scores_are_not_compared():
    from dataclasses import replace

    bare = [replace(each, hits=()) for each in answers(60)]
    assert [each.what for each in looked(bare, answers(60)).shifts] == ["questions", "abstention"]


numbers = st.lists(st.floats(-5, 5), min_size=2, max_size=20)


@given(numbers, numbers, st.floats(-10, 10), st.floats(0.1, 10))
def test_the_size_is_a_share_that_neither_place_nor_scale_changes(first, second, moved, scaled):
    def size(values):
        distances = np.abs(np.subtract.outer(values, values))
        return energy(distances, len(first), seed=0, rounds=1)[0]

    values = np.array([*first, *second])
    found = size(values)
    assert 0 <= found <= 1 + 1e-9
    if np.ptp(values) > 1e-6:
        assert size(values * scaled + moved) == pytest.approx(found, abs=1e-6)


def test_it_is_the_statistic_that_scipy_has():
    from scipy.stats import energy_distance

    chance = np.random.default_rng(3)
    first, second = chance.normal(0, 1, 40), chance.normal(0.7, 1, 30)
    values = np.concatenate([first, second])
    distances = np.abs(np.subtract.outer(values, values))
    across = distances[:40, 40:].mean()
    found, _ = energy(distances, 40, seed=0)
    assert found * 2 * across == pytest.approx(energy_distance(first, second) ** 2)  # scipy gives the root
